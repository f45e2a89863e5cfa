"""wordninja behind an adapter: it proposes where a word may fall apart, at this project's costs.

It never decides: its answer only opens a window for the lattice.
"""

from __future__ import annotations

import importlib.util
from functools import cache
from typing import TYPE_CHECKING, Any

from ingest.spacing.lexicon import unknown_cost

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_SPAN = 24  # letters in one proposed word; bounds the work per letter
LONGEST_TEXT = 400  # letters handed over at once
NO_WORD = 1.0  # log10; more for what is no word; never infinity, which would shatter names


class _Costs:
    """Stand-in for wordninja's dictionary of costs."""

    __slots__ = ("_cost",)

    def __init__(self, cost: Callable[[str], float | None]) -> None:
        self._cost = cost

    def get(self, word: str, _default: float) -> float:
        """Return the cost of a lower-case word."""
        found = self._cost(word)
        return unknown_cost(len(word)) + NO_WORD if found is None else found


@cache
def _language_model() -> Any:  # noqa: ANN401 - wordninja has no types
    """The class for models of wordninja, of a module of our own.

    Its own model, which is made as it is imported, takes 14 MB. Here it is let go of; who imports
    wordninja elsewhere has it all the same.
    """
    spec = importlib.util.find_spec("wordninja")
    if spec is None or spec.loader is None:
        raise ImportError("wordninja is not installed; install ingest with its dependencies")
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.DEFAULT_LANGUAGE_MODEL = None
    return module.LanguageModel


class Splitter:
    """wordninja's dynamic programme over the costs of one document."""

    def __init__(self, cost: Callable[[str], float | None]) -> None:
        """Make a language model without wordninja's own word list.

        Args:
            cost: Returns the cost (log10) of a lower-case word, or None.

        """
        self._model = object.__new__(_language_model())
        self._model._wordcost = _Costs(cost)
        self._model._maxword = LONGEST_SPAN

    def split(self, word: str) -> list[str]:
        """Return the cheapest parts of `word` (letters and apostrophes only)."""
        return list(self._model._split(word[:LONGEST_TEXT]))
