"""A lake of the small world, and the scripts that ask it."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from answerable.kernel import clock
from answerable.lake import refreshing
from answerable.listening.models import CaseStep
from answerable.listening.tests.test_figures import make_case
from answerable.oversight.tests.scene import days_ago, full
from answerable.programme.models import Round
from tests.support.world import DAY, World

ANALYSES = Path(__file__).resolve().parents[4] / "docs/examples/analyses"


@pytest.fixture
def scene(world: World) -> Iterator[World]:
    """Something of everything, in two rounds, on the world's Monday."""
    with clock.held_at(DAY):
        full(world)
        far = [make_case(world, "Peak", received_on=days_ago(40 + n), version=2) for n in range(3)]
        for case in (*far, make_case(world, "Peak", received_on=days_ago(41), sensitive=True, version=2)):
            case.save()
            for n, step in enumerate(("received", "acknowledged"), 1):
                CaseStep.objects.create(
                    case=case, n=n, step=step, on=case.received_on, by="system", state=step
                )
        for key, first, last in (("before", 900, 101), ("now", 100, -200)):
            Round.objects.create(key=key, names={}, starts_on=days_ago(first), ends_on=days_ago(last))
        yield world


@pytest.fixture
def lake(scene: World, tmp_path: Path) -> Path:
    """Its lake."""
    refreshing.refresh(tmp_path / "lake")
    return tmp_path / "lake"


@pytest.fixture
def analyses(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, ModuleType]]:
    """The shipped scripts, imported as a script would find them."""
    monkeypatch.syspath_prepend(str(ANALYSES))
    names = ("engines", "answered_in_time", "money_resting", "kept_by_round")
    yield {name: importlib.import_module(name) for name in names}
    for name in names:
        sys.modules.pop(name, None)
