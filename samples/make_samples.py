"""Make the small sample PDFs that exercise ``ingest``.

The source of each document is the Markdown that an editor would type from it,
``expected/NAME.md`` beside this script.  Each is turned into the input language of one
PDF producer, so that a page and its expected text cannot drift apart.

Usage: ``make_samples.py [OUTPUT_FOLDER]`` (default: the folder of this script).

Needs pdfTeX (LaTeX), groff with gropdf and WeasyPrint as commands, the Python packages
reportlab, fonttools and Pillow, and the DejaVu fonts in ``DEJAVU`` (Debian: fonts-dejavu-core).
"""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

from fontTools.pens.basePen import BasePen  # type: ignore[import-untyped]
from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont as OutlineFont  # type: ignore[import-untyped]
from PIL import Image, ImageDraw, ImageFont
from reportlab import rl_config  # type: ignore[import-untyped]
from reportlab.lib.pagesizes import A4, A5  # type: ignore[import-untyped]
from reportlab.lib.pdfencrypt import StandardEncryption  # type: ignore[import-untyped]
from reportlab.lib.utils import ImageReader  # type: ignore[import-untyped]
from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]
from reportlab.pdfbase.ttfonts import TTFont as LayerFont  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

HERE = Path(__file__).resolve().parent
DEJAVU = Path("/usr/share/fonts/truetype/dejavu")
EPOCH = "1704067200"  # 2024-01-01 for groff and TeX (reportlab has its own fixed date)
PASSWORD = "mulch"

# --------------------------------------------------------------------------- source text


@dataclass(frozen=True)
class Block:
    """One heading, paragraph, list item, table or note of a document.

    ``level`` is the heading level (1 to 4) or the depth in lists (0: outside any list).
    ``label`` is the bullet ``-``, a number or a letter of a list item, or the number of a note.
    The text of a table is its lines.
    """

    kind: str
    level: int
    text: str
    label: str = ""


HEADING = re.compile(r"(#+) (.*)")
ITEM = re.compile(r"( *)(- [a-z]\.|-|\d+\.) (.*)")
NOTE = re.compile(r"\[\^(\d+)\]: (.*)")
MARKUP = re.compile(
    r"\*\*(?P<strong>[^*]+)\*\*|\*(?P<emphasis>[^*]+)\*|`(?P<code>[^`]+)`"
    r"|\[\^(?P<note>\d+)\]|\[(?P<link>[^\]]+)\]\((?P<url>[^)]+)\)"
)


def read_blocks(path: Path) -> list[Block]:
    """Read the small part of Markdown in which the sources are written."""
    blocks: list[Block] = []
    columns: list[int] = []  # where the text of each open list item starts
    in_table = False
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip():
            in_table = False
            continue
        if line.startswith("|"):
            if in_table:
                line = f"{blocks.pop().text}\n{line}"
            blocks.append(Block("table", 0, line))
            in_table = True
        elif match := HEADING.fullmatch(line):
            blocks.append(Block("heading", len(match[1]), match[2]))
            columns = []
        elif match := NOTE.fullmatch(line):
            blocks.append(Block("note", 0, match[2], match[1]))
        elif match := ITEM.fullmatch(line):
            indent = len(match[1])
            columns = [column for column in columns if column <= indent]
            columns.append(indent + len(re.sub(r" .*", "", match[2])) + 1)
            blocks.append(Block("item", len(columns), match[3], match[2].removeprefix("- ")))
        else:
            indent = len(line) - len(line.lstrip())
            columns = [column for column in columns if column <= indent]
            blocks.append(Block("para", len(columns), line.strip()))
    return blocks


def with_markup(text: str, plain: Callable[[str], str], forms: dict[str, str]) -> str:
    """Return a text in the language of a producer, which has a form for each kind of markup.

    ``{0}`` in a form is the text inside, ``{url}`` the address of a link as HTML has it.
    """
    out: list[str] = []
    done = 0
    for match in MARKUP.finditer(text):
        kind = match.lastgroup if match.lastgroup != "url" else "link"
        assert kind is not None
        inside = match[kind] if kind == "note" else with_markup(match[kind], plain, forms)
        url = html.escape(match["url"] or "")
        out += plain(text[done : match.start()]), forms[kind].format(inside, url=url)
        done = match.end()
    return "".join([*out, plain(text[done:])])


