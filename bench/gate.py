"""The gate: repairs of spacing, scored on the sets of this repository, may not get worse.

    python -m bench.gate [--sets PATTERN] [--show] [--raise]
    python -m bench.gate --data ../shared/bench/spacing/dev --every 4

`floors.json` holds for each set what may not be undercut: a least F1, and the most false splits and
joins. They are compared with what the product does by default. With `--data` sets from elsewhere
are scored, and nothing is compared.
"""

from __future__ import annotations

import fnmatch
import itertools
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bench.adapters import repair_lines
from bench.scoring import Score, read_set, score_line, score_set, sets_in

if TYPE_CHECKING:
    from collections.abc import Iterator

SETS = Path(__file__).parent / "sets"
FLOORS = Path(__file__).parent / "floors.json"

# How far below the measured F1 a new floor is set. A set has 50 to 800 edits; a change that does
# good elsewhere may shift one or two of them. False splits and joins get no slack.
F1_SLACK = 0.01
ROUNDING = 1000  # floors of F1 are whole thousandths, rounded down


@dataclass(frozen=True, slots=True)
class Floor:
    """What a set may not undercut.

    Attributes:
        f1: Least F1, 0 to 1; 0 where nothing is to be repaired.
        false_splits: Most of them, in all lines of the set.
        false_joins: Likewise.

    """

    f1: float
    false_splits: int
    false_joins: int

    @classmethod
    def under(cls, score: Score) -> Floor:
        """Return the floor that a score just stands on."""
        f1 = math.floor(max(0.0, score.f1 - F1_SLACK) * ROUNDING) / ROUNDING
        return cls(f1, score.false_splits, score.false_joins)

    def raised(self, other: Floor) -> Floor:
        """Return the stricter of two floors in each respect."""
        return Floor(
            max(self.f1, other.f1),
            min(self.false_splits, other.false_splits),
            min(self.false_joins, other.false_joins),
        )

    def falls(self, score: Score) -> Iterator[str]:
        """Say what has fallen under the floor, and by how much."""
        if score.f1 < self.f1:
            yield f"F1 {score.f1:.4f}, floor {self.f1:.3f}, short by {self.f1 - score.f1:.4f}"
        if score.false_splits > self.false_splits:
            more = score.false_splits - self.false_splits
            yield f"{score.false_splits} false splits, at most {self.false_splits}, {more} too many"
        if score.false_joins > self.false_joins:
            more = score.false_joins - self.false_joins
            yield f"{score.false_joins} false joins, at most {self.false_joins}, {more} too many"


def compare(scores: dict[str, Score], floors: dict[str, Floor]) -> list[str]:
    """Return a message for each floor that fell, and for each set that has none."""
    messages = [
        f"{name}: {fall}"
        for name, score in scores.items()
        if name in floors
        for fall in floors[name].falls(score)
    ]
    unknown = scores.keys() - floors.keys()
    return messages + [f"{name}: no floor yet; run with --raise" for name in sorted(unknown)]


def raise_floors(scores: dict[str, Score], floors: dict[str, Floor]) -> dict[str, Floor]:
    """Return floors that are nowhere lower than before, and stand under every score."""
    new = {name: Floor.under(score) for name, score in scores.items()}
    for name, floor in floors.items():
        new[name] = floor.raised(new[name]) if name in new else floor
    return dict(sorted(new.items()))


def read_floors(path: Path) -> dict[str, Floor]:
    """Read the floors; without a file there are none."""
    if not path.exists():
        return {}
    return {name: Floor(**row) for name, row in json.loads(path.read_text("utf-8")).items()}


def write_floors(path: Path, floors: dict[str, Floor]) -> None:
    """Write the floors, a line for each set."""
    rows = [f"{json.dumps(name)}: {json.dumps(_row(floor))}" for name, floor in floors.items()]
    path.write_text("{\n  " + ",\n  ".join(rows) + "\n}\n", encoding="utf-8")


def _row(floor: Floor) -> dict[str, float]:
    return {
        "f1": floor.f1,
        "false_splits": floor.false_splits,
        "false_joins": floor.false_joins,
    }


HEAD = (
    f"{'set':16}{'P':>7}{'R':>7}{'F1':>7}{'exact':>7}{'fs/10k':>8}{'fj/10k':>8}"
    f"{'splits':>8}{'joins':>7}{'changed':>9}{'words':>8}{'CPU s':>7}"
)


def table_row(name: str, score: Score, seconds: float) -> str:
    """Return the figures of one set, under `HEAD`; shares are in per cent."""
    shares = (score.precision, score.recall, score.f1, score.exact_share)
    return (
        f"{name:16}"
        + "".join(f"{100 * share:7.1f}" for share in shares)
        + f"{score.per_10k(score.false_splits):8.1f}{score.per_10k(score.false_joins):8.1f}"
        + f"{score.false_splits:8}{score.false_joins:7}{score.changed:9}"
        + f"{score.words:8}{seconds:7.2f}"
    )


def wrong_lines(folder: Path, every: int) -> Iterator[str]:
    """Show each line with a false split or join: as it should be, as it was, as it became."""
    for document in itertools.islice(read_set(folder), None, None, every):
        rows = zip(
            document.correct, document.corrupt, repair_lines(list(document.corrupt)), strict=True
        )
        for correct, corrupt, repaired in rows:
            score = score_line(correct, corrupt, repaired)
            if score.false_splits or score.false_joins:
                yield f"  {document.name}\n    right {correct}\n    given {corrupt}"
                yield f"    made  {repaired}"


@click.command(help=__doc__.partition("\n")[0] if __doc__ else None)
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path), default=SETS)
@click.option("--sets", "pattern", default="*", help="Only the sets whose name matches.")
@click.option("--every", default=1, help="Score only every n-th document of a set.")
@click.option("--show", is_flag=True, help="Show the lines with false splits or joins.")
@click.option("--raise", "raises", is_flag=True, help="Raise the floors to what was measured.")
def main(data: Path, pattern: str, every: int, show: bool, raises: bool) -> None:
    """Score, print the table, and compare."""
    if raises and (data != SETS or every != 1):
        raise click.UsageError("floors stand under the whole sets of this repository; drop --data")
    click.echo(HEAD)
    scores: dict[str, Score] = {}
    for name in fnmatch.filter(sets_in(data), pattern):
        documents = itertools.islice(read_set(data / name), None, None, every)
        scores[name], seconds = score_set(documents, repair_lines)
        click.echo(table_row(name, scores[name], seconds))
        if show:
            click.echo("\n".join(wrong_lines(data / name, every)))
    if not scores:
        raise click.UsageError(f"{data}: no set matches {pattern!r}")
    if raises:
        write_floors(FLOORS, raise_floors(scores, read_floors(FLOORS)))
    elif data == SETS and every == 1 and (messages := compare(scores, read_floors(FLOORS))):
        raise click.ClickException("\n".join(["fallen under the floor", *messages]))


if __name__ == "__main__":
    main()
