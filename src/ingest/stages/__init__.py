"""The stages, one file each, in the order in which the data flows.

text_tables  find_tables      aligned or drawn columns of text files
underlines   find_underlines  titles of text files above a row of signs
encoding   repair_encoding    mojibake, ligatures, blanks, control characters
unseen     drop_unseen        text that nobody sees on the page
pages      drop_furniture     page numbers, running heads, tails of web exports
code       find_code          code, commands, drawings: set apart, every blank kept
set_off    set_off            quotations, definitions
words      split_words        joined words, missing blanks after stops
tables     build_tables       lines of cells; tables over page breaks
blocks     build_blocks       lines -> paragraphs; line-end hyphens
headings   find_headings      which paragraphs are headings, and their depth
lists      build_lists        bullets and numbers -> lists, nested
links      mark_links         bare URLs
active     disarm_markup      raw HTML, links and characters of Markdown that would act
"""

from ingest.stages.active import disarm_markup
from ingest.stages.blocks import build_blocks
from ingest.stages.code import find_code
from ingest.stages.encoding import repair_encoding
from ingest.stages.headings import find_headings
from ingest.stages.links import mark_links
from ingest.stages.lists import build_lists
from ingest.stages.pages import drop_furniture
from ingest.stages.set_off import set_off
from ingest.stages.tables import build_tables
from ingest.stages.text_tables import find_tables
from ingest.stages.underlines import find_underlines
from ingest.stages.unseen import drop_unseen
from ingest.stages.words import split_words

__all__ = [
    "build_blocks",
    "build_lists",
    "build_tables",
    "disarm_markup",
    "drop_furniture",
    "drop_unseen",
    "find_code",
    "find_headings",
    "find_tables",
    "find_underlines",
    "mark_links",
    "repair_encoding",
    "set_off",
    "split_words",
]