def table_rows(block: Block) -> list[list[str]]:
    """Return the cells of a table; the second row says how its columns are aligned."""
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in block.text.split("\n")
    ]


def table_letters(block: Block) -> list[str]:
    """Return ``l`` or ``r`` for each column of a table."""
    return ["r" if rule.endswith(":") else "l" for rule in table_rows(block)[1]]


def run(command: list[str], folder: Path, stdin: str | None = None) -> bytes:
    """Run a producer in ``folder`` with a fixed date and return what it writes to stdout."""
    env = dict(os.environ, SOURCE_DATE_EPOCH=EPOCH, FORCE_SOURCE_DATE="1", TZ="UTC")
    data = None if stdin is None else stdin.encode()
    done = subprocess.run(
        command, cwd=folder, env=env, input=data, capture_output=True, check=False
    )
    if done.returncode:
        message = (done.stderr + done.stdout).decode(errors="replace")
        raise SystemExit(f"{command[0]} failed:\n{message}")
    return done.stdout


# --------------------------------------------------------------------------- pdfTeX

TEX_COMMON = r"""
\pdfinfoomitdate=1 \pdftrailerid{} \pdfsuppressptexinfo=-1
\usepackage[utf8]{inputenc}
\usepackage{fancyhdr}
% break lines at true hyphens where possible
\hyphenpenalty=0 \exhyphenpenalty=-200 \raggedbottom
\pagestyle{fancy} \fancyhf{} \renewcommand{\headrulewidth}{0pt}
\makeatletter
\newcommand{\sampleheading}[4]{\@startsection{#1}{9}{0pt}{-#2}{#3}{#4}}
\makeatother
"""

ONE_COLUMN = (
    r"""\documentclass[10pt]{article}
\usepackage[paperwidth=148mm,paperheight=210mm,hmargin=31mm,top=16mm,bottom=19mm]{geometry}
"""
    + TEX_COMMON
    + r"""
\fancyfoot[C]{Page \thepage\ of \pageref{end}}
\newcommand{\headB}{\sampleheading{section}{4mm}{1.5mm}{\fontsize{14.4}{17}\bfseries}*}
\newcommand{\headC}{\sampleheading{section}{3mm}{1mm}{\fontsize{12}{15}\bfseries}*}
\newcommand{\headD}{\sampleheading{section}{2mm}{.5mm}{\bfseries}*}
\newcommand{\sampletitle}[1]{{\noindent\raggedright\fontsize{17.28}{22}\bfseries #1\par}\bigskip}
\begin{document}
"""
)

TWO_COLUMNS = (
    r"""\documentclass[9pt,twocolumn]{extarticle}
\usepackage[paperwidth=160mm,paperheight=200mm,hmargin=14mm,top=22mm,bottom=20mm,
  headheight=5mm,headsep=6mm,columnsep=8mm,footskip=9mm]{geometry}
"""
    + TEX_COMMON
    + r"""
\usepackage[T1]{fontenc}
\usepackage{charter}
\fancyhead[L]{\small Orchard Letter No.\ 7}
\fancyhead[R]{\small Autumn}
\fancyfoot[C]{\mbox{\small -- \thepage\ --}}
\newcommand{\headB}{\sampleheading{section}{4mm}{1mm}{\fontsize{12}{14}\bfseries}*}
\newcommand{\headC}{\sampleheading{section}{3mm}{.5mm}{\itshape}*}
\newcommand{\sampletitle}[1]{\twocolumn[{\centering\fontsize{20}{24}\bfseries #1\par\vspace{7mm}}]
  \thispagestyle{fancy}}
\begin{document}
"""
)

