"""The review page: what was repaired, for people to accept or reject.

`facts` gathers in the worker what the page shows of one document, `pictures` cuts lines out of the
pages of a PDF, `rendered` shows the Markdown with its edits marked, `page` makes one HTML file.
"""

from ingest.review.page import Entry, review_page

__all__ = ["Entry", "review_page"]
