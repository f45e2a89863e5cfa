"""Small PDFs that ask for far too much, made when they are needed."""

import zlib

FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
HELLO = b"BT /F1 12 Tf 72 700 Td (Hello reliable world) Tj ET"


def _pdf(objects):
    """A PDF of numbered objects; the first is the catalogue."""
    out = bytearray(b"%PDF-1.7\n")
    offsets = {}
    for number, body in objects.items():
        offsets[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    size = max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        out += b"%010d 00000 n \n" % offsets.get(number, 0)
    out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, table)
    return bytes(out)


def _stream(data, entries=b""):
    return b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(data), entries, data)


def _page(content, resources=b"<</Font<</F1 5 0 R>>>>"):
    return {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources %s>>"
        % resources,
        4: content,
        5: FONT,
    }


def sound():
    """One page with a few words."""
    return _pdf(_page(_stream(HELLO)))


def flate():
    """A content stream that unpacks to a gibibyte."""
    packer = zlib.compressobj(9)
    data = packer.compress(HELLO)
    for _ in range(64):
        data += packer.compress(b" " * (16 << 20))
    return _pdf(_page(_stream(data + packer.flush(), b"/Filter/FlateDecode")))


def laughs():
    """Forms that draw forms ten times, on nine levels."""
    resources = b"<</Font<</F1 5 0 R>>/XObject<</X 10 0 R>>>>"
    objects = _page(_stream(b"/X Do " * 10), resources)
    for level in range(10, 19):
        inner = b"<</Font<</F1 5 0 R>>/XObject<</X %d 0 R>>>>" % (level + 1)
        form = b"/Type/XObject/Subtype/Form/BBox[0 0 612 792]/Resources %s" % inner
        objects[level] = _stream(b"/X Do " * 10 if level < 18 else HELLO, form)
    return _pdf(objects)


def itself():
    """An object that is a reference to itself."""
    objects = _page(_stream(HELLO))
    objects[4] = b"4 0 R"
    return _pdf(objects)


def many_pages():
    """A page tree in which each of ten levels has the next one ten times."""
    objects = {1: b"<</Type/Catalog/Pages 10 0 R>>"}
    for level in range(10, 20):
        kids = b" ".join([b"%d 0 R" % (level + 1)] * 10)
        objects[level] = b"<</Type/Pages/Count 10000000000/Kids[%s]>>" % kids
    objects[20] = (
        b"<</Type/Page/Parent 19 0 R/MediaBox[0 0 612 792]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>"
    )
    objects |= {4: _stream(HELLO), 5: FONT}
    return _pdf(objects)


def cut():
    """A sound file without its second half."""
    data = sound()
    return data[: len(data) // 2]


BOMBS = (flate, laughs, itself, many_pages)
DAMAGED = (cut,)