SEED_TABLES = (
    r"""\documentclass[10pt]{article}
\usepackage[paperwidth=148mm,paperheight=210mm,hmargin=24mm,top=16mm,bottom=19mm]{geometry}
"""
    + TEX_COMMON
    + r"""
\usepackage[T1]{fontenc}
\usepackage{charter,textcomp,booktabs,longtable}
\setlength{\parskip}{1.5mm}\setlength{\parindent}{0pt}
\fancyfoot[C]{\thepage}
\newcommand{\headB}{\sampleheading{section}{4mm}{1.5mm}{\fontsize{13}{16}\bfseries}*}
\newcommand{\sampletitle}[1]{{\noindent\raggedright\fontsize{17.28}{22}\bfseries #1\par}\bigskip}
\begin{document}
"""
)
# Headings in the type of the text: nothing but the outline tells them.
STATED_OUTLINE = (
    r"""\documentclass[10pt]{article}
\usepackage[paperwidth=148mm,paperheight=210mm,hmargin=24mm,top=18mm,bottom=19mm]{geometry}
"""
    + TEX_COMMON
    + r"""
\usepackage[T1]{fontenc}
\usepackage{charter}
\usepackage[bookmarksopen,pdfusetitle,pdflang=en]{hyperref}
\pagestyle{empty}\setlength{\parindent}{0pt}\setlength{\parskip}{1.5mm}
\newcommand{\marked}[2]{\par\medskip\phantomsection\pdfbookmark[#1]{#2}{#2}#2\par}
\newcommand{\headB}[1]{\marked{1}{#1}}
\newcommand{\headC}[1]{\marked{2}{#1}}
\newcommand{\sampletitle}[1]{{\noindent\raggedright\fontsize{17.28}{22}\bfseries #1\par}\bigskip}
\title{Keeping a small library}\author{The reading room}
\begin{document}
"""
)

LONG_TABLE = 12  # rows from which on a table is ruled and may go over a page break

TEX_HEADING = {1: "sampletitle", 2: "headB", 3: "headC", 4: "headD"}


FOOTNOTES = (
    r"""\documentclass[10pt]{article}
\usepackage[paperwidth=148mm,paperheight=210mm,hmargin=24mm,top=16mm,bottom=19mm]{geometry}
"""
    + TEX_COMMON
    + r"""
\usepackage[T1]{fontenc}
\usepackage{charter}
\fancyfoot[C]{\thepage}
\makeatletter \@addtoreset{footnote}{page} \makeatother
\newcommand{\headB}{\sampleheading{section}{4mm}{1.5mm}{\fontsize{13}{16}\bfseries}*}
\newcommand{\sampletitle}[1]{{\noindent\raggedright\fontsize{17.28}{22}\bfseries #1\par}\bigskip}
\begin{document}
"""
)
TEX_FORMS = {
    "strong": r"\textbf{{{0}}}",
    "emphasis": r"\emph{{{0}}}",
    "code": r"\texttt{{{0}}}",
    "note": "\0{0}\0",  # filled in from the text of the note
}


def tex_text(text: str) -> str:
    """Escape text for TeX; the number of a numbered heading stands a quad from its text."""
    text = re.sub(r"[&%$#_]", r"\\\g<0>", text)
    return re.sub(r"^(\d+(?:\.\d+)*) ", r"\1\\quad ", text)


def tex_escape(text: str) -> str:
    """Escape running text for TeX."""
    return text.replace("&", r"\&")


def tex_body(blocks: list[Block]) -> Iterator[str]:
    """Yield the LaTeX for each block; lists are one level deep and have bullets."""
    notes = {
        block.label: with_markup(block.text, tex_escape, TEX_FORMS)
        for block in blocks
        if block.kind == "note"
    }
    in_list = False
    for block in blocks:
        if (block.kind == "item") != in_list:
            in_list = not in_list
            yield r"\begin{itemize}\itemsep=0pt\parsep=0pt" if in_list else r"\end{itemize}"
        if block.kind == "table":
            yield tex_table(block)
        elif block.kind == "heading":
            yield f"\\{TEX_HEADING[block.level]}{{{tex_text(block.text)}}}"
        elif block.kind != "note":
            text = with_markup(block.text, tex_escape, TEX_FORMS)
            for note, inside in notes.items():
                text = text.replace(f"\0{note}\0", rf"\footnote{{{inside}}}")
            yield (r"\item " if in_list else "") + text + "\n"
    yield r"\label{end}\end{document}"


