"""A set of tables in PDFs of four producers, and its scorer (`python -m bench.tables`)."""
