"""Train the gap model on clean text that is damaged on the fly.

    train_gaps.py --text DIR --out FILE

DIR holds plain text, `NAME-LANG.txt`, one paragraph or sentence per line. All random numbers come
from one seed; numpy is needed here and nowhere else.
"""

from __future__ import annotations

import argparse
import random
import zlib
from pathlib import Path

import numpy as np

from ingest.spacing.gapmodel import BITS, FEATURES, STEP, features, fold

SEED = 20
CHARACTERS = {"wikipedia-en": 930_000, "handbook-en": 700_000}  # taken of each file
OTHER_CHARACTERS = 420_000
LINES_PER_DOCUMENT = 30
WIDTH = (50, 110)  # characters; paragraphs are wrapped like the lines of a page
DROP_RATES = (0.0, 0.0, 0.02, 0.05, 0.15, 0.15, 0.5, 1.0, 1.0)
TYPO_DOCUMENTS, TYPO_RATE = 0.2, 0.12  # share of documents with slips; of their words
TEAR_RATES = (0.0, 0.0, 0.005, 0.02, 0.1, 0.35)
SHORTEST_SLIP = 3  # letters of a word that may get a slip
EVEN = 0.5  # share; likelier gaps count as a space in the report
BATCH = 512
RATE = 0.12  # AdaGrad step
DECAY = 1e-7  # keeps rare weights near zero


def wrap(line: str, rng: random.Random) -> list[str]:
    """Break a paragraph into lines of random width."""
    width, out, row = rng.randint(*WIDTH), [], ""
    for word in line.split():
        if row and len(row) + len(word) >= width:
            out.append(row)
            row = word
        else:
            row = f"{row} {word}" if row else word
    return [*out, row] if row else out


def read_documents(folder: Path, rng: random.Random) -> list[list[str]]:
    """Return the documents of all files, shuffled."""
    documents = []
    for path in sorted(folder.glob("*.txt")):
        left = CHARACTERS.get(path.stem, OTHER_CHARACTERS)
        paragraphs = path.read_text(encoding="utf-8").split("\n")
        rng.shuffle(paragraphs)
        rows: list[str] = []
        for paragraph in paragraphs:
            if left < 0:
                break
            left -= len(paragraph)
            rows += wrap(paragraph, rng)
        documents += [
            rows[i : i + LINES_PER_DOCUMENT] for i in range(0, len(rows), LINES_PER_DOCUMENT)
        ]
    rng.shuffle(documents)
    return documents


def damage(line: str, drop: float, tear: float, rng: random.Random) -> tuple[str, set[int]]:
    """Return a damaged line, and the places in it (counted without blanks) of true spaces."""
    out, truth, count = [], set(), 0
    for i, char in enumerate(line):
        if char == " ":
            truth.add(count)
            if rng.random() >= drop:
                out.append(" ")
            continue
        if i and line[i - 1] != " " and tear and rng.random() < tear:
            out.append(" ")
        out.append(char)
        count += 1
    return "".join(out), truth


def misspell(line: str, rng: random.Random) -> str:
    """Return a line with slips of typing in some of its words."""
    words = line.split(" ")
    for i, word in enumerate(words):
        if len(word) >= SHORTEST_SLIP and rng.random() < TYPO_RATE:
            at = rng.randrange(len(word) - 1)
            letter = rng.choice("abcdefghijklmnopqrstuvwxyz")
            words[i] = rng.choice(
                (
                    word[:at] + word[at + 1 :],
                    word[:at] + letter + word[at:],
                    word[:at] + word[at + 1] + word[at] + word[at + 2 :],
                    word[:at] + letter + word[at + 1 :],
                )
            )
    return " ".join(words)


def gaps_of(line: str, truth: set[int]) -> tuple[list[list[int]], list[int]]:
    """Return features and labels of every gap of one damaged line."""
    lower, classes = fold(line)
    rows, labels, count = [], [], 0
    for i, char in enumerate(line):
        if char == " ":
            continue
        if count:
            left = i - 1 if line[i - 1] == " " else i
            rows.append(features(lower, classes, left, i))
            labels.append(int(count in truth))
        count += 1
    return rows, labels


class Learner:
    """Logistic regression with AdaGrad steps, averaged over the last half."""

    def __init__(self) -> None:
        """Start from zero."""
        self.weights = np.zeros(1 << BITS, dtype=np.float32)
        self.squares = np.full(1 << BITS, 0.1, dtype=np.float32)
        self.bias = 0.0
        self.seen, self.right, self.loss = 0, 0, 0.0

    def step(self, rows: np.ndarray, labels: np.ndarray) -> None:
        """Learn one batch."""
        z = self.weights[rows].sum(axis=1) + self.bias
        p = 1 / (1 + np.exp(-np.clip(z, -30, 30)))
        self.loss += float(-np.log(np.where(labels, p, 1 - p) + 1e-9).sum())
        self.seen += len(labels)
        self.right += int(((p > EVEN) == labels).sum())
        error = (p - labels).astype(np.float32)
        flat = rows.ravel()
        slope = np.repeat(error, rows.shape[1])
        order, inverse = np.unique(flat, return_inverse=True)
        slope_sum = np.bincount(inverse, weights=slope).astype(np.float32)
        slope_sum += DECAY * self.weights[order] * len(labels)
        self.squares[order] += slope_sum**2
        self.weights[order] -= RATE * slope_sum / np.sqrt(self.squares[order])
        self.bias -= 0.001 * float(error.mean())


def train(documents: list[list[str]], rng: random.Random) -> Learner:
    """Show every document once, each with a damage of its own."""
    learner = Learner()
    rows: list[list[int]] = []
    labels: list[int] = []
    for document in documents:
        drop, tear = rng.choice(DROP_RATES), rng.choice(TEAR_RATES)
        slips = rng.random() < TYPO_DOCUMENTS
        for line in document:
            more, truth = gaps_of(*damage(misspell(line, rng) if slips else line, drop, tear, rng))
            rows += more
            labels += truth
        if len(rows) > 40 * BATCH:
            order = np.random.default_rng(rng.getrandbits(32)).permutation(len(rows))
            x, y = np.array(rows, dtype=np.int32)[order], np.array(labels, dtype=np.int8)[order]
            for i in range(0, len(x), BATCH):
                learner.step(x[i : i + BATCH], y[i : i + BATCH])
            rows, labels = [], []
    return learner


def pack(learner: Learner) -> bytes:
    """Quantise the weights to signed bytes and compress them."""
    levels = np.clip(np.round(learner.weights / STEP), -127, 127).astype(np.int8)
    bias = round(learner.bias / STEP)
    return zlib.compress(bias.to_bytes(2, "big", signed=True) + levels.tobytes(), 9)


def main() -> None:
    """Train and write the weights."""
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--text", type=Path, required=True)
    ap.add_argument("--out", type=Path, required=True)
    args = ap.parse_args()
    rng = random.Random(SEED)
    learner = train(read_documents(args.text, rng), rng)
    data = pack(learner)
    args.out.write_bytes(data)
    print(
        f"{learner.seen} gaps, {FEATURES} features, loss {learner.loss / learner.seen:.4f}, "
        f"right {learner.right / learner.seen:.4f}, {len(data)} bytes"
    )


if __name__ == "__main__":
    main()
