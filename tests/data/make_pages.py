"""Make the PDFs of `pages/`: each shows one thing that pages do to the order of their text.

`python tests/data/make_pages.py` needs `groff`, `weasyprint`, LaTeX and `reportlab`, as
`samples/make_samples.py` does, and Chromium and LibreOffice. What a careful reader would type
stands in `pages/NAME.md`.
"""

import os
import re
import subprocess
import tempfile
from pathlib import Path

from reportlab.lib.colors import Color, black, gray, red, white
from reportlab.lib.pagesizes import A5
from reportlab.pdfgen.canvas import Canvas

PAGES = Path(__file__).parent / "pages"
FIXED = {"SOURCE_DATE_EPOCH": "1704067200", "FORCE_SOURCE_DATE": "1", "TZ": "UTC"}
WIDTH, HEIGHT = A5

# ---------------------------------------------------------------- text

TREES = """\
The first pear tree in the street was planted by a neighbour who had bought one tree too many.
He dug a hole in the verge on a wet morning, and nobody asked him what he was doing there. By the
end of the summer it had grown as tall as the fence, and the children had given it a name. In the
second year the council sent a letter, which asked who had planted the tree and who would water
it. The street answered with a list of names, one for each day of the week, and a drawing of the
tree in bloom. The letter that came back was short and kind, and it hangs in the town hall."""
WATER = """\
Young trees need water more than anything else, and they need it at the root rather than on the
leaf. A bucket with a small hole, set beside the trunk and filled twice a week, does more good
than a hose in the evening. After three summers the roots have gone down far enough, and the
bucket can move on to the next tree. Old trees look after themselves, except in years when it
does not rain at all between the blossom and the harvest."""
PRUNING = """\
Prune in late winter, when the wood is bare and the shape of the tree is easy to see. Take out
what is dead first, then what crosses, and stop before it looks finished. A cut heals best just
above a bud that points away from the middle. Nobody has ever killed a pear tree by pruning it
too little, although a good many have been lost to people who owned a new saw."""
HARVEST = """\
Pears ripen from the inside, so a pear that is soft on the tree is already too late. Lift the
fruit in the palm of your hand, and if the stalk lets go, it is time. Lay the pears side by side
in a cool room, and look at them every day. The first to turn yellow tells you that the others
will follow within the week, and that it is time to borrow jars."""


def one_line(text):
    return " ".join(text.split())


# ---------------------------------------------------------------- producers


def run(command, folder, stdin=None):
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **FIXED}, input=stdin, capture_output=True
    )
    if done.returncode:
        raise SystemExit(f"{command[0]} failed:\n{(done.stdout + done.stderr).decode()}")
    return done.stdout


TEX = r"""\documentclass[10pt]{extarticle}
\pdfinfoomitdate=1 \pdftrailerid{} \pdfsuppressptexinfo=-1
\usepackage[T1]{fontenc}\usepackage{mathptmx}
\usepackage[paperwidth=%s,paperheight=%s,margin=14mm]{geometry}
\pagestyle{empty}\parindent=4mm\raggedbottom\frenchspacing\tolerance=3000
%s
\begin{document}
%s
\end{document}
"""


def tex(name, body, preamble="", size=("148mm", "210mm")):
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "x.tex").write_text(TEX % (*size, preamble, body))
        for _ in range(2):
            run(["pdflatex", "-interaction=batchmode", "-halt-on-error", "x.tex"], folder)
        (PAGES / f"{name}.pdf").write_bytes((Path(folder) / "x.pdf").read_bytes())


HTML = """<!doctype html><html lang="en"><title>x</title><style>
@page {{ size: 148mm 210mm; margin: 14mm }}
body {{ font: 10pt/1.3 "DejaVu Serif"; margin: 0 }} p {{ margin: 0 0 2mm }}
{css}</style><body>{body}</body></html>"""


def html(name, body, css=""):
    with tempfile.TemporaryDirectory() as folder:
        source = HTML.format(css=css, body=body).encode()
        run(["weasyprint", "-", "x.pdf"], folder, source)
        (PAGES / f"{name}.pdf").write_bytes((Path(folder) / "x.pdf").read_bytes())


