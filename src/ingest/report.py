"""What a run says while it goes on: lines for people or for programs, on stderr."""

from __future__ import annotations

import sys
import time
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from ingest.batch.manifest import Status
from ingest.json_text import json_line
from ingest.terminal import inert, say_error

if TYPE_CHECKING:
    from collections.abc import Collection

    from ingest.batch.manifest import Record
    from ingest.batch.outcome import Outcome

# Counted in every end line; the others only if there are any.
_ALWAYS = (Status.CONVERTED, Status.UNCHANGED, Status.FAILED)
_BAD = frozenset({Status.FAILED, Status.EMPTY})
# Many terminals understand this: begin of line, clear to its end.
_CLEAR_LINE = "\r\x1b[K"


class Report:
    """Counts how inputs ended, says so, and knows whether that is a failure."""

    def __init__(
        self, total: int, *, verbose: bool, quiet: bool, as_json: bool, fail_on: Collection[str]
    ) -> None:
        """Say nothing yet.

        Args:
            total: How many inputs there are.
            verbose: Say what readers and stages noticed, too.
            quiet: Say nothing but errors.
            as_json: Lines of JSON, not words.
            fail_on: The statuses at which the run counts as failed.
        """
        self.verbose, self.quiet, self.as_json = verbose, quiet, as_json
        self.total, self.fail_on = total, fail_on
        self.counts: Counter[str] = Counter()
        self._start = time.monotonic()
        hidden = quiet or as_json or total < 2 or not sys.stderr.isatty()  # noqa: PLR2004 - one needs no bar
        self._bar: Any = click.progressbar(
            length=total,
            label="converting",
            file=sys.stderr,
            hidden=hidden,
            show_pos=True,
            item_show_func=lambda _: self._rate(),
        )
        self._shown = not hidden

    def __enter__(self) -> Report:
        """Show the bar, if there is one."""
        self._bar.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        """Leave the line of the bar."""
        self._bar.__exit__(*error)

    def add(self, name: str, record: Record, outcome: Outcome | None) -> None:
        """Take note of one input that is done with."""
        self.counts[record.status] += 1
        if self.as_json:
            click.echo(json_line({"event": "document", **asdict(record)}), err=True, nl=False)
        elif record.status in _BAD:
            self._say_over_bar(lambda: say_error(record.reason))
        elif record.status is Status.SKIPPED and not self.quiet:
            self._say(f"skipped: {record.reason}")
        for message in outcome.messages if outcome else ():
            level, text = message.level, message.text
            if self.as_json:
                line = {"event": "message", "source": record.source, "level": level, "text": text}
                click.echo(json_line(line), err=True, nl=False)
            elif self.verbose or (level == "warning" and not self.quiet):
                self._say(f"{name}: {level}: {text}")
        self._bar.update(1, name)

    def begin_ocr(self, name: str, pages: int) -> None:
        """Say that an OCR begins to read pages of an input: that takes seconds for each."""
        if self.as_json:
            line = {"event": "ocr", "source": name, "pages": pages}
            click.echo(json_line(line), err=True, nl=False)
        elif not self.quiet:
            self._say(f"{name}: OCR of {pages} page{'s' if pages > 1 else ''} without text")

    def finish(self) -> None:
        """Print the end line."""
        if self.as_json:
            seconds = round(time.monotonic() - self._start, 3)
            counts = {str(status): self.counts[status] for status in Status}
            line = {"event": "end", "seconds": seconds, **counts, "failed_run": self.is_failure}
            click.echo(json_line(line), err=True, nl=False)
        elif not self.quiet:
            shown = [s for s in Status if s in _ALWAYS or self.counts[s]]
            click.echo(", ".join(f"{self.counts[s]} {s}" for s in shown), err=True)

    @property
    def is_failure(self) -> bool:
        """Did an input end as `fail_on` says?"""
        return any(self.counts[status] for status in self.fail_on)

    def _rate(self) -> str:
        seconds = max(time.monotonic() - self._start, 1e-6)
        bad = sum(self.counts[status] for status in _BAD)
        return f"{self.counts.total() / seconds:.1f}/s, {bad} failed"

    def _say(self, text: str) -> None:
        self._say_over_bar(lambda: click.echo(inert(text), err=True))

    def _say_over_bar(self, say: Any) -> None:  # noqa: ANN401 - any callable
        if self._shown:
            click.echo(_CLEAR_LINE, err=True, nl=False)
        say()
        if self._shown:
            self._bar.render_progress()
