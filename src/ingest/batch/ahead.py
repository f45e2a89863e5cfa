"""Waiting for a network in threads, a bounded way ahead."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_T = TypeVar("_T")
_R = TypeVar("_R")

# Requests to a store at once. One takes 10 to 100 ms of waiting and about 1 ms of processor.
REQUESTS = 16


def map_ahead(
    function: Callable[[_T], _R], items: Iterable[_T], ahead: int = REQUESTS
) -> Iterator[_R]:
    """As `map`, in threads, with so many calls begun before their results are asked for."""
    pool = ThreadPoolExecutor(ahead)
    flying: deque[Future[_R]] = deque()
    try:
        for item in items:
            flying.append(pool.submit(function, item))
            if len(flying) >= ahead:
                yield flying.popleft().result()
        while flying:
            yield flying.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
