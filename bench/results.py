"""What a bench found: one line a measure, with its bar where there is one."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

#: How the note of a bench that raised something begins.
BROKEN = "BROKE OFF"
HEADS = ("database", "measure", "value", "ratio", "bar", "")


@dataclass(frozen=True)
class Measure:
    """One number. `least` or `most` is the bar; `ratio` is the number as a share of `of`."""

    bench: str
    database: str
    name: str
    value: float
    unit: str
    ratio: float | None = None
    of: str = ""
    least: float | None = None
    most: float | None = None
    #: The bar is on the ratio, not on the value.
    bar_on_ratio: bool = False

    @property
    def passed(self) -> bool | None:
        """True or False against the bar; None without one."""
        judged = self.ratio if self.bar_on_ratio else self.value
        if judged is None or (self.least is None and self.most is None):
            return None
        return not (
            (self.least is not None and judged < self.least) or (self.most is not None and judged > self.most)
        )

    def cells(self) -> tuple[str, ...]:
        """The line as text."""
        bar = ""
        unit = "x" if self.bar_on_ratio else self.unit
        if self.least is not None:
            bar = f">= {plain(self.least)} {unit}"
        elif self.most is not None:
            bar = f"<= {plain(self.most)} {unit}"
        ratio = f"{plain(self.ratio)} x {self.of}" if self.ratio is not None else ""
        verdict = {True: "pass", False: "MISSED", None: ""}[self.passed]
        return (self.database, self.name, f"{plain(self.value)} {self.unit}", ratio, bar, verdict)


@dataclass(frozen=True)
class Note:
    """Something to read beside the numbers: a plan without an index, a bench that could not run."""

    bench: str
    database: str
    text: str


@dataclass
class Results:
    """Everything one run found."""

    measures: list[Measure]
    notes: list[Note]

    def merge(self, other: Results) -> None:
        """Take in what another process found."""
        self.measures += other.measures
        self.notes += other.notes

    @property
    def missed(self) -> list[Measure]:
        """The measures below their bar."""
        return [measure for measure in self.measures if measure.passed is False]

    @property
    def broken(self) -> list[Note]:
        """What raised something instead of being measured."""
        return [note for note in self.notes if note.text.startswith(BROKEN)]

    def save(self, path: Path, **about: object) -> None:
        """Write everything as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        measures = [asdict(measure) | {"passed": measure.passed} for measure in self.measures]
        notes = [asdict(note) for note in self.notes]
        path.write_text(json.dumps({**about, "measures": measures, "notes": notes}, indent=1) + "\n")

    @classmethod
    def load(cls, path: Path) -> Results:
        """What `save` wrote."""
        found = json.loads(path.read_text())
        for measure in found["measures"]:
            del measure["passed"]
        return cls([Measure(**one) for one in found["measures"]], [Note(**one) for one in found["notes"]])


def plain(number: float) -> str:
    """Three figures that matter, no exponent."""
    if number == int(number) or abs(number) >= 100:
        return f"{number:,.0f}"
    if abs(number) >= 10:
        return f"{number:.1f}"
    return f"{number:.2f}" if abs(number) >= 0.1 else f"{number:.4f}"


def machine() -> dict[str, object]:
    """Which machine, and how busy it was."""
    cpu = platform.processor()
    info = Path("/proc/cpuinfo")
    if info.exists():
        models = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        cpu = models[0].partition(":")[2].strip() if models else cpu
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "cpu": cpu,
        "load": [round(load, 1) for load in os.getloadavg()],
        "python": platform.python_version(),
        "system": platform.platform(terse=True),
    }


def table(measures: Iterable[Measure]) -> str:
    """The measures as a table for a terminal, one block a bench."""
    lines: list[str] = []
    by_bench: dict[str, list[Measure]] = {}
    for measure in measures:
        by_bench.setdefault(measure.bench, []).append(measure)
    for bench, own in by_bench.items():
        rows = [HEADS, *(measure.cells() for measure in own)]
        widths = [max(len(row[place]) for row in rows) for place in range(len(HEADS))]
        lines.append(f"\n{bench}")
        for row in rows:
            cells = [
                cell.rjust(width) if place == 2 else cell.ljust(width)
                for place, (cell, width) in enumerate(zip(row, widths, strict=True))
            ]
            lines.append("  " + "  ".join(cells).rstrip())
    return "\n".join(lines)
