"""Conversions that several tests look at; each is made once."""

from functools import cache

from ingest import convert

converted = cache(convert)
