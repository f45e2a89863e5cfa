"""Make the PDFs of the set: every content by every producer, each time as another kind of table.

Needs pdfTeX (LaTeX with booktabs and longtable), groff with tbl and gropdf, and WeasyPrint as
commands, and the Python package reportlab.
"""

from __future__ import annotations

import html
import os
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.tables.contents import CONTENTS, HELD_OUT, LEFT_SPAN, PROSE, UP_SPAN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.tables.contents import Content

KINDS = ("ruled", "half-ruled", "unruled")
LONG = 20  # rows from which on a table may go over a page break
EPOCH = "1704067200"  # 2024-01-01, so that the same versions give the same bytes


@dataclass(frozen=True)
class Case:
    """One PDF of the set: a content, its producer, the kind of table, and to which half it goes."""

    content: Content
    producer: str
    kind: str
    held_out: bool

    @property
    def name(self) -> str:
        """Name of the file without suffix."""
        return f"{self.content.name}-{self.producer}-{self.kind}"

    @property
    def is_long(self) -> bool:
        """Does the table go over a page break?"""
        return len(self.content.rows) > LONG


def cases() -> Iterator[Case]:
    """All of the set. What is held out has contents and a look of its own."""
    for at, content in enumerate(CONTENTS):
        for shift, producer in enumerate(PRODUCERS):
            yield Case(content, producer, KINDS[(at + shift) % len(KINDS)], content in HELD_OUT)


def make(case: Case, target: Path) -> None:
    """Write the PDF of one case."""
    PRODUCERS[case.producer](case, target)


