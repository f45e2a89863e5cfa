"""PDFs of a few lines, written by hand, so that a test shows all there is to a page."""

FONT = "<< /Type /Font /Subtype /Type1 /BaseFont /{} /Encoding {} >>"
FONTS = {
    "F": FONT.format("Helvetica", "/WinAnsiEncoding"),
    "B": FONT.format("Helvetica-Bold", "/WinAnsiEncoding"),
    "I": FONT.format("Times-Italic", "/WinAnsiEncoding"),
    "M": FONT.format("Courier", "/WinAnsiEncoding"),
    "L": FONT.format("Helvetica", "<< /Type /Encoding /Differences [1 /fi /fl] >>"),
    "W": FONT.format(
        "Wingdings",
        "/WinAnsiEncoding /FontDescriptor << /Type /FontDescriptor"
        " /FontName /Wingdings /Flags 4 /FontBBox [0 0 1000 1000] /ItalicAngle 0 /Ascent 800"
        " /Descent -200 /CapHeight 700 /StemV 80 >>",
    ),
    "C": "<< /Type /Font /Subtype /Type0 /BaseFont /Secret /Encoding /Identity-H /DescendantFonts"
    " [<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Secret /CIDSystemInfo << /Registry (Adobe)"
    " /Ordering (Identity) /Supplement 0 >> /DW 600 /FontDescriptor << /Type /FontDescriptor"
    " /FontName /Secret /Flags 4 /FontBBox [0 0 1000 1000] /ItalicAngle 0 /Ascent 800 /Descent -200"
    " /CapHeight 700 /StemV 80 >> >>] >>",
}


def make_pdf(*contents, page="", catalog="", trailer="", objects=()):
    """A PDF with a page of 400 x 400 points for each content stream; `page` goes into all pages.

    `catalog` and `trailer` go into those; `objects` follow, numbered from `first_free`.
    """
    fonts = " ".join(f"/{name} {font}" for name, font in FONTS.items())
    kids = " ".join(f"{2 * n + 3} 0 R" for n in range(len(contents)))
    own = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        f"<< /Type /Pages /Count {len(contents)} /Kids [{kids}] /MediaBox [0 0 400 400] >>",
    ]
    for number, content in enumerate(contents):
        own += [
            f"<< /Type /Page /Parent 2 0 R /Contents {2 * number + 4} 0 R"
            f" /Resources << /Font << {fonts} >> >> {page} >>",
            f"<< /Length {len(content.encode('latin-1'))} >>\nstream\n{content}\nendstream",
        ]
    objects = [*own, *objects]
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}"
    end += f"trailer << /Size {len(places) + 1} /Root 1 0 R {trailer} >>\n"
    end += f"startxref\n{len(out)}\n%%EOF\n"
    return out + end.encode("latin-1")


def first_free(pages):
    """The number of the first of the further objects of a PDF with so many pages."""
    return 2 * pages + 3


def page_object(number):
    """The number of the object of a page."""
    return 2 * number + 1


def outlined(*contents, outline, **more):
    """A PDF with an outline: depth, title, page and, if it leads to a place, height of each entry.

    Depths count from 1, and none is more than one deeper than the one before.
    """
    root = first_free(len(contents))
    entries = list(enumerate(outline, root + 1))
    parents, kids = {}, {root: []}
    path = [root]
    for at, (depth, *_) in entries:
        del path[depth:]
        parents[at] = path[-1]
        kids[path[-1]].append(at)
        kids[at] = []
        path.append(at)
    objects = [f"<< /Type /Outlines {_ends(kids[root])} >>"]
    for at, (_, title, page, *height) in entries:
        place = f"/XYZ 0 {height[0]} 0" if height else "/Fit"
        siblings = kids[parents[at]]
        here = siblings.index(at)
        around = "".join(
            f"/{name} {siblings[i]} 0 R "
            for name, i in (("Prev", here - 1), ("Next", here + 1))
            if 0 <= i < len(siblings)
        )
        code = title.encode("utf-16-be").hex()
        objects.append(
            f"<< /Title <feff{code}> /Parent {parents[at]} 0 R {around}{_ends(kids[at])}"
            f" /Dest [{page_object(page)} 0 R {place}] >>"
        )
    return make_pdf(*contents, catalog=f"/Outlines {root} 0 R", objects=objects, **more)


def tagged(*parts, marked="true"):
    """A tagged PDF of one page: kind of element and operators of each part; None is no element."""
    root = first_free(1)
    elements = [(n, kind) for n, (kind, _) in enumerate(parts) if kind]
    content = "".join(
        f"/{kind} << /MCID {n} >> BDC\n{shown}EMC\n" if kind else shown
        for n, (kind, shown) in enumerate(parts)
    )
    numbers = {n: root + 2 + at for at, (n, _) in enumerate(elements)}
    of_marks = " ".join(f"{numbers[n]} 0 R" if n in numbers else "null" for n in range(len(parts)))
    kids = " ".join(f"{numbers[n]} 0 R" for n, _ in elements)
    return make_pdf(
        content,
        page="/StructParents 0",
        catalog=f"/MarkInfo << /Marked {marked} >> /StructTreeRoot {root} 0 R",
        objects=[
            f"<< /Type /StructTreeRoot /K {root + 1} 0 R"
            f" /ParentTree << /Nums [0 [{of_marks}]] >> /RoleMap << /Headline /H2 >> >>",
            f"<< /Type /StructElem /S /Document /P {root} 0 R /K [{kids}] >>",
            *(
                f"<< /Type /StructElem /S /{kind} /P {root + 1} 0 R"
                f" /Pg {page_object(1)} 0 R /K {n} >>"
                for n, kind in elements
            ),
        ],
    )


def _ends(kids):
    if not kids:
        return ""
    return f"/First {kids[0]} 0 R /Last {kids[-1]} 0 R /Count {len(kids)}"


def text(*rows, font="F", size=12, at=(40, 340), leading=20, before=""):
    """Operators that show rows of text, one below the other; `(…)` is added to plain rows."""
    shown = " T* ".join(row if row.endswith(("TJ", "Tj")) else f"({row}) Tj" for row in rows)
    return f"BT /{font} {size} Tf {leading} TL {at[0]} {at[1]} Td {before} {shown} ET\n"


def disc(x, y, r):
    """Operators that fill a disc around a point, as browsers draw the bullets of lists."""
    k = 0.5523 * r  # the control points of a quarter of a circle
    return (
        f"{x + r} {y} m {x + r} {y + k} {x + k} {y + r} {x} {y + r} c"
        f" {x - k} {y + r} {x - r} {y + k} {x - r} {y} c"
        f" {x - r} {y - k} {x - k} {y - r} {x} {y - r} c"
        f" {x + k} {y - r} {x + r} {y - k} {x + r} {y} c f\n"
    )
