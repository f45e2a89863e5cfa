"""pdfplumber with a bound on the work that a file can ask of it.

A few bytes can keep it busy for ever: an object that is a reference to itself, forms that draw
forms that draw forms. So what it does again and again is counted in steps, which are the same on
every machine, and a file that takes too many is refused.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdffont import PDFSimpleFont
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfparser import PDFParser
from pdfplumber.page import PDFPageAggregatorWithMarkedContent
from pdfplumber.pdf import PDF

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pdfminer.pdffont import PDFFont
    from pdfplumber.page import Page

# Steps that a page may take, and as many for opening the file and listing its pages. The most that
# a page of the samples takes is 0.2 million (each of its glyphs is placed by itself), of the dev
# PDFs 0.05 million; a million takes about 10 s.
STEPS_MAX = 2_000_000
# What a map of a font to characters has for glyphs that it does not know: nothing, codes that are
# no characters, private use.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ue000-\uf8ff\ufffd\uffff]*")
# Drawing a glyph takes about as long as so many other steps.
GLYPH_STEPS = 10


class TooManyStepsError(Exception):
    """A file asks for more work than a sound one does."""


class Budget:
    """Steps that are left."""

    def __init__(self, steps: int) -> None:
        """Begin with so many."""
        self._most = self._left = steps

    def refill(self) -> None:
        """Begin anew."""
        self._left = self._most

    def spend(self, steps: int) -> None:
        """Take steps.

        Raises:
            TooManyStepsError: Fewer are left.
        """
        self._left -= steps
        if self._left < 0:
            raise TooManyStepsError(f"it takes more than {self._most} steps to read")


class BoundedPdf(PDF):
    """A PDF as pdfplumber opens it, without its metadata.

    Raises:
        TooManyStepsError: It takes too many steps; from whatever is asked of it.
    """

    def __init__(self, data: bytes, *, password: str = "", steps: int = STEPS_MAX) -> None:
        """Open a file that may take so many steps, and as many again for each page."""
        # All that `PDF` sets; its own way opens the document without a bound.
        self.stream = io.BytesIO(data)
        self.stream_is_external = False
        self.path = self.pages_to_parse = self.laparams = None
        self.password, self.unicode_norm = password, None
        self.raise_unicode_errors = True
        self.rsrcmgr = _Resources()
        self.metadata = {}
        self.budget = Budget(steps)
        self.doc = _Document(self.stream, password, self.budget)

    def lay_out(self, page: Page) -> None:
        """Read the content of a page, which pdfplumber does by itself when it is first needed."""
        self.budget.refill()
        device = _Device(self.rsrcmgr, self.budget, page.page_number)
        _Interpreter(self.rsrcmgr, device, self.budget).process_page(page.page_obj)
        page._layout = device.get_result()


class _Document(PDFDocument):
    """Counts how often an object is looked up."""

    def __init__(self, stream: io.BytesIO, password: str, budget: Budget) -> None:
        self._budget = budget
        super().__init__(PDFParser(stream), password)

    def getobj(self, objid: int) -> object:
        self._budget.spend(1)
        return super().getobj(objid)


class _Resources(PDFResourceManager):
    """Believes the name of a glyph where the file maps it to no character."""

    def get_font(self, objid: object, spec: Mapping[str, object]) -> PDFFont:
        font = super().get_font(objid, spec)
        if isinstance(font, PDFSimpleFont) and font.unicode_map:
            mapped = font.unicode_map.cid2unichr
            for code in [c for c, text in mapped.items() if _NO_TEXT.fullmatch(text)]:
                if code in font.cid2unicode:
                    del mapped[code]
        return font


class _Interpreter(PDFPageInterpreter):
    """Counts operands; operators without one are as many as a stream has bytes, and no more."""

    def __init__(self, resources: PDFResourceManager, device: _Device, budget: Budget) -> None:
        super().__init__(resources, device)
        self._budget = budget

    def dup(self) -> _Interpreter:
        assert isinstance(self.device, _Device)
        return _Interpreter(self.rsrcmgr, self.device, self._budget)

    def push(self, obj: Any) -> None:  # noqa: ANN401 - as pdfminer has it
        self._budget.spend(1)
        super().push(obj)


class _Device(PDFPageAggregatorWithMarkedContent):
    """Counts glyphs."""

    def __init__(self, resources: PDFResourceManager, budget: Budget, number: int) -> None:
        super().__init__(resources, pageno=number)
        self._budget = budget

    def render_char(self, *arguments: Any, **named: Any) -> float:  # noqa: ANN401 - likewise
        self._budget.spend(GLYPH_STEPS)
        return super().render_char(*arguments, **named)
