"""Repair the blanks of a document: put back the lost, take out the stray, harm nothing."""