def groff(name, source):
    (PAGES / f"{name}.pdf").write_bytes(
        run(["groff", "-Tpdf", "-ms", "-P-p148m,210m"], PAGES, source.encode())
    )


def canvas(name, pagesize=A5):
    return Canvas(str(PAGES / f"{name}.pdf"), pagesize=pagesize, invariant=1, pageCompression=1)


def wrapped(text, width):
    """Break text into lines of so many characters."""
    return re.findall(rf"(?<!\S)\S.{{0,{width - 2}}}(?!\S)", one_line(text))


def paragraph(page, text, x, y, width=58, leading=14, font="Times-Roman", size=11):
    """Draw a paragraph from its first baseline down; the baseline after it."""
    page.setFont(font, size)
    for line in wrapped(text, width):
        page.drawString(x, y, line)
        y -= leading
    return y


# ---------------------------------------------------------------- columns


def three_columns():
    """Three columns that go on over the page, below a title over all."""
    body = r"\begin{center}\Large\bfseries The Street Orchard\end{center}"
    body += r"\begin{multicols}{3}" + "\n\n".join(
        (TREES, WATER, PRUNING, HARVEST, TREES.replace("pear", "plum"), WATER)
    )
    tex(
        "three-columns",
        body + r"\end{multicols}",
        r"\usepackage{multicol}\hyphenpenalty=10000",
        ("210mm", "140mm"),
    )


def headed_columns():
    """Two columns, cut by headings over the whole width."""
    css = ".c { column-count: 2; column-gap: 6mm; column-fill: balance }"
    css += "h1 { font-size: 16pt } h2 { font-size: 12pt; margin: 3mm 0 2mm }"
    sections = (
        ("Planting", TREES),
        ("Water", WATER),
        ("Pruning in late winter", PRUNING + " " + HARVEST),
    )
    body = "<h1>A Year with Pears</h1>" + "".join(
        f'<h2>{head}</h2><div class="c"><p>{text}</p></div>' for head, text in sections
    )
    html("headed-columns", body, css)


def side_notes():
    """Notes in the margin beside the text they belong to."""
    body = r"""\section*{Notes for Neighbours}
%s\marginpar{\footnotesize\raggedright Bare roots do not like the sun; keep them covered.} %s

%s\marginpar{\footnotesize\raggedright A bucket costs less than a tree.} %s

%s
"""
    first, second = TREES.split(" By the\nend", 1)
    third, fourth = WATER.split(" After three", 1)
    body %= (first, "By the end" + second, third, "After three" + fourth, PRUNING)
    geometry = r"\geometry{left=14mm,right=44mm,marginparwidth=26mm,marginparsep=4mm}"
    tex("side-notes", body, geometry + r"\hyphenpenalty=10000")


def boxed_columns():
    """Two columns with a caption inside one of them and a box over both."""
    body = (
        r"\begin{multicols}{2}"
        + TREES
        + r"""

\begin{center}\rule{50mm}{20mm}

\small Figure 1. The tree in its third year.\end{center}

"""
        + WATER
        + r"\end{multicols}"
        r"\noindent\fbox{\parbox{\dimexpr\textwidth-2\fboxsep-2\fboxrule}{\textbf{Mind the saw.} "
        r"A new saw is sharper than the one you know. Cut away from yourself, and let the branch "
        r"hang until you have a hand free to catch it.}}"
        r"\begin{multicols}{2}" + PRUNING + "\n\n" + HARVEST + r"\end{multicols}"
    )
    tex("boxed-columns", body, r"\usepackage{multicol}\hyphenpenalty=10000")


LONG_NOTE = r"""\footnote{The name was not a kind one, and it is left out here, but the list of
all the names that were proposed in the course of that summer has been kept by the
school, where it hangs in the hall beside the door. Whoever asks for it will be
given a copy, on paper, and a pear, if there is one. The list has thirty-one
names, and most of them are those of cats. Nobody knows why the children thought
of cats; there are none in the street, since the birds are fed there all through
the year, and a cat would be out of place.}"""