def tex_table(block: Block) -> str:
    """Return a table with three lines, or with all lines and over pages if it is long."""
    head, _, *rows = [
        " & ".join(map(tex_text, row)).replace("°", r"\textdegree{}") + r" \\"
        for row in table_rows(block)
    ]
    letters = table_letters(block)
    if len(rows) < LONG_TABLE:
        body = "\n".join(rows)
        inner = f"\\toprule\n{head}\n\\midrule\n{body}\n\\bottomrule"
        return f"\n\\begin{{tabular}}{{{''.join(letters)}}}\n{inner}\n\\end{{tabular}}\n"
    body = "\n".join(f"{row} \\hline" for row in rows)
    inner = f"\\hline\n{head}\n\\hline\\endhead\n{body}"
    return f"\\begin{{longtable}}[l]{{|{'|'.join(letters)}|}}\n{inner}\n\\end{{longtable}}\n"


def make_tex(preamble: str, blocks: list[Block], target: Path) -> None:
    """Run pdfLaTeX twice (the page count comes from the first run)."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "sample.tex").write_text(preamble + "\n".join(tex_body(blocks)), "utf-8")
        for _ in range(2):
            run(["pdflatex", "-interaction=batchmode", "-halt-on-error", "sample.tex"], folder)
        target.write_bytes((folder / "sample.pdf").read_bytes())


# --------------------------------------------------------------------------- groff

# A font of two bullets that the base fonts lack.  It is not embedded: a viewer takes the
# glyphs, by name, from the Times look-alike that it also uses for the body.
GROFF_BULLETS = """name BL
internalname NimbusRoman-Regular
special
spacewidth 250
charset
u25E6\t498,463\t0\t10\topenbullet
u25AA\t500,543\t0\t11\tH18543
"""

# Kerning is off because gropdf 1.22.4 leaves a gap after a ligature on a line with a kern.
GROFF_START = r""".kern 0
.special BL
.nr LL 306p
.nr PO 57p
.nr HM 51p
.nr FM 51p
.nr PS 10
.nr VS 12
.nr PI 4n
.nr PD 0.3v
.nr HY 4
"""

GROFF_BULLET = {1: r"\(bu", 2: r"\[u25E6]", 3: r"\[u25AA]"}


def groff_block(block: Block) -> str:
    """Return the ms request and the text of one block."""
    text = f"\\&{block.text}"
    if block.kind == "heading":
        return f".TL\n{text}" if block.level == 1 else f".SH\n{text}"
    if block.kind == "para":
        return f".IP\n{text}" if block.level else f".LP\n{text}"
    label = GROFF_BULLET[block.level] if block.label == "-" else block.label
    return f".IP {label}\n{text}"


def groff_body(blocks: list[Block]) -> Iterator[str]:
    """Yield the ms source; ``.RS`` and ``.RE`` open and close the inner lists."""
    depth = 1
    for block in blocks:
        wanted = max(block.level, 1) if block.kind != "heading" else 1
        yield from [".RS"] * (wanted - depth) + [".RE"] * (depth - wanted)
        depth = wanted
        yield groff_block(block)


def make_groff(blocks: list[Block], target: Path) -> None:
    """Format with the ms macros and gropdf on A5 paper."""
    with tempfile.TemporaryDirectory() as name:
        fonts = Path(name) / "font" / "devpdf"
        fonts.mkdir(parents=True)
        (fonts / "BL").write_text(GROFF_BULLETS, "utf-8")
        (fonts / "download").write_text("\tNimbusRoman-Regular\t*None\n", "utf-8")
        source = GROFF_START + "\n".join(groff_body(blocks)) + "\n"
        command = ["groff", f"-F{name}/font", "-Kutf8", "-Tpdf", "-ms", "-dpaper=a5", "-P-pa5"]
        target.write_bytes(run(command, Path(name), source))


# --------------------------------------------------------------------------- WeasyPrint

CSS = """
@page { size: A4; margin: 24mm 26mm 26mm;
  @bottom-left { content: "L\u2019atelier du quartier \u2013 feuillet n\u00b0\u00a03";
    font: 8pt "DejaVu Sans" }
  @bottom-right { content: counter(page) "/" counter(pages); font: 8pt "DejaVu Sans" } }
