"""Taking a framework in from a sheet: all of it or none, every fault with its cell, the same sheet twice is one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Literal, TypeVar

from django.db import transaction

from answerable.access.gate import acting
from answerable.access.imports import Areas, Cells, RowRefused
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.kernel.problem import Problem
from answerable.kernel.tables import Fault, ImportReport, Progress, silent
from answerable.places.models import Area
from answerable.projects.models import Project

from . import services
from .models import Baseline, Framework, Goal, Indicator, Period, Scorecard
from .problems import BaselineMissing, ThingUnknown
from .rules import said_number, together
from .rules.scores import IN_A_ROW
from .samples import sample_file
from .sheets import CellRefused, SheetRow, SheetRows, read_sheet

Outcome = Literal["added", "updated", "unchanged"]
Take = Callable[[SheetRow], Outcome]
Thing = TypeVar("Thing")


class _NothingKept(Exception):
    """Rolls the import back."""


def import_results(
    *,
    actor: Actor,
    files: Sequence[Path],
    keep: str = "none",
    dry_run: bool = False,
    progress: Progress = silent,
    sample: str = "",
    area: str = "",
    year: int | None = None,
) -> ImportReport:
    """Frameworks from sheets, each all or none whatever `keep` says; or a sample, for an area by its code and a year.

    Raises what read_sheet does, ChoiceUnknown, Denied.
    """
    report = ImportReport(files=[sample] if sample else [str(file) for file in files])
    if sample:
        with sample_file(sample, area=area, year=year or clock.today().year) as path:
            sheet = read_sheet(path)
        take_sheet(actor=actor, sheet=sheet, report=report, dry_run=dry_run, progress=progress)
        return report
    for file in files:
        take_sheet(actor=actor, sheet=read_sheet(file), report=report, dry_run=dry_run, progress=progress)
    return report


def take_sheet(
    *,
    actor: Actor,
    sheet: SheetRows,
    report: ImportReport,
    dry_run: bool = False,
    progress: Progress = silent,
    only_in: Area | None = None,
) -> Framework | None:
    """Take one sheet in; what is wrong goes into the report, and then nothing is kept. `only_in`: the form's own area."""
    report.rows += len(sheet.rows) + len(sheet.faults)
    report.skipped.update(sheet.skipped)
    taking = _Taking(actor, sheet)
    heads = sheet.of("framework")
    if len(heads) != 1 and not sheet.faults:
        taking.faults.append(
            Fault(
                sheet.file,
                1,
                "framework-rows",
                f"A sheet has one row “framework”; this one has {len(heads)}.",
            )
        )
    area = taking.area_of(heads[0], "area") if heads else None
    if area is not None and only_in is not None and area.pk != only_in.pk:
        taking.faults.append(heads[0].fault("area", "area-other", "This is the sheet of another area."))
    added = {"added": 0, "updated": 0, "unchanged": 0}
    if area is not None and not taking.faults:
        try:
            with acting(actor, Right.RECORD_RESULTS, area) as act:
                for row, take in progress(taking.steps(), total=len(sheet.rows), label="results"):
                    if (outcome := taking.one(row, take)) is not None:
                        added[outcome] += 1
                taking.check_totals()
                if dry_run or taking.faults or not (added["added"] or added["updated"]):
                    raise _NothingKept
                act.record("results.sheet-taken-in", added=added["added"], updated=added["updated"])
        except _NothingKept:
            pass
    report.added += added["added"]
    report.updated += added["updated"]
    report.unchanged += added["unchanged"]
    report.faults += sorted(taking.faults, key=lambda fault: fault.line)
    if dry_run or taking.faults:
        report.kept = False
    return taking.framework


