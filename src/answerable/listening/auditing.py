"""The matters' part of an audit: each one's columns are what its steps come to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from answerable.kernel import clock
from answerable.register.auditing import PAGE, Finding
from answerable.register.models import Event

from .models import Case, CaseStep
from .rules.clocks import Logged
from .rules.states import State, Step
from .rules.summary import summarise
from .services.lookups import Lookups, times_of


class Columns:
    """Computes every matter anew. It needs no event."""

    def event(self, event: Event, leaf: int | None) -> None:
        """Nothing to take in."""

    def findings(self) -> Iterator[Finding]:
        """Matters that are not what their steps come to, in pages."""
        lookups = Lookups(clock.today())
        after = 0
        while page := list(
            Case.objects.filter(pk__gt=after).order_by("pk").select_related("area")[: PAGE // 4]
        ):
            after = page[-1].pk
            logs: dict[int, list[Logged]] = defaultdict(list)
            steps = CaseStep.objects.filter(case__in=[case.pk for case in page]).order_by("case_id", "n")
            columns = ("case_id", "step", "on", "state", "reason", "until", "number")
            for pk, step, on, state, reason, until, number in steps.values_list(*columns):
                try:
                    logs[pk].append(Logged(Step(step), on, State(state), reason, until, number))
                except ValueError:
                    continue
            lookups.know(case.area for case in page)
            for case in page:
                wrong = _wrong(case, logs[case.pk], lookups)
                if wrong:
                    yield Finding("case-differs", "listening_case", case.pk, more=", ".join(wrong))


def _wrong(case: Case, log: list[Logged], lookups: Lookups) -> list[str]:
    if not log:
        return ["steps"]
    if case.version != len(log):
        return ["version"]
    try:
        told = vars(summarise(log, times_of(case), lookups.calendar(case.area)))
    except (ValueError, LookupError, StopIteration):
        return ["steps"]
    return sorted(
        name
        for name, value in told.items()
        if (value.value if isinstance(value, State) else value) != getattr(case, name)
    )
