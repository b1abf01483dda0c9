"""Timing on a machine that others use, too: short rounds in turn, medians, ratios of neighbours."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Timed:
    """Rounds of one thing: seconds on the wall, and seconds of a core's work (see `work`)."""

    each: int
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    @property
    def a_second(self) -> float:
        """How many a second on the wall: the median round."""
        return self.each / statistics.median(self.wall)

    @property
    def a_cpu_second(self) -> float:
        """How many a second of one core's work, without what others took: the best round.

        Neighbours slow a core down even while it works for us (caches, the hypervisor); the best of many
        short rounds is the nearest to what the code itself costs.
        """
        return self.each / min(self.cpu)

    @property
    def milliseconds(self) -> float:
        """One, on the wall: the median round."""
        return 1000 / self.a_second


def work() -> float:
    """Seconds that a core has worked for us: this process, and PostgreSQL's process at the other end of its line.

    On a busy machine the wall shows the neighbours; this shows the code. Parallel helpers of PostgreSQL and
    waiting for the disk are not in it.
    """
    from django.db import connection

    seconds = time.process_time()
    if connection.vendor == "postgresql" and connection.connection is not None:
        kept = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
        seconds += int(kept.read_text().split()[0]) / 1e9
    return seconds


def interleaved(
    things: Mapping[str, tuple[Callable[[], object], int]], rounds: int, *, warm: bool = True
) -> dict[str, Timed]:
    """Run each thing (what to call, how often a round) in turn, round after round."""
    timed = {name: Timed(each) for name, (_, each) in things.items()}
    if warm:
        for call, _ in things.values():
            call()
    for _ in range(rounds):
        for name, (call, each) in things.items():
            wall, cpu = time.perf_counter(), work()
            for _ in range(each):
                call()
            timed[name].cpu.append(work() - cpu)
            timed[name].wall.append(time.perf_counter() - wall)
    return timed


def ratio(fast: Timed, slow: Timed) -> float:
    """How many `fast` a second for one `slow`: the median over rounds that ran side by side."""
    pairs = zip(fast.wall, slow.wall, strict=True)
    return statistics.median((slow_wall / slow.each) / (wall / fast.each) for wall, slow_wall in pairs)


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least that share of all stay within."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * percent // 100).__int__() - 1))]


@contextmanager
def pinned(core: int | None = None) -> Iterator[int]:
    """Keep this process on one core inside the block."""
    if not hasattr(os, "sched_setaffinity"):
        yield 0
        return
    allowed = os.sched_getaffinity(0)
    chosen = core if core in allowed else min(allowed)
    os.sched_setaffinity(0, {chosen})
    try:
        yield chosen
    finally:
        os.sched_setaffinity(0, allowed)
