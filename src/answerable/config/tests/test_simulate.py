"""`answerable simulate`: a small province, with its sums, once."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from answerable.access.rules import SYSTEM
from answerable.config.simulation import STEPS
from answerable.kernel import clock
from answerable.listening.figures import Period, area_figures
from answerable.listening.models import Case, CaseStep
from answerable.places.models import Area
from answerable.rollups.checking import check
from answerable.rollups.models import Change
from answerable.rollups.selectors import counted
from tests.support.write_guard import outside_the_gate


@pytest.mark.django_db
def test_a_province_is_made_once_and_its_sums_are_right(capsys):
    with outside_the_gate():
        call_command("simulate", villages=30, cases=400, seed=3)
    assert "30 villages, 400 cases" in capsys.readouterr().out
    assert (Area.objects.filter(depth=5).count(), Case.objects.count()) == (30, 400)
    assert CaseStep.objects.filter(n__gt=STEPS).count() == 0
    assert CaseStep.objects.count() > 400 * STEPS * 0.8
    period = Period(clock.today().replace(year=clock.today().year - 2), clock.today())
    parts = counted(None, period, "child", sensitive=False)
    assert parts is not None
    assert (
        sum(one.counts["received"] for one in parts.values())
        == area_figures(SYSTEM, None, period).total.received
        > 300
    )
    assert check().differing == 0
    Case.objects.filter(pk=1).update(bounces=5)
    assert Change.objects.count() == 2, "the triggers are there again"
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM rollups_change")
    with pytest.raises(CommandError, match="not empty"):
        call_command("simulate", villages=1, cases=1)
