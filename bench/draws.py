"""A draw over 1,000,000 units and its verification: from units to the sample, and from the published text to the same.

Needs no database: lists are text (docs/reference/draws.md).
"""

from __future__ import annotations

import random
import time
from functools import partial
from hashlib import sha256

from answerable.merkle.draws import digest_of, list_text, sample_of
from answerable.verification.rules.strata import Unit, strata_of, wanted_of

from .results import Measure, Results

#: Issue 6.
DRAW_S, SAMPLE = 5.0, 2_000
ROOT = sha256(b"a checkpoint of the week").hexdigest()
_measure = partial(Measure, "draws", "sqlite")


def run(*, units: int = 1_000_000) -> Results:
    """Strata, list, commitment and sample; then the sample again from the text alone."""
    chance = random.Random(6)
    rows = [
        Unit(f"project:village-{n}-pump", "project", "XAF", chance.randrange(10**9), chance.randrange(90))
        for n in range(units)
    ]
    began = time.perf_counter()
    strata = strata_of(rows)
    text = list_text(wanted_of(strata, SAMPLE), strata)
    commitment = digest_of(text)
    committed = time.perf_counter()
    sample = sample_of(text, ROOT)
    drawn = time.perf_counter()
    again = digest_of(text) == commitment and sample_of(text, ROOT) == sample
    verified = time.perf_counter()
    if not again or len(sample) != SAMPLE:
        raise RuntimeError("the same list and root drew another sample")
    name = f"of {units:,} units"
    return Results(
        [
            _measure(f"list and commitment {name}", committed - began, "s"),
            _measure(f"draw {name}", drawn - committed, "s", most=DRAW_S),
            _measure(f"verify the draw {name}", verified - drawn, "s", most=DRAW_S),
        ],
        [],
    )