def notes():
    """Footnotes in two columns, and one that goes on at the foot of the next page."""
    first, second = TREES.split(" By the\nend", 1)
    body = first.replace(".", r".\footnote{He says that he counted them twice.}", 1)
    body += r" By the end" + second.replace("a name.", "a name." + LONG_NOTE)
    body += "\n\n" + WATER.replace("evening.", r"evening.\footnote{A can will do.}")
    body = body.replace("\nsecond", " second") + " " + PRUNING
    tex("column-notes", body, r"\twocolumn\hyphenpenalty=10000", ("148mm", "110mm"))
    over = r"\interfootnotelinepenalty=0\hyphenpenalty=10000\AtBeginDocument{\dimen\footins=16mm}"
    tex("note-over-page", body, over, ("148mm", "74mm"))


# ---------------------------------------------------------------- direction


def turned_pages():
    """The same kind of page stored upright and turned by a quarter, a half and three quarters."""
    page = canvas("turned-pages")
    texts = (TREES, WATER, PRUNING, HARVEST)
    heads = ("Upright", "Turned to the Right", "Upside Down", "Turned to the Left")
    for quarter, (head, text) in enumerate(zip(heads, texts, strict=True)):
        page.setPageRotation(90 * quarter)
        # So drawn that it stands upright once the page is turned.
        page.translate(*((0, 0), (HEIGHT, 0), (WIDTH, HEIGHT), (0, WIDTH))[quarter])
        page.rotate(90 * quarter)
        page.setFont("Times-Bold", 16)
        page.drawString(50, 330, head)
        paragraph(page, text, 50, 300)
        page.showPage()
    page.save()


def margin_stamp():
    """A stamp that runs up the margin, and headings of table columns that run up as well."""
    page = canvas("margin-stamp")
    page.saveState()
    page.setFillGray(0.5)
    page.translate(28, 180)
    page.rotate(90)
    page.setFont("Times-Roman", 18)
    page.drawString(0, 0, "pears:2401.00042v2  3 Jan 2024")
    page.restoreState()
    page.setFont("Times-Bold", 16)
    page.drawString(60, 540, "On the Water of Young Trees")
    y = paragraph(page, WATER, 60, 510, width=52)
    page.setFont("Times-Roman", 11)
    columns = ("Buckets", "Days without rain", "Trees lost")
    for place, column in enumerate(columns):
        page.saveState()
        page.translate(190 + 60 * place, y - 90)
        page.rotate(90)
        page.drawString(0, 0, column)
        page.restoreState()
    y -= 110
    page.line(60, y + 12, 350, y + 12)
    for row in (
        ("Upper street", "2", "31", "0"),
        ("Lower street", "1", "35", "3"),
        ("Station road", "0", "28", "7"),
        ("Mill lane", "3", "30", "1"),
    ):
        for x, cell in zip((60, 180, 240, 300), row, strict=True):
            page.drawString(x, y, cell)
        y -= 16
    paragraph(page, PRUNING, 60, y - 14, width=52)
    page.save()


# ---------------------------------------------------------------- glyphs


def bold_by_hand():
    """Bold type made of regular type: drawn twice, drawn three times, filled and stroked."""
    page = canvas("bold-by-hand")
    page.setFont("Helvetica", 16)
    for shift in (0, 0.4, 0.8):
        page.drawString(50 + shift, 540, "Drawn Three Times")
    y = paragraph(page, TREES, 50, 510)
    page.setFont("Helvetica", 13)
    for x, letter in spread("Letter by Letter", page, 13):
        for shift in (0, 0.5):
            page.drawString(50 + x + shift, y - 12, letter)
    y = paragraph(page, WATER, 50, y - 40)
    text = page.beginText(50, y - 12)
    text.setFont("Helvetica", 13)
    text.setTextRenderMode(2)
    text.textLine("Filled and Stroked")
    text.setTextRenderMode(0)
    page.drawText(text)
    paragraph(page, PRUNING, 50, y - 40)
    page.save()


def spread(text, page, size, gap=0.0, font="Helvetica"):
    """Each letter with its place, further apart by a gap."""
    x = 0.0
    for letter in text:
        if letter != " ":
            yield x, letter
        x += page.stringWidth(letter, font, size) + gap


