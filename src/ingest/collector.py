"""Python's collector of cycles, told to wait while documents are read and converted.

Glyphs, lines and edits are made by the ten thousand, all of them tuples that live on, and none is
part of a cycle. The collector would look at them again and again: a fifth of the time of reading.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def paused_collector() -> Iterator[None]:
    """Keep the collector from running meanwhile, unless someone else has done so already.

    It is one for the whole process, so other threads go without it as well. What has no cycles is
    freed all the same.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