body { font: 10.5pt/1.5 "DejaVu Serif"; hyphens: auto; text-align: justify }
h1, h2, h3 { font-family: "DejaVu Sans"; text-align: left; hyphens: none; line-height: 1.2 }
h1 { font-size: 21pt; margin: 0 0 6mm } h2 { font-size: 14pt; margin: 5mm 0 2mm }
h3 { font-size: 11.5pt; margin: 4mm 0 1mm } p { margin: 0 0 2mm; orphans: 2; widows: 2 }
ul, ol { margin: 0 0 3mm; padding-left: 7mm } span { hyphens: none }
"""

ADDRESS = re.compile(r"https?://\S+|\S+@\S+\w")


CSS_TABLES = """
@page { size: A5; margin: 17mm 18mm 20mm;
  @bottom-center { content: counter(page); font-size: 8pt } }
body { font: 9.5pt/1.4 "DejaVu Sans" } h1 { font-size: 18pt } h2 { font-size: 13pt }
table { border-collapse: collapse; margin: 3mm 0 }
.ruled td, .ruled th { border: 0.5pt solid #555 }
th, td { padding: 1mm 2mm; text-align: left } .r { text-align: right }
"""


CSS_MARKS = """
@page { size: A5; margin: 17mm 18mm 20mm;
  @bottom-center { content: counter(page); font-size: 8pt } }
body { font: 9.5pt/1.5 "DejaVu Serif" } h1 { font-size: 18pt } h2 { font-size: 13pt }
code { font-family: "DejaVu Sans Mono"; font-size: 90% }
"""
HTML_FORMS = {
    "strong": "<b>{0}</b>",
    "emphasis": "<i>{0}</i>",
    "code": "<code>{0}</code>",
    "link": '<a href="{url}">{0}</a>',
}
# Headings in the type of the text, and no outline: nothing but the tags tells them.
CSS_TAGS = """
@page { size: A5; margin: 17mm 18mm 20mm }
body { font: 9.5pt/1.4 "DejaVu Sans" } h1 { font-size: 16pt }
h1, h2, h3 { bookmark-level: none } h2, h3 { font: inherit; margin: 0 }
p { margin: 0 } ul { margin: 0; padding-left: 6mm }
"""


def html_text(text: str) -> str:
    """Escape text for HTML and keep web and mail addresses from being hyphenated."""
    return ADDRESS.sub(r"<span>\g<0></span>", html.escape(text, quote=False))


def html_body(blocks: list[Block]) -> Iterator[str]:
    """Yield the HTML of a document whose lists are one level deep."""
    open_list = ""
    for block in blocks:
        wanted = "" if block.kind != "item" else "ul" if block.label == "-" else "ol"
        if wanted != open_list:
            yield f"</{open_list}>" if open_list else ""
            yield f"<{wanted}>" if wanted else ""
            open_list = wanted
        if block.kind == "table":
            yield html_table(block)
            continue
        tag = {"heading": f"h{block.level}", "item": "li"}.get(block.kind, "p")
        yield f"<{tag}>{with_markup(block.text, html_text, HTML_FORMS)}</{tag}>"


def html_table(block: Block) -> str:
    """Return a table, without lines if it has a column of figures."""
    head, _, *rows = table_rows(block)
    letters = table_letters(block)
    parts = [f'<table class="{"plain" if "r" in letters else "ruled"}">']
    for tag, row in [("th", head), *(("td", row) for row in rows)]:
        cells = (
            f'<{tag} class="{a}">{html_text(c)}</{tag}>' for a, c in zip(letters, row, strict=True)
        )
        parts.append(f"<tr>{''.join(cells)}</tr>")
    return "".join([*parts, "</table>"])


def make_weasyprint(
    language: str, css: str, blocks: list[Block], target: Path, *options: str
) -> None:
    """Print a page of HTML with a fixed identifier."""
    page = (
        f'<!DOCTYPE html><html lang="{language}"><meta charset="utf-8">'
        f"<title>{html_text(blocks[0].text)}</title><style>{css}</style>"
        + "\n".join(html_body(blocks))
    )
    command = ["weasyprint", "-q", "--pdf-identifier", "ingest-sample", *options, "-", "-"]
    target.write_bytes(run(command, HERE, page))


# --------------------------------------------------------------------------- reportlab


class CanvasPen(BasePen):  # type: ignore[misc]
    """Draw glyph outlines on a reportlab path."""

    def __init__(self, glyphs: Any, path: Any) -> None:
        """Keep the path on which the outline is drawn."""
        super().__init__(glyphs)
        self.path = path

    def _moveTo(self, pt: tuple[float, float]) -> None:
        self.path.moveTo(*map(round, pt))

    def _lineTo(self, pt: tuple[float, float]) -> None:
        self.path.lineTo(*map(round, pt))

    def _curveToOne(
        self, pt1: tuple[float, float], pt2: tuple[float, float], pt3: tuple[float, float]
    ) -> None:
        self.path.curveTo(*map(round, (*pt1, *pt2, *pt3)))

    def _closePath(self) -> None:
        self.path.close()


class Face:
    """A font whose glyphs are drawn as outlines, with no text in the file."""

    def __init__(self, name: str, layer: str) -> None:
        """Open a DejaVu font; ``layer`` is the font of the invisible text over it."""
        font: Any = OutlineFont(DEJAVU / f"{name}.ttf")
        self.name, self.layer = name, layer
        self.glyphs, self.names = font.getGlyphSet(), font.getBestCmap()
        self.units: int = font["head"].unitsPerEm

    def width(self, text: str, size: float) -> float:
        """Return the width of ``text`` in points."""
        return sum(self.advance(char) for char in text) * size / self.units

    def advance(self, char: str) -> float:
        """Return the width of one character in font units."""
        return float(self.glyphs[self.names[ord(char)]].width)

    def form(self, canvas: Any, char: str) -> str:
        """Return the name of the form that draws ``char``, made on first use."""
        name = f"{self.name}{ord(char)}"
        if not canvas.hasForm(name):
            canvas.beginForm(name, 0, -500, self.units * 1.5, self.units * 1.2)
            path = canvas.beginPath()
            self.glyphs[self.names[ord(char)]].draw(CanvasPen(self.glyphs, path))
            canvas.drawPath(path, stroke=0, fill=1)
            canvas.endForm()
        return name

    def draw(self, canvas: Any, x: float, y: float, text: str, size: float) -> None:
        """Draw ``text`` as outlines."""
        canvas.saveState()
        canvas.translate(x, y)
        canvas.scale(size / self.units, size / self.units)
        for char in text:
            if char != " ":
                canvas.doForm(self.form(canvas, char))
            canvas.translate(self.advance(char), 0)
        canvas.restoreState()


@dataclass(frozen=True)
class Style:
    """How the blocks of one kind are set: font, size, leading, indent and space before."""

    face: Face
    size: float
    leading: float
    indent: float
    before: float
    keep: int = 0  # lines that must follow on the same page


@dataclass
class Line:
    """One line: its words, and for each word whether the space before it is lost."""

    style: Style
    words: list[str]
    bullet: bool
    space_before: float
    lost: list[bool] = field(default_factory=list)

    def layer_text(self) -> str:
        """Return the text of the invisible layer."""
        pairs = zip(self.lost, self.words, strict=True)
        return "".join(word if lost else f" {word}" for lost, word in pairs).lstrip()


def break_lines(block: Block, style: Style, measure: float) -> Iterator[Line]:
    """Break a block into ragged lines without hyphenation."""
    words: list[str] = []
    first = True
    for word in block.text.split():
        if words and style.face.width(" ".join([*words, word]), style.size) > measure:
            yield Line(style, words, first and block.kind == "item", style.before * first)
            words, first = [], False
        words.append(word)
    yield Line(style, words, first and block.kind == "item", style.before * first)


def core(word: str) -> str:
    """Return a word without its punctuation, in lower case."""
    return re.sub(r"\W+", "", word).lower()


def wants_loss(line: Line, index: int, turn: int) -> bool:
    """Tell whether the space before a word is one of those that the damage takes.

    It takes the space before a word in m, M, N, H or O, after every other full stop, and,
    now and then, also the space in front of the word before such a word.
    """
    word, after = line.words[index], line.words[index + 1 : index + 2]
    if word[0] in "mMNHO":
        return True
    if line.words[index - 1].endswith("."):
        return turn % 2 == 0
    return bool(after) and after[0][0] in "mMNHO" and turn % 4 == 0


def lose_spaces(lines: list[Line]) -> int:
    """Mark lost spaces so that each word still stands intact somewhere; return their number."""
    intact = Counter(core(word) for line in lines for word in line.words)
    turn = total = 0
    for line in lines:
        line.lost = [False] * len(line.words)
        for index in range(1, len(line.words)):
            turn += 1
            if not wants_loss(line, index, turn):
                continue
            ends = [] if line.lost[index - 1] else [core(line.words[index - 1])]
            ends.append(core(line.words[index]))
            if all(intact[word] > ends.count(word) for word in ends):
                intact.subtract(ends)
                line.lost[index] = True
                total += 1
    return total


def draw_line(canvas: Any, line: Line, x: float, y: float) -> None:
    """Draw a line as outlines and lay its damaged text invisibly over it, end to end."""
    style, visible = line.style, " ".join(line.words)
    style.face.draw(canvas, x, y, visible, style.size)
    text = canvas.beginText()
    text.setTextRenderMode(3)
    if line.bullet:
        style.face.draw(canvas, x - style.indent, y, "\u25cf", style.size)
        text.setFont("Bullet", style.size)
        text.setTextOrigin(x - style.indent, y)
        text.textOut("\u25cf")
    layer = line.layer_text()
    natural = pdfmetrics.stringWidth(layer, style.face.layer, style.size)
    text.setFont(style.face.layer, style.size)
    text.setHorizScale(100 * style.face.width(visible, style.size) / natural)
    text.setTextOrigin(x, y)
    text.textOut(layer)
    canvas.drawText(text)


def leaflet_styles() -> dict[tuple[str, int], Style]:
    """Return the styles of the leaflet by kind and level of block."""
    plain, bold = Face("DejaVuSans", "Helvetica"), Face("DejaVuSans-Bold", "Helvetica-Bold")
    return {
        ("heading", 1): Style(bold, 19, 24, 0, 0),
        ("heading", 2): Style(bold, 13, 17, 0, 12, keep=3),
        ("para", 0): Style(plain, 10.5, 15, 0, 6),
        ("item", 1): Style(plain, 10.5, 15, 16, 3),
    }


def register_bullet() -> None:
    """Register, as ``Bullet``, a DejaVu Sans cut down to one black circle without hints."""
    font: Any = OutlineFont(DEJAVU / "DejaVuSans.ttf", recalcTimestamp=False)
    del font["FFTM"]
    subsetter = Subsetter(Options(hinting=False, layout_features=[]))
    subsetter.populate(text=" \u25cf")
    subsetter.subset(font)
    data = BytesIO()
    font.save(data)
    data.seek(0)
    pdfmetrics.registerFont(LayerFont("Bullet", data))


def make_lost_spaces(blocks: list[Block], target: Path) -> None:
    """Make a leaflet of outlines with a damaged invisible text layer."""
    margin = 62.0
    styles = leaflet_styles()
    lines: list[Line] = []
    for block in blocks:
        style = styles[block.kind, block.level]
        lines += break_lines(block, style, A4[0] - 2 * margin - style.indent)
    print(f"  {lose_spaces(lines)} spaces lost")
    register_bullet()
    canvas = Canvas(str(target), pagesize=A4, invariant=1, pageCompression=1)
    canvas.setTitle(blocks[0].text)
    y = A4[1] - margin
    for line in lines:
        y -= line.style.leading + line.space_before
        if y < margin + line.style.keep * line.style.leading:
            canvas.showPage()
            y = A4[1] - margin - line.style.leading
        draw_line(canvas, line, margin + line.style.indent, y)
    canvas.save()


# --------------------------------------------------------------------------- files for errors


def make_encrypted(target: Path) -> None:
    """Make a page that cannot be opened without the password ``PASSWORD``."""
    lock = StandardEncryption(PASSWORD, ownerPassword=PASSWORD + "-owner", strength=128)
    canvas = Canvas(str(target), pagesize=A5, invariant=1, encrypt=lock)
    canvas.setFont("Helvetica", 12)
    canvas.drawString(60, 500, "This page is only for those who know the password.")
    canvas.save()


def make_scan(target: Path) -> None:
    """Make a page that holds one slightly crooked, speckled picture and no text."""
    image = Image.new("L", (583, 827), 255)
    font = ImageFont.truetype(str(DEJAVU / "DejaVuSerif.ttf"), 20)
    text = "A note about the garden gate\n\nPlease close the gate behind you.\nThe hens are out."
    ImageDraw.Draw(image).multiline_text((70, 90), text, fill=0, font=font, spacing=10)
    image = image.rotate(1.2, fillcolor=255, resample=Image.Resampling.BILINEAR)
    image = image.quantize(8).convert("L")
    random = Random(7)
    for _ in range(300):
        image.putpixel((random.randrange(583), random.randrange(827)), 90)
    canvas = Canvas(str(target), pagesize=A5, invariant=1, pageCompression=1)
    canvas.drawImage(ImageReader(image), 0, 0, *A5)
    canvas.save()


def make_bad(folder: Path, whole: Path) -> None:
    """Make the files that a reader must refuse; ``whole`` is cut in half for one of them."""
    folder.mkdir(exist_ok=True)
    make_encrypted(folder / "encrypted.pdf")
    make_scan(folder / "scan.pdf")
    data = whole.read_bytes()
    (folder / "broken.pdf").write_bytes(data[: len(data) // 2])


def main() -> None:
    """Make every file."""
    rl_config.useA85 = 0  # smaller files
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    bad = out / "bad" if len(sys.argv) > 1 else HERE.parent / "tests" / "data" / "bad"
    out.mkdir(parents=True, exist_ok=True)
    sources = {path.stem: read_blocks(path) for path in sorted((HERE / "expected").glob("*.md"))}
    make_tex(ONE_COLUMN, sources["one-column"], out / "one-column.pdf")
    make_tex(TWO_COLUMNS, sources["two-columns"], out / "two-columns.pdf")
    make_groff(sources["nested-lists"], out / "nested-lists.pdf")
    make_lost_spaces(sources["lost-spaces"], out / "lost-spaces.pdf")
    make_weasyprint("fr", CSS, sources["french-leaflet"], out / "french-leaflet.pdf")
    make_tex(SEED_TABLES, sources["seed-tables"], out / "seed-tables.pdf")
    make_weasyprint("en", CSS_TABLES, sources["bread-prices"], out / "bread-prices.pdf")
    make_tex(FOOTNOTES, sources["footnotes"], out / "footnotes.pdf")
    links = sources["links-and-emphasis"]
    make_weasyprint("en", CSS_MARKS, links, out / "links-and-emphasis.pdf")
    make_tex(STATED_OUTLINE, sources["stated-outline"], out / "stated-outline.pdf")
    tagged = ("--pdf-variant", "pdf/ua-1")
    make_weasyprint("en", CSS_TAGS, sources["stated-tags"], out / "stated-tags.pdf", *tagged)
    make_bad(bad, out / "nested-lists.pdf")
    for path in sorted([*out.glob("*.pdf"), *bad.glob("*.pdf")]):
        print(f"  {path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
