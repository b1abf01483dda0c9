"""Hypothesis: how many examples a property gets, and which.

HYPOTHESIS_PROFILE picks one: `quick` (the default), `ci` (the default where CI is set: the same examples
on each run), `deep` (a long search, by hand).
"""

import os

from hypothesis import HealthCheck, settings

settings.register_profile("quick", deadline=None, max_examples=50)
settings.register_profile("ci", deadline=None, max_examples=50, derandomize=True, database=None)
settings.register_profile(
    "deep", deadline=None, max_examples=5_000, suppress_health_check=[HealthCheck.too_slow]
)
PROFILE = os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "quick")
settings.load_profile(PROFILE)


def examples(deep: int) -> int:
    """So many in a deep search; a tenth in every run, for a property whose examples cost more than others."""
    return deep if PROFILE == "deep" else max(1, deep // 10)
