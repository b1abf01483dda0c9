"""One process of the bench: one database, one world, the benches that want it. Started by __main__.py."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from .results import BROKEN, Note, Results


def main() -> None:
    """Make the world, run the benches, write what they found."""
    options = _options()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "answerable.config.settings")
    import django

    django.setup()
    logging.getLogger("django.request").setLevel(logging.CRITICAL)
    from django.core.management import call_command
    from django.db import connection, transaction

    from . import batch, books, figures, intake, lake, pages, province, register, rollups, writers
    from .cases import make_cases, tidy
    from .setting import Setting
    from .world import LARGE, MIDDLE, SMALL, ground_there, make_ground

    benches: dict[str, Callable[[Setting], Results]] = {
        "pages": pages.run,
        "intake": intake.run,
        "batch": batch.run,
        "writers": writers.run,
        "register": register.run,
        "figures": figures.run,
        "rollups": rollups.run,
        "lake": lake.run,
        "books": books.run,
        "province": province.run,
    }
    from answerable.kernel import clock

    started = time.perf_counter()
    call_command("migrate", verbosity=0)
    trees = {"small": SMALL, "middle": MIDDLE, "large": LARGE, "books": LARGE, "books-quick": SMALL}
    trees |= {"rollups": LARGE, "rollups-quick": MIDDLE}
    sizes = trees[options.tree]
    if (ground := ground_there(sizes)) is None:
        # Both at once or none: a world that was left half-made is no world.
        with transaction.atomic():
            ground = make_ground(sizes, clock.today())
            if options.cases:
                make_cases(ground, options.cases, clock.today())
        tidy()
    found = Results([], [])
    took = time.perf_counter() - started
    found.notes.append(
        Note(
            "world",
            connection.vendor,
            f"{sum(sizes):,} areas and {options.cases:,} cases by the bulk generator in {took:.0f} s",
        )
    )
    setting = Setting(
        ground=ground,
        quick=options.quick,
        database=connection.vendor,
        folder=options.folder,
        parts=tuple(part for part in options.parts.split(",") if part),
        postings=options.postings,
    )
    for name in options.benches.split(","):
        began = time.perf_counter()
        try:
            found.merge(benches[name](setting))
        except Exception:
            traceback.print_exc()
            found.notes.append(Note(name, connection.vendor, f"{BROKEN}: {traceback.format_exc(limit=-1)}"))
        print(f"  {connection.vendor} {name}: {time.perf_counter() - began:.0f} s", file=sys.stderr)
        found.save(options.out)
    connection.close()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--benches", required=True)
    parser.add_argument("--tree", required=True)
    parser.add_argument("--cases", required=True, type=int)
    parser.add_argument("--folder", required=True, type=Path)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--parts", default="")
    parser.add_argument("--postings", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    main()