def letter_spaced():
    """Letter-spaced headings: by the producer's own spacing, by Tc, and letter by letter."""
    css = (
        "h1 { font-size: 15pt; letter-spacing: .35em; text-align: center }"
        "h2 { font-size: 11pt; letter-spacing: .2em }"
        "em { font-style: normal; letter-spacing: .15em }"
    )
    water = WATER.replace(
        "Old trees look after themselves", "<em>Old trees</em> look after themselves"
    )
    body = f"<h1>CHAPTER ONE</h1><p>{TREES}</p><h2>WATER AND WEEDS</h2><p>{water}</p>"
    html("letter-spaced", body, css)
    page = canvas("letter-placed")
    text = page.beginText(50, 540)
    text.setFont("Helvetica", 16)
    text.setCharSpace(6)
    text.textLine("CHAPTER TWO")
    text.setCharSpace(0)
    page.drawText(text)
    y = paragraph(page, TREES, 50, 510)
    page.setFont("Helvetica", 13)
    for x, letter in spread("WHEN TO PRUNE A TREE", page, 13, gap=5):
        page.drawString(50 + x, y - 12, letter)
    y = paragraph(page, PRUNING, 50, y - 40)
    page.setFont("Helvetica", 13)
    page.drawString(50, y - 12, "T H E   H A R V E S T")
    paragraph(page, HARVEST, 50, y - 40)
    page.save()


PICTURES = r"""\pdfmapfile{}\documentclass[10pt]{article}
\pdfinfoomitdate=1 \pdftrailerid{} \pdfsuppressptexinfo=-1
\usepackage[%s]{fontenc}\usepackage[utf8]{inputenc}
\usepackage[paperwidth=148mm,paperheight=105mm,margin=14mm]{geometry}
\pagestyle{empty}\frenchspacing
\begin{document}
\section*{The Office of Pears}
%s
\end{document}
"""
OFFICE = r"""The first officer of the orchard filed a final report: it was ``difficult to find
enough flat shelves'' --- and the waffles were affordable, on pages 10--12. She'd offer the flour to
the baffled staff of the stra\ss e. \begin{itemize}\item a fig \item a fluffy quince\end{itemize}"""


def bitmap_fonts():
    """Fonts that are pictures, with codes of TeX and no characters: those of Cork and of Knuth."""
    cork = OFFICE + r" In Łódź and in Plzeň »nobody« eats the cœur of a pear. Ça suffit."
    for name, encoding, body in (
        ("bitmap-fonts", "T1", cork),
        ("bitmap-fonts-knuth", "OT1", OFFICE + r" The mean is $3 - x$."),
    ):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "x.tex").write_text(PICTURES % (encoding, body))
            run(["pdflatex", "-interaction=batchmode", "-halt-on-error", "x.tex"], folder)
            (PAGES / f"{name}.pdf").write_bytes((Path(folder) / "x.pdf").read_bytes())


FORMULA = (
    OFFICE
    + r""" The mean is $\sum_{i=1}^{n} \alpha_i \int_0^\infty f(x)\,dx \leq \beta$, and
$x \rightarrow \partial y$ is next."""
)


def formula_fonts():
    """Signs of formulas whose fonts do not tell them; `formula-fonts.pdf` has no answer."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "x.tex").write_text(PICTURES % ("T1", FORMULA))
        run(["pdflatex", "-interaction=batchmode", "-halt-on-error", "x.tex"], folder)
        (PAGES.parent / "formula-fonts.pdf").write_bytes((Path(folder) / "x.pdf").read_bytes())


SIGNS = """<h1>Raised and Lowered</h1>
<p>A density of 10<sup>−3</sup> kg/m<sup>3</sup> on 25 m<sup>2</sup> was measured on the
1<sup>st</sup> of May, when H<sub>2</sub>O and CO<sub>2</sub> were weighed by M<sup>me</sup> Curie
for the 3<sup>rd</sup> time; see n<sup>o</sup> 5.</p>
<p>The value x<sub>i</sub><sup>2</sup> is next, and then the pears.</p>"""


def raised_signs():
    """Exponents, indices and ordinals, by a browser engine and by TeX."""
    html("raised-signs", SIGNS, "sub, sup { line-height: 0 }")
    tex(
        "raised-signs-tex",
        r"""A density of $10^{-3}$\,kg/m$^3$ on 25\,m$^2$ was measured on the
