"""Measures: adapters for scorers, floors that may only rise, speed. Not part of the package."""
