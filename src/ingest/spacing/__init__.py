"""Repair the blanks of a document: put back the lost, take out the stray, harm nothing."""

from ingest.spacing.confidence import DEFAULT_THRESHOLD
from ingest.spacing.lexicon import Lexicon
from ingest.spacing.repair import Repair, repair_document, repair_spacing, suspicious_words

__all__ = [
    "DEFAULT_THRESHOLD",
    "Lexicon",
    "Repair",
    "repair_document",
    "repair_spacing",
    "suspicious_words",
]