class _Taking:
    """One sheet under way: what its rows have made so far, by key."""

    def __init__(self, actor: Actor, sheet: SheetRows) -> None:
        self.actor, self.sheet = actor, sheet
        self.faults: list[Fault] = list(sheet.faults)
        self.framework: Framework | None = None
        self.goals: dict[str, Goal] = {}
        self.indicators: dict[str, Indicator] = {}
        self.periods: dict[str, Period] = {}
        self.scorecards: dict[str, Scorecard] = {}
        self._areas = Areas(
            [
                Cells(sheet.file, row.line, {"area": row.text("area")})
                for row in sheet.rows
                if row.text("area")
            ],
            ["area"],
        )
        self._based: set[tuple[str, int]] = set()

    def area_of(self, row: SheetRow, column: str = "area") -> Area | None:
        """The area that a row names; the framework's where it names none."""
        if not row.text(column):
            return self.framework.area if self.framework is not None else None
        try:
            return self._areas.get(row.text(column))
        except RowRefused as refused:
            self.faults.append(row.fault(column, refused.code, refused.sentence))
            return None

    def steps(self) -> Iterator[tuple[SheetRow, Take]]:
        """The rows in the order in which one needs the other, each with what takes it in."""
        takes: list[tuple[str, Take]] = [
            ("framework", self._take_framework),
            ("goal", self._take_goal),
            ("indicator", self._take_indicator),
            ("period", self._take_period),
            ("baseline", self._take_baseline),
            ("target", self._take_target),
            ("actual", self._take_actual),
            ("scorecard", self._take_scorecard),
            ("part", self._take_part),
        ]
        levels = {"impact": 0, "outcome": 1, "output": 2}
        for kind, take in takes:
            rows = self.sheet.of(kind)
            if kind == "goal":
                rows = sorted(rows, key=lambda row: levels.get(row.text("level"), 3))
            for row in rows:
                yield row, take

    def one(self, row: SheetRow, take: Take) -> Outcome | None:
        """Take one row; what it is refused for becomes a fault of its cell."""
        if self.framework is None and row.kind != "framework":
            return None
        try:
            with transaction.atomic():
                return take(row)
        except _Told:
            pass
        except CellRefused as refused:
            self.faults.append(row.fault(refused.column, refused.code, refused.sentence))
        except Problem as problem:
            if problem.status == 403:
                raise
            self.faults.append(row.refusal(problem))
        return None

    # --- the kinds ------------------------------------------------------------------------------

    def _take_framework(self, row: SheetRow) -> Outcome:
        area = self.area_of(row)
        assert area is not None  # noqa: S101 - looked up before the first step
        project = None
        if row.text("project"):
            project = Project.objects.filter(key=row.text("project")).first()
            if project is None:
                raise CellRefused(
                    "project", "project-unknown", f"There is no project “{row.text('project')[:60]}”."
                )
        self.framework, outcome = services.set_framework(
            actor=self.actor, key=row.text("key"), area=area, names=row.names(), project=project
        )
        self.goals = {row.key: row for row in Goal.objects.filter(framework=self.framework)}
        self.periods = {row.key: row for row in Period.objects.filter(framework=self.framework)}
        self.indicators = {row.key: row for row in Indicator.objects.filter(framework=self.framework)}
        self.scorecards = {row.key: row for row in Scorecard.objects.filter(framework=self.framework)}
        own: list[Period | Indicator | Scorecard] = [
            *self.periods.values(), *self.indicators.values(), *self.scorecards.values(),
        ]  # fmt: skip
        for thing in own:
            thing.framework = self.framework
        return outcome

    def _take_goal(self, row: SheetRow) -> Outcome:
        assert self.framework is not None  # noqa: S101 - see one()
        parent = self._named(self.goals, row, "parent", "goal") if row.text("parent") else None
        goal, outcome = services.set_goal(
            actor=self.actor,
            framework=self.framework,
            key=row.text("key"),
            level=row.text("level"),
            names=row.names(),
            parent=parent,
            position=self._position(row),
        )
        self.goals[goal.key] = goal
        return outcome

    def _take_indicator(self, row: SheetRow) -> Outcome:
        goal = self._named(self.goals, row, "parent", "goal")
        goal.framework = self.framework  # type: ignore[assignment]
        indicator, outcome = services.set_indicator(
            actor=self.actor,
            goal=goal,
            key=row.text("key"),
            names=row.names(),
            measure=row.text("measure"),
            ascending=row.flag("direction", "up", "down", default=True),
            adds_up=row.flag("adds_up"),
            counts=row.text("counts") or "things",
            decimals=row.whole("decimals", 0) or 0,
            steps=row.whole("steps"),
            unit_words=row.names("unit"),
            computed_by=row.text("computed_by"),
            currency=row.text("currency"),
            position=self._position(row),
        )
        indicator.framework = self.framework  # type: ignore[assignment]
        self.indicators[indicator.key] = indicator
        return outcome

    def _take_period(self, row: SheetRow) -> Outcome:
        assert self.framework is not None  # noqa: S101 - see one()
        period, outcome = services.set_period(
            actor=self.actor,
            framework=self.framework,
            key=row.text("key"),
            starts_on=row.day("starts_on"),
            ends_on=row.day("ends_on"),
        )
        self.periods[period.key] = period
        return outcome

    def _take_baseline(self, row: SheetRow) -> Outcome:
        indicator, area = self._indicator(row), self._place(row)
        self._based.add((indicator.key, area.pk))
        _, outcome = services.set_baseline(
            actor=self.actor, indicator=indicator, area=area, reading=row.reading(), year=row.whole("year")
        )
        return outcome

    def _take_target(self, row: SheetRow) -> Outcome:
        indicator, area = self._indicator(row), self._place(row)
        known = (indicator.key, area.pk) in self._based
        if not known and not Baseline.objects.filter(indicator=indicator, area=area).exists():
            raise BaselineMissing(field="value", indicator=indicator.key)
        period = self._named(self.periods, row, "period", "period")
        _, outcome = services.set_target(
            actor=self.actor, indicator=indicator, period=period, area=area, reading=row.reading()
        )
        return outcome

    def _take_actual(self, row: SheetRow) -> Outcome:
        indicator, area = self._indicator(row), self._place(row)
        period = self._named(self.periods, row, "period", "period")
        period.framework = self.framework  # type: ignore[assignment]
        before = indicator.actuals.filter(period=period, area=area).order_by("-n").first()
        if before is not None and before.reading == row.reading() and indicator.computed_by:
            return "unchanged"
        found = services.enter_actual(
            actor=self.actor,
            indicator=indicator,
            period=period,
            area=area,
            reading=row.reading(),
            margin=row.number("margin"),
            sample=row.whole("sample"),
            correction=row.text("correction"),
        )
        if before is None:
            return "added"
        same = (before.pk, before.reading, before.margin_e4, before.sample)
        return "unchanged" if same == (found.pk, found.reading, found.margin_e4, found.sample) else "updated"

    def _take_scorecard(self, row: SheetRow) -> Outcome:
        assert self.framework is not None  # noqa: S101 - see one()
        scorecard, outcome = services.set_scorecard(
            actor=self.actor,
            framework=self.framework,
            key=row.text("key"),
            names=row.names(),
            formula=row.text("formula"),
            passes=row.number("passes"),
            in_a_row=row.whole("in_a_row", IN_A_ROW) or 0,
            needs_percent=row.whole("needs", 100) or 0,
        )
        scorecard.framework = self.framework
        self.scorecards[scorecard.key] = scorecard
        return outcome

    def _take_part(self, row: SheetRow) -> Outcome:
        _, outcome = services.set_part(
            actor=self.actor,
            scorecard=self._named(self.scorecards, row, "parent", "scorecard"),
            indicator=self._indicator(row),
            weight=row.whole("weight", 0) or 0,
            floor=row.number("floor"),
            full=row.number("full"),
            position=self._position(row),
        )
        return outcome

    def _indicator(self, row: SheetRow) -> Indicator:
        return self._named(self.indicators, row, "key", "indicator")

    def _place(self, row: SheetRow) -> Area:
        area = self.area_of(row)
        if area is None:
            raise _Told
        return area

    def _position(self, row: SheetRow) -> int:
        same = [
            one
            for one in self.sheet.of(row.kind)
            if row.kind != "part" or one.text("parent") == row.text("parent")
        ]
        return same.index(row) + 1

    @staticmethod
    def _named(found: dict[str, Thing], row: SheetRow, column: str, what: str) -> Thing:
        if row.text(column) not in found:
            raise ThingUnknown(field=column, what=what, key=row.text(column)[:60] or "-")
        return found[row.text(column)]

    # --- totals ---------------------------------------------------------------------------------

    def check_totals(self) -> None:
        """Where a whole and its parts both stand in the sheet, they agree; a part without data leaves room only upwards."""
        groups: dict[tuple[str, str, str], list[tuple[Area, SheetRow]]] = defaultdict(list)
        for row in [*self.sheet.of("target"), *self.sheet.of("actual"), *self.sheet.of("baseline")]:
            indicator = self.indicators.get(row.text("key"))
            if indicator is None or not indicator.adds_up:
                continue
            try:
                row.reading()
            except Problem:
                continue
            area = self.framework.area if self.framework and not row.text("area") else None
            if area is None:
                try:
                    area = self._areas.get(row.text("area"))
                except RowRefused:
                    continue
            groups[row.kind, row.text("key"), row.text("period")].append((area, row))
        for rows in groups.values():
            for area, row in rows:
                inside = [
                    (other, part)
                    for other, part in rows
                    if other.pk != area.pk and (other.path or "").startswith(area.path or "-")
                ]
                nearest = [
                    part
                    for other, part in inside
                    if not any(
                        above.pk != other.pk and (other.path or "").startswith(above.path or "-")
                        for above, _ in inside
                    )
                ]
                if nearest:
                    self._check_total(row, nearest)

    def _check_total(self, row: SheetRow, parts: list[SheetRow]) -> None:
        readings = [part.reading() for part in parts]
        total, found = row.reading(), together(readings)
        if not total.is_there or found is None:
            return
        open_ended = any(not reading.is_there for reading in readings)
        for column in ("value", "numerator", "denominator"):
            said, summed = getattr(total, column), getattr(found, column)
            if said is None or summed is None:
                continue
            if said != summed and not (open_ended and said > summed):
                self.faults.append(
                    row.fault(
                        column,
                        "totals-disagree",
                        f"The whole says {said_number(said)}, its parts ({_cells(parts, column)}) come to {said_number(summed)}.",
                    )
                )


class _Told(Exception):
    """What is wrong was said already."""


def _cells(parts: list[SheetRow], column: str) -> str:
    named = [part.cell(column).partition(" ")[0] for part in parts]
    return ", ".join(named[:6]) + (" …" if len(named) > 6 else "")