def _run(command: list[str], folder: Path, stdin: str | None = None) -> bytes:
    env = dict(os.environ, SOURCE_DATE_EPOCH=EPOCH, FORCE_SOURCE_DATE="1", TZ="UTC")
    data = None if stdin is None else stdin.encode()
    done = subprocess.run(
        command, cwd=folder, env=env, input=data, capture_output=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{command[0]} failed:\n{(done.stderr + done.stdout).decode()}")
    return done.stdout


def _span(rows: list[list[str]], at: int, column: int) -> tuple[int, int]:
    """Rows and columns that a cell takes."""
    wide = 1
    while column + wide < len(rows[at]) and rows[at][column + wide] == LEFT_SPAN:
        wide += 1
    high = 1
    while at + high < len(rows) and rows[at + high][column] == UP_SPAN:
        high += 1
    return high, wide


# ---------------------------------------------------------------- WeasyPrint

_CSS = """
@page { size: A5; margin: 18mm; @bottom-center { content: counter(page); font-size: 8pt } }
body { font: 10pt/1.35 "DejaVu Serif"; } table { margin: 3mm 0; }
th, td { padding: 1mm 2mm; text-align: left; vertical-align: top } .r { text-align: right }
.c { text-align: center } .plain { font-weight: normal }
"""
_CSS_HELD_OUT = """
@page { size: A4; margin: 25mm } body { font: 9.5pt/1.5 "DejaVu Sans" }
th, td { padding: 0.7mm 1.6mm; vertical-align: middle } table { margin: 2mm auto }
tbody tr:nth-child(even) { background: #eee } thead { background: #dde }
"""
_CSS_OF = {
    "ruled": "table { border-collapse: collapse } th, td { border: 0.5pt solid #444 }",
    "half-ruled": "table { border-collapse: collapse } tr { border-bottom: 0.5pt solid #888 }"
    "thead { border-top: 1pt solid black; border-bottom: 1pt solid black }",
    "unruled": "table { border-collapse: collapse }",
}


def _weasyprint(case: Case, target: Path) -> None:
    body = [f"<p>{html.escape(text)}</p>" for text in PROSE]
    caption = f"<p>{html.escape(case.content.caption)}</p>" if case.content.caption else ""
    look = _CSS_HELD_OUT if case.held_out else ""
    page = (
        '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Report</title>'
        f"<style>{_CSS}{_CSS_OF[case.kind]}{look}</style><h2>A report of the house</h2>"
        f"{body[0]}{body[1]}{caption}{_html_table(case.content)}{body[2]}{body[3]}"
    )
    command = ["weasyprint", "-q", "--pdf-identifier", "tables", "-", "-"]
    target.write_bytes(_run(command, target.parent, page))


def _html_table(content: Content) -> str:
    rows = content.rows
    plain = "" if content.bold else " plain"
    parts = ["<table><thead>"]
    head = 1 + any(c == UP_SPAN for c in rows[1])
    for at, row in enumerate(rows):
        parts.append("</thead><tbody><tr>" if at == head else "<tr>")
        tag = "th" if at < head else "td"
        for column, cell in enumerate(row):
            if cell in {LEFT_SPAN, UP_SPAN}:
                continue
            high, wide = _span(rows, at, column)
            width = content.widths[column] if content.widths else 0
            style = f' style="width: {0.75 * width:.1f}em"' if width and at == 0 else ""
            parts.append(
                f'<{tag} class="{content.align[column]}{plain if at < head else ""}" '
                f'rowspan="{high}" colspan="{wide}"{style}>{html.escape(cell)}</{tag}>'
            )
        parts.append("</tr>")
    return "".join([*parts, "</tbody></table>"])


# ---------------------------------------------------------------- LaTeX

_TEX = r"""\documentclass[10pt]{article}
\pdfinfoomitdate=1 \pdftrailerid{} \pdfsuppressptexinfo=-1
\usepackage[utf8]{inputenc}\usepackage[T1]{fontenc}\usepackage{textcomp}
\usepackage[a5paper,margin=18mm]{geometry}
\usepackage{lmodern}\usepackage{booktabs,longtable,array}
%s
\begin{document}
\section*{A report of the house}
"""
_TEX_HELD_OUT = (
    r"\usepackage{charter}\setlength{\tabcolsep}{4.5pt}\renewcommand{\arraystretch}{1.15}"
)


def _latex(case: Case, target: Path) -> None:
    prose = [_tex(text) for text in PROSE]
    table = "\n".join(_tex_table(case))
    caption = f"\\noindent {_tex(case.content.caption)}\n\n" if case.content.caption else ""
    if not case.is_long:
        table = f"\\medskip\\noindent\n{table}\n\n\\medskip"
    if case.held_out and not case.is_long:
        table = f"{{\\centering\\small {table}\\par}}"
    head = _TEX % (_TEX_HELD_OUT if case.held_out else "")
    parts = [head, prose[0], "\n\n", prose[1], "\n\n", caption, table, "\n\n", prose[2], "\n\n"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = "".join([*parts, prose[3], "\n\\end{document}\n"])
        (folder / "table.tex").write_text(source, encoding="utf-8")
        for _ in range(3 if case.is_long else 1):  # longtable finds its widths in several runs
            _run(["pdflatex", "-interaction=batchmode", "-halt-on-error", "table.tex"], folder)
        target.write_bytes((folder / "table.pdf").read_bytes())


def _tex(text: str) -> str:
    text = re.sub(r"[&%$#_]", r"\\\g<0>", text)
    for char, command in {
        "€": r"\texteuro{}",
        "±": r"$\pm$",
        "°": r"\textdegree{}",
        "³": r"\textthreesuperior{}",
        "<": r"$<$",
        "–": "--",
    }.items():
        text = text.replace(char, command)
    return text


def _tex_table(case: Case) -> Iterator[str]:
    content, rows = case.content, case.content.rows
    bar = "|" if case.kind == "ruled" else ""
    side = "" if case.held_out else bar
    widths = content.widths or (0,) * len(content.align)
    # Columns that wrap are narrower than elsewhere: the page is.
    columns = [f"p{{{0.8 * w}em}}" if w else a for a, w in zip(content.align, widths, strict=True)]
    name = "longtable" if case.is_long else "tabular"
    yield f"\\begin{{{name}}}{{{side}{bar.join(columns)}{side}}}"
    top, middle, bottom = {
        "ruled": (r"\hline", r"\hline", r"\hline"),
        "half-ruled": (r"\toprule", r"\midrule", r"\bottomrule"),
        "unruled": ("", "", ""),
    }[case.kind]
    yield top
    head = 1 + any(c == UP_SPAN for c in rows[1])
    for at in range(len(rows)):
        yield _tex_row(content, at, columns, bar, bold=content.bold and at < head)
        if at == len(rows) - 1:
            yield bottom
        elif case.kind == "ruled" and (not case.held_out or at == head - 1):
            yield _tex_lines(rows, at)
        elif at == head - 1:
            yield middle
        if case.is_long and at == head - 1:
            yield r"\endhead"
    yield f"\\end{{{name}}}"


def _tex_row(content: Content, at: int, columns: list[str], bar: str, *, bold: bool) -> str:
    cells: list[str] = []
    rows = content.rows
    for column, cell in enumerate(rows[at]):
        if cell == LEFT_SPAN:
            continue
        text = "" if cell == UP_SPAN else _tex(cell)
        text = f"\\textbf{{{text}}}" if bold and text else text
        _, wide = _span(rows, at, column)
        if wide > 1:
            place = "c" if at == 0 else f"p{{{4 * wide}em}}" if len(cell) > LONG else "l"
            left = bar if column == 0 else ""
            text = f"\\multicolumn{{{wide}}}{{{left}{place}{bar}}}{{{text}}}"
        cells.append(text)
    return " & ".join(cells) + r" \\"


def _tex_lines(rows: list[list[str]], at: int) -> str:
    open_at = [c for c, cell in enumerate(rows[at + 1]) if cell == UP_SPAN]
    if not open_at:
        return r"\hline"
    lines = (f"\\cline{{{c + 1}-{c + 1}}}" for c in range(len(rows[at])) if c not in open_at)
    return "".join(lines)


# ---------------------------------------------------------------- groff


def _groff(case: Case, target: Path) -> None:
    prose = [f".LP\n{text}" for text in PROSE]
    caption = f".LP\n{case.content.caption}\n" if case.content.caption else ""
    head = [".kern 0", ".nr LL 300p", ".nr PO 60p", ".nr HM 50p", ".nr FM 50p"]
    head += [".nr PS 9", ".nr VS 12"] if case.held_out else [".nr PS 10", ".nr VS 12"]
    parts = [*head, ".SH", "A report of the house", prose[0], prose[1]]
    parts += [caption + "\n".join(_tbl(case)), prose[2], prose[3]]
    command = ["groff", "-Kutf8", "-Tpdf", "-t", "-ms", "-dpaper=a5", "-P-pa5"]
    target.write_bytes(_run(command, target.parent, "\n".join(parts) + "\n"))


def _tbl(case: Case) -> Iterator[str]:
    content, rows = case.content, case.content.rows
    yield ".TS H" if case.is_long else ".TS"
    look = "center box " if case.held_out and case.kind == "ruled" else ""
    yield look + ("allbox " if case.kind == "ruled" else "") + "tab(@);"
    head = 1 + any(c == UP_SPAN for c in rows[1])
    lines = [_tbl_format(content, at, bold=content.bold and at < head) for at in range(len(rows))]
    while len(lines) > 1 and lines[-1] == lines[-2]:
        lines.pop()
    yield "\n".join(lines) + "."
    if case.kind == "half-ruled":
        yield "_"
    for at, row in enumerate(rows):
        # A cell that belongs to the one on its left has no entry.
        yield "@".join(_tbl_cell(content, c, t) for c, t in enumerate(row) if t != LEFT_SPAN)
        if at == head - 1:
            if case.kind == "half-ruled":
                yield "_"
            if case.is_long:
                yield ".TH"
    if case.kind == "half-ruled":
        yield "_"
    yield ".TE"


def _tbl_format(content: Content, at: int, *, bold: bool) -> str:
    keys: list[str] = []
    for column, cell in enumerate(content.rows[at]):
        if cell == LEFT_SPAN:
            keys.append("s")
        elif cell == UP_SPAN:
            keys.append("^")
        else:
            wide = _span(content.rows, at, column)[1] > 1
            key = "c" if wide and at == 0 else content.align[column]
            width = content.widths[column] if content.widths and not wide else 0
            keys.append(key + ("b" if bold else "") + (f"w({width * 0.8:.0f}m)" if width else ""))
    return " ".join(keys)


def _tbl_cell(content: Content, column: int, cell: str) -> str:
    if cell == UP_SPAN:
        return ""
    if content.widths and content.widths[column] and cell:
        return f"T{{\n{cell}\nT}}"
    return cell


# ---------------------------------------------------------------- reportlab


def _reportlab(case: Case, target: Path) -> None:
    from reportlab import rl_config
    from reportlab.lib.pagesizes import A5
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import (
        Paragraph,
        SimpleDocTemplate,
        Spacer,
    )

    rl_config.invariant = 1
    styles = getSampleStyleSheet()
    text = [Paragraph(html.escape(p), styles["BodyText"]) for p in PROSE]
    story = [Paragraph("A report of the house", styles["Heading2"]), *text[:2]]
    if case.content.caption:
        story.append(Paragraph(html.escape(case.content.caption), styles["BodyText"]))
    story += [Spacer(1, 6), _reportlab_table(case, styles), Spacer(1, 6), *text[2:]]
    SimpleDocTemplate(str(target), pagesize=A5, margin=40).build(story)


def _reportlab_table(case: Case, styles: Any) -> Any:  # noqa: ANN401 - reportlab is not typed
    from reportlab.lib import colors
    from reportlab.platypus import Paragraph, Table

    content, rows = case.content, case.content.rows
    em = 10
    widths = [0.9 * em * w if w else 6 * em for w in content.widths] or None
    head = 1 + any(c == UP_SPAN for c in rows[1])
    data: list[list[Any]] = []
    for at, row in enumerate(content.truth):
        cells: list[Any] = list(row)
        for column, cell in enumerate(row):
            if content.widths and content.widths[column] and cell and at >= head:
                cells[column] = Paragraph(html.escape(cell), styles["BodyText"])
        data.append(cells)
    style: list[tuple[Any, ...]] = [("VALIGN", (0, 0), (-1, -1), "TOP")]
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            high, wide = (1, 1) if cell in {LEFT_SPAN, UP_SPAN} else _span(rows, at, column)
            if (high, wide) != (1, 1):
                style.append(("SPAN", (column, at), (column + wide - 1, at + high - 1)))
    names = {"l": "LEFT", "r": "RIGHT", "c": "CENTER"}
    style += [("ALIGN", (c, 0), (c, -1), names[a]) for c, a in enumerate(content.align)]
    if content.bold:
        style.append(("FONTNAME", (0, 0), (-1, head - 1), "Helvetica-Bold"))
    if case.held_out and case.kind != "unruled":
        style.append(("BACKGROUND", (0, 0), (-1, head - 1), colors.lightgrey))
        style.append(("FONTSIZE", (0, 0), (-1, -1), 9))
    if case.kind == "ruled":
        style.append(("GRID", (0, 0), (-1, -1), 0.5, colors.grey))
    elif case.kind == "half-ruled":
        style += [
            ("LINEABOVE", (0, 0), (-1, 0), 1, colors.black),
            ("LINEBELOW", (0, head - 1), (-1, head - 1), 0.5, colors.black),
            ("LINEBELOW", (0, -1), (-1, -1), 1, colors.black),
        ]
    return Table(data, colWidths=widths, style=style, repeatRows=head)


PRODUCERS: dict[str, Callable[[Case, Path], None]] = {
    "weasyprint": _weasyprint,
    "latex": _latex,
    "groff": _groff,
    "reportlab": _reportlab,
}
