"""How the data of `ingest.spacing` is made; see the NOTICE beside that data."""