1\textsuperscript{st} of May, when H$_2$O and CO$_2$ were weighed for the
3\textsuperscript{rd} time. The value $x_i^2$ is next,
in water at $5\cdot10^6$\,J the pear of $v_{\max}$ is large.""",
        size=("148mm", "105mm"),
    )


def soft_hyphens():
    """Words with hyphens that are seen at the end of a line only."""
    text = TREES
    for word in ("neighbour", "planted", "morning", "children", "summer", "council", "letter"):
        half = len(word) // 2
        text = text.replace(word, f"{word[:half]}&shy;{word[half:]}")
    html("soft-hyphens", f"<p>{text}</p>", "p { hyphens: manual; width: 45mm }")


# ---------------------------------------------------------------- definitions

TERMS = {
    "Platen": "The flat plate that presses the paper onto the type. It must be level, or one edge"
    " of the page comes out pale and the other cuts through.",
    "Tympan": "A frame with parchment on it, to which the sheet is pinned. It folds down over the"
    " type <i>before</i> the bar is pulled.",
    "Bar": "What you pull.",
}
BEFORE = "The press in the cellar has parts with names that nobody outside the trade knows."
AFTER = "Everything else can be learnt by doing it wrong, as the stains on the ceiling show."


def definitions():
    """Terms in bold, each above its definition, as groff and browsers set them."""
    terms = "".join(f"<dt>{term}<dd>{text}" for term, text in TERMS.items())
    html(
        "definitions",
        f"<p>{BEFORE}</p><dl>{terms}</dl><p>{AFTER}</p>",
        "dt { font-weight: bold }",
    )
    rows = [f'.IP "\\fB{term}\\fP" 4\n{text}' for term, text in TERMS.items()]
    source = "\n".join((".LP", BEFORE, *rows, ".LP", AFTER, ""))
    groff("definitions-groff", source.replace("<i>", "\\fI").replace("</i>", "\\fP"))


# ---------------------------------------------------------------- what nobody sees


def ocr_layer():
    """A picture of a page, and below it the text that a program saw in it."""
    from PIL import Image, ImageDraw
    from reportlab.lib.utils import ImageReader

    picture = Image.new("L", (420, 595), 255)
    ImageDraw.Draw(picture).multiline_text((50, 60), "\n".join(wrapped(TREES, 58)), fill=0)
    page = canvas("ocr-layer")
    page.drawImage(ImageReader(picture.quantize(4).convert("L")), 0, 0, *A5)
    y = 540
    for head, text in (("The First Tree", TREES), ("Water", WATER)):
        for size, leading, lines in ((15, 22, [head]), (11, 14, wrapped(text, 58))):
            for line in lines:
                words = page.beginText(50, y)
                words.setTextRenderMode(3)
                words.setFont("Times-Roman", size)
                words.textLine(line)
                page.drawText(words)
                y -= leading
        y -= 12
    page.save()


def hidden_text():
    """Words that nobody sees: white, tiny, clipped, beside the page."""
    page = canvas("hidden-text")
    page.setFont("Times-Bold", 16)
    page.drawString(50, 540, "What the Reader Sees")
    y = paragraph(page, TREES, 50, 510)
    page.setFillColor(white)
    page.setFont("Times-Roman", 11)
    page.drawString(50, y, "These white words stand on white paper.")
    page.setFillColor(black)
    page.setFont("Times-Roman", 0.2)
    page.drawString(50, y - 14, "These words are too small to be seen.")
    page.setFont("Times-Roman", 11)
    page.saveState()
    path = page.beginPath()
    path.rect(300, 20, 20, 20)
    page.clipPath(path, stroke=0, fill=0)
    page.drawString(50, y - 28, "These words are clipped away.")
    page.restoreState()
    page.drawString(900, y, "These words stand beside the page.")
    # White words on a dark ground are seen.
    page.setFillColor(Color(0.1, 0.3, 0.1))
    page.rect(50, y - 130, 300, 30, fill=1, stroke=0)
    page.setFillColor(white)
    page.drawString(60, y - 120, "These white words stand on green and are seen.")
    page.setFillColor(black)
    paragraph(page, WATER, 50, y - 160)
    page.save()


def form_objects():
    """Text inside form XObjects, one inside the other, drawn where they are placed."""
    page = canvas("form-objects")
    page.beginForm("inner")
    page.setFont("Times-Bold", 16)
    page.drawString(0, 0, "A Heading in a Form")
    page.endForm()
    page.beginForm("outer")
    page.saveState()
    page.translate(50, 500)
    page.doForm("inner")
    page.restoreState()
    y = paragraph(page, TREES, 50, 470)
    page.line(50, y, 350, y)
    page.endForm()
    page.doForm("outer")
    paragraph(page, WATER, 50, y - 30)
    page.save()


def form_tables():
    """A table whose lines and text are in a form that is placed, enlarged, on the page."""
    page = canvas("form-tables")
    page.beginForm("table")
    page.setFont("Times-Roman", 10)
    rows = (("Tool", "Use"), ("Saw", "cuts what is dead"), ("Rope", "holds what is bent"))
    for at, row in enumerate(rows):
        for x, cell in zip((4, 64), row, strict=True):
            page.drawString(x, 6 - 18 * at, cell)
    page.setLineWidth(0.5)
    page.grid([0, 60, 160], [18, 0, -18, -36])
    page.endForm()
    page.setFont("Times-Bold", 16)
    page.drawString(50, 540, "A Table in a Form")
    y = paragraph(page, WATER, 50, 510)
    page.saveState()
    page.translate(50, y - 30)
    page.scale(1.2, 1.2)
    page.doForm("table")
    page.restoreState()
    paragraph(page, PRUNING, 50, y - 110)
    page.save()


def turned_tables():
    """A wide table that runs up the page, with lines, and one that runs down, without."""
    page = canvas("turned-tables")
    rows = [
        ("Tree", "Planted", "Height", "Pears", "Keeper"),
        ("First", "1998", "6.20", "310", "school"),
    ]
    rows += [("Second", "2001", "5.80", "270", "baker"), ("Third", "2004", "4.90", "180", "nobody")]
    rows += [("Fourth", "2009", "3.10", "95", "postman")]
    for place, angle, is_ruled in (((80, 60), 90, True), ((320, 540), -90, False)):
        page.saveState()
        page.translate(*place)
        page.rotate(angle)
        for down, row in enumerate(rows):
            page.setFont("Times-Bold" if down == 0 else "Times-Roman", 11)
            for at, cell in enumerate(row):
                page.drawString(6 + 90 * at, 6 - 20 * down, cell)
        if is_ruled:
            page.grid([90 * at for at in range(6)], [20 - 20 * at for at in range(6)])
        page.restoreState()
    page.save()


def watermarks():
    """A word across every page, a stamp on one, and a line that the text itself repeats."""
    page = canvas("watermarks")
    texts = (TREES, WATER, PRUNING, HARVEST)
    for number, text in enumerate(texts, 1):
        page.saveState()
        page.setFillColor(Color(0.85, 0.85, 0.85))
        page.translate(110, 240)
        page.rotate(52)
        page.setFont("Helvetica-Bold", 90)
        page.drawString(0, 0, "DRAFT")
        page.restoreState()
        page.setFillColor(black)
        page.setFont("Times-Bold", 16)
        page.drawString(50, 540, ("Planting", "Water", "Pruning", "Harvest")[number - 1])
        first, rest = text.split(". ", 1)
        y = paragraph(page, f"{first}.", 50, 510)
        y = paragraph(page, "This we say every month: come and look.", 50, y - 10)
        paragraph(page, rest, 50, y - 10)
        if number == 2:
            page.saveState()
            page.setFillColor(red)
            page.translate(200, 300)
            page.rotate(12)
            page.setFont("Helvetica-Bold", 20)
            page.drawString(0, 0, "RECEIVED 3 MAY")
            page.restoreState()
        page.showPage()
    page.save()


def empty_page():
    """Three pages, the second of them without text."""
    page = canvas("empty-page")
    paragraph(page, TREES, 50, 510)
    page.showPage()
    page.setFillColor(gray)
    page.rect(50, 300, 300, 200, fill=1)
    page.showPage()
    paragraph(page, WATER, 50, 510)
    page.save()


# ---------------------------------------------------------------- links

EDGES = r"""{\scriptsize Ask for \href{https://example.org/pears}{pears}, \href{https://example.org/plums}{early
plums}; or for the \href{https://example.org/list}{list} (\href{https://example.org/more}{more}).
All of it is in hyper\href{https://example.org/text}{text}, and in print. Whoever asks twice will
get two pears, and \href{https://example.org/saw}{the new saw} for an afternoon.}"""


def link_edges():
    """Links whose areas reach into the signs beside them."""
    tex("link-edges", PRUNING + "\n\n" + EDGES, r"\usepackage[hidelinks]{hyperref}")


# ---------------------------------------------------------------- tables

TOOLS = """<h1>Tools for the Orchard</h1>
<p>What hangs in the shed is listed here with a name, a price and what it is for, so that nobody
has to ask.</p>
<table class="ruled"><tr><th>Tool</th><th>Command</th><th>What it is for</th></tr>
<tr><td><a href="https://example.org/saw">Pruning saw</a></td><td><code>saw --dry-run</code></td>
<td>Cuts <b>dead wood</b> only; see <a href="https://example.org/guide">the guide of the street</a>,
page 4.</td></tr>
<tr><td>Bucket</td><td><code>fill</code></td>
<td>Needs a <i>small</i> hole and the key <code>a|b</code>.</td></tr>
<tr><td><b>All of it</b></td><td></td><td><b>Goes back to its hook.</b></td></tr></table>
<p>Prices are those of the first year, and they have gone up since then, as everything has.</p>
<table><tr><th>Item</th><th>First</th><th>Second</th><th>Note</th></tr>
<tr><td><i>Saw</i></td><td>12.50</td><td>14.00</td><td>new <i>blade</i></td></tr>
<tr><td><i>Bucket</i></td><td>3.20</td><td>3.40</td>
<td><a href="https://example.org/b">with hole</a></td></tr>
<tr><td><i>Rope</i></td><td>7.10</td><td>7.90</td><td>old</td></tr>
<tr><td><i>Ladder</i></td><td>48.00</td><td>52.00</td><td>long</td></tr>
<tr><td><b>Sum</b></td><td><b>70.80</b></td><td><b>77.30</b></td><td></td></tr></table>"""


COLUMN_TABLE = r"""

\begin{center}\begin{tabular}{lrrr}
\textbf{Tree} & \textbf{First} & \textbf{Second} & \textbf{Third} \\
Pear & 12 & 30 & 41 \\ Plum & 9 & 14 & 22 \\ Quince & 3 & 5 & 8 \\ Medlar & 1 & 2 & 2 \\
\end{tabular}\end{center}

"""


def column_tables():
    """Tables without lines inside the columns of a page."""
    body = r"\begin{multicols}{2}" + TREES + COLUMN_TABLE + WATER + "\n\n" + PRUNING
    body += "\n\n" + HARVEST + COLUMN_TABLE.replace("Pear ", "Apple ") + TREES
    body += r"\end{multicols}"
    tex("column-tables", body, r"\usepackage{multicol}\hyphenpenalty=10000", ("210mm", "150mm"))


def cell_marks():
    """Links, stress and code in the cells of tables; a bold header and an italic column."""
    css = "th, td { padding: 2pt 6pt; text-align: left; vertical-align: top }"
    css += ".ruled { border-collapse: collapse } .ruled td, .ruled th { border: .5pt solid }"
    html("cell-marks", TOOLS, css + ".ruled td:last-child { width: 40mm }")


# ---------------------------------------------------------------- contents

LISTED_STYLE = r"""\setcounter{secnumdepth}{0}\hyphenpenalty=10000\makeatletter
\renewcommand\section{\@startsection{section}{1}{0pt}{12pt}{6pt}{\normalfont\normalsize}}
\renewcommand\subsection{\@startsection{subsection}{2}{0pt}{12pt}{6pt}{\normalfont\normalsize}}
\renewcommand*\l@section{\@dottedtocline{1}{0em}{0em}}
\renewcommand*\l@subsection{\@dottedtocline{2}{1.5em}{0em}}\makeatother"""


def listed_headings():
    """Headings in the type of the text, which the table of contents alone tells."""
    body = r"\tableofcontents\newpage\section{Planting a tree}" + TREES
    body += r"\subsection{Holes}" + WATER + r"\subsection{Stakes and ties}" + PRUNING
    body += r"\newpage\section{Water and weeds}" + HARVEST + r"\subsection{Buckets}" + WATER
    body += "\n\nWater and weeds are all there is to it.\n\n" + r"\section{Harvest}" + HARVEST
    tex("listed-headings", body, LISTED_STYLE)


# ---------------------------------------------------------------- tags

TAGGED = """<h1>The street orchard</h1>
<p>The first pear tree in the street was planted by a neighbour who had bought one tree too many.
He dug a hole in the verge on a wet morning, and nobody asked him what he was doing there.</p>
<ul style="list-style-type: '\u21db '"><li>A bucket with a small hole
<ul style="list-style-type: '\u2192 '"><li>filled twice a week, which does more good than a hose in
the evening, as everyone knows</li><li>moved on after three summers</li></ul></li>
<li>A spade</li></ul>
<p>Young trees need water more than anything else, and they need it at the root.</p>
<ol><li>Dig a hole.</li></ol>
<p>Prune in late winter, when the wood is bare and the shape of the tree is easy to see.</p>
<p><img alt="A pear tree in its third year" src="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/\
2000/svg' width='80' height='40'%3E%3Crect width='80' height='40' fill='green'/%3E%3C/svg%3E"></p>
<table><thead><tr><th>Month</th><th>What to do</th></tr></thead><tbody>
<tr><td>January</td><td>Look at the trees and do nothing, which is harder than it sounds on a sunny
day.</td></tr>
<tr><td>February</td><td>Prune what is dead.</td></tr>
<tr><td rowspan="2">Spring</td><td>Water.</td></tr><tr><td>Wait for the blossom.</td></tr>
<tr><td>Summer</td><td></td></tr>
<tr><td colspan="2">In autumn everything is done at once.</td></tr></tbody></table>
<p>Pears ripen from the inside, so a pear that is soft on the tree is already too late. Lift the
fruit in the palm of your hand, and if the stalk lets go, it is time.</p>"""
TAGGED_CSS = """@page {{ @top-center {{ content: "{head}"; font-size: 8pt }}
@bottom-right {{ content: counter(page); font-size: 8pt }} }}
td, th {{ padding: 2pt 8pt; text-align: left; vertical-align: top }}"""


def tagged():
    """Lists with odd bullets and a table without lines, tagged by three producers.

    Chromium and LibreOffice write the time into their files, so these differ each time.
    """
    source = HTML.format(css=TAGGED_CSS.format(head="Spring Number"), body=TAGGED)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "x.html").write_text(source.replace("<html", '<meta charset="utf-8"><html'))
        run(["weasyprint", "--pdf-variant", "pdf/ua-1", "x.html", "x.pdf"], folder)
        (PAGES / "tagged-weasyprint.pdf").write_bytes((Path(folder) / "x.pdf").read_bytes())
        quiet = ["--headless", "--no-sandbox", "--disable-gpu", "--print-to-pdf=x.pdf", "x.html"]
        run(["chromium", *quiet], folder)
        (PAGES / "tagged-chromium.pdf").write_bytes((Path(folder) / "x.pdf").read_bytes())
        plain = f'<html lang="en"><head><title>x</title></head><body>{TAGGED}</body></html>'
        (Path(folder) / "x.html").write_text(f"<!doctype html>{plain}")
        office = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless"]
        run([*office, "--convert-to", "odt:writer8", "x.html"], folder)
        options = '{"UseTaggedPDF": {"type": "boolean", "value": "true"}}'
        run([*office, "--convert-to", f"pdf:writer_pdf_Export:{options}", "x.odt"], folder)
        (PAGES / "tagged-libreoffice.pdf").write_bytes((Path(folder) / "x.pdf").read_bytes())


MAKERS = (
    listed_headings,
    tagged,
    link_edges,
    column_tables,
    cell_marks,
    three_columns,
    headed_columns,
    side_notes,
    boxed_columns,
    notes,
    turned_pages,
    margin_stamp,
    bold_by_hand,
    letter_spaced,
    bitmap_fonts,
    formula_fonts,
    raised_signs,
    soft_hyphens,
    definitions,
    ocr_layer,
    hidden_text,
    form_objects,
    form_tables,
    turned_tables,
    watermarks,
    empty_page,
)


def main():
    PAGES.mkdir(exist_ok=True)
    for make in MAKERS:
        make()
    for path in sorted(PAGES.glob("*.pdf")):
        print(f"  {path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
