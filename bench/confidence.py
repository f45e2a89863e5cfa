"""Does a lower confidence go with more errors? The score of documents beside their truth.

    python -m bench.confidence ../shared/bench/structure/dev [--input text] [--every 7] [--show 10]
    python -m bench.confidence ../shared/bench/structure/dev --readers

The truth of a document is the share of its words that are right: letters, the blank before them,
and the block that they begin. `rho` is the rank correlation of Spearman between score and truth;
`found` says how many of the worst fifth of the documents are in the fifth with the lowest scores
(0.2 would be chance). With `--readers`, the share of words on which two readers of one page differ.
"""

from __future__ import annotations

import itertools
import json
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, NamedTuple

import click
from rapidfuzz.distance import Indel

import ingest
from ingest.document import Heading, ListItem, Paragraph, Table, runs, text_of, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

WORST = 0.2  # share of the documents that people would look at first
# Forms of one sign, of which a rendering takes another than the truth.
_FOLD = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "‐": "-", "‑": "-", "−": "-"})


class Judged(NamedTuple):
    """One document: its score, and what it should be."""

    name: str
    kind: str
    score: float
    truth: float
    reasons: str


@click.command(help=__doc__.partition("\n")[0] if __doc__ else None)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--input", "which", type=click.Choice(["text", "pdf"]), default="text")
@click.option("--every", default=1, help="Only every n-th document.")
@click.option("--show", default=0, help="Show so many of the worst by truth.")
@click.option("--readers", is_flag=True, help="Compare the two readers of PDFs instead.")
def main(folder: Path, which: str, every: int, show: int, readers: bool) -> None:
    """Judge the documents, and print how score and truth go together."""
    cases = [case for case in _cases(folder) if case["input"] == ("pdf" if readers else which)]
    cases = cases[::every]
    if readers:
        click.echo(f"{_readers_differ(folder, cases):.4f} of the words, {len(cases)} PDFs")
        return
    judged = [_judge(folder, case) for case in cases]
    groups: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        groups[one.kind].append(one)
    click.echo(f"{'':12}{'n':>5}{'score':>8}{'truth':>8}{'rho':>7}{'found':>7}{'least':>8}")
    for kind, found in [*sorted(groups.items()), ("all", judged)]:
        click.echo(_row(kind, found))
    for one in sorted(judged, key=lambda one: one.truth)[:show]:
        click.echo(f"{one.name:32} {one.truth:.4f} {one.score:.4f}  {one.reasons}")


def _cases(folder: Path) -> list[dict[str, str]]:
    lines = (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _judge(folder: Path, case: dict[str, str]) -> Judged:
    base = folder / case["doc"]
    result = ingest.convert(base / case["file"])
    truth = (base / "truth.md").read_text(encoding="utf-8")
    told = ", ".join(f"{r.name} {r.score:.3f}" for r in result.confidence.reasons[:3])
    return Judged(
        name=f"{case['doc']}/{case['file']}",
        kind=case.get("export", case["producer"]),
        score=result.confidence.score,
        truth=share_right(result.markdown, truth),
        reasons=told,
    )


def share_right(markdown: str, truth: str) -> float:
    """Share of words that are right, 0 to 1: twice those in common by those of both."""
    return float(Indel.normalized_similarity(tokens(markdown), tokens(truth)))


def tokens(markdown: str) -> list[str]:
    """The words of Markdown in order; the first of each block says what block it begins."""
    return list(_tokens(ingest.read(markdown.encode(), name="x.md")))


def _tokens(doc: ingest.Document) -> Iterator[str]:
    kind: str | None = ""
    for block in walk(doc.children):
        if isinstance(block, ListItem):
            kind = "item"
            continue
        own = runs((block,)) if isinstance(block, Table | Heading | Paragraph) else ()
        for run in own:
            depth = run.depth if isinstance(run, Heading) else ""
            for word in unicodedata.normalize("NFKC", text_of(run)).translate(_FOLD).split():
                yield f"{kind or type(run).__name__}{depth} {word}" if kind is not None else word
                kind = None
            kind = ""


def _row(kind: str, found: Sequence[Judged]) -> str:
    scores, truths = [one.score for one in found], [one.truth for one in found]
    return (
        f"{kind:12}{len(found):5}{fmean(scores):8.4f}{fmean(truths):8.4f}"
        f"{rank_correlation(scores, truths):7.2f}{_found(scores, truths):7.2f}{min(scores):8.4f}"
    )


def rank_correlation(xs: Sequence[float], ys: Sequence[float]) -> float:
    """Spearman's rho, -1 to 1; equal values share their ranks; 0 if one side does not vary."""
    a, b = _ranks(xs), _ranks(ys)
    middle = (len(xs) + 1) / 2
    both = sum((x - middle) * (y - middle) for x, y in zip(a, b, strict=True))
    size = sum((x - middle) ** 2 for x in a) * sum((y - middle) ** 2 for y in b)
    return both / size**0.5 if size else 0.0


def _ranks(values: Sequence[float]) -> list[float]:
    order = sorted(range(len(values)), key=values.__getitem__)
    out = [0.0] * len(values)
    done = 0
    for _, group in itertools.groupby(order, key=values.__getitem__):
        same = list(group)
        for at in same:
            out[at] = done + (len(same) + 1) / 2
        done += len(same)
    return out


def _found(scores: Sequence[float], truths: Sequence[float]) -> float:
    """How many of the worst by truth are among the worst by score."""
    count = max(1, round(WORST * len(scores)))
    return len(_lowest(scores, count) & _lowest(truths, count)) / count


def _lowest(values: Sequence[float], count: int) -> set[int]:
    return set(sorted(range(len(values)), key=values.__getitem__)[:count])


def _readers_differ(folder: Path, cases: Iterable[dict[str, str]]) -> float:
    """Share of words that one reader has and the other has not."""
    differ = every = 0
    for case in cases:
        path = folder / case["doc"] / case["file"]
        a, b = (
            Counter(ingest.read(path, source=source).source.split())
            for source in ("pdfium", "pdfplumber")
        )
        differ += (a - b).total() + (b - a).total()
        every += a.total() + b.total()
    return differ / every


if __name__ == "__main__":
    main()
