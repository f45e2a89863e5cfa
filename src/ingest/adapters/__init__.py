"""Ingest as a part of other programs, each an extra: `pip install "ingest-md[langchain]"`.

`langchain`, `llamaindex`, `haystack`, `markitdown` and `mcp` import what they are named for, and
nothing else of ingest does. `docs/use-in/` shows how each is used.
"""
