"""Blocks that are no prose: code, tables, quotations, verse, definitions in text exports."""
