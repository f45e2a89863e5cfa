"""The stages, one file each, in the order in which the data flows.

encoding   repair_encoding    mojibake, ligatures, blanks, control characters
unseen     drop_unseen        text that nobody sees on the page
pages      drop_furniture     page numbers, running heads, tails of web exports
words      split_words        joined words, missing blanks after stops
tables     build_tables       lines of cells; tables over page breaks
blocks     build_blocks       lines -> paragraphs; line-end hyphens
headings   find_headings      which paragraphs are headings, and their depth
lists      build_lists        bullets and numbers -> lists, nested
links      mark_links         bare URLs
"""

from ingest.stages.blocks import build_blocks
from ingest.stages.encoding import repair_encoding
from ingest.stages.headings import find_headings
from ingest.stages.links import mark_links
from ingest.stages.lists import build_lists
from ingest.stages.pages import drop_furniture
from ingest.stages.tables import build_tables
from ingest.stages.unseen import drop_unseen
from ingest.stages.words import split_words

__all__ = [
    "build_blocks",
    "build_lists",
    "build_tables",
    "drop_furniture",
    "drop_unseen",
    "find_headings",
    "mark_links",
    "repair_encoding",
    "split_words",
]
