"""Staff and posts from CSV files, and the frame that the programme's importers share.

Columns have fixed names (docs/guides/import-programme.md). Each row goes through the same services as a page's form, so
the same rules hold and the same events are written; an import is one act and one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from django.db import transaction

from answerable.kernel.labels import TAG
from answerable.kernel.problem import Problem
from answerable.kernel.tables import Fault, ImportReport, Progress, Table, read_table, silent
from answerable.places.models import Area, AreaCode

from . import services
from .gate import acting
from .models import Holding, Post, Staff
from .problems import ColumnUnknown, PostIsFixed, StaffUnknown
from .rules import Actor, Right

Outcome = Literal["added", "updated", "unchanged"]
#: What stands for the whole programme, or for every subject: never an empty cell, which may be an oversight.
ALL = "*"


class RowRefused(Exception):
    """A cell that can't be used; becomes a Fault of its row."""

    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        self.sentence = sentence
        super().__init__(sentence)


class _NothingKept(Exception):
    """Rolls the import back."""


@dataclass(frozen=True)
class Cells:
    """One row by the names of its columns; `line` is where it begins in the file."""

    file: str
    line: int
    values: Mapping[str, str]

    def text(self, column: str) -> str:
        """The cell, empty when the column is not there."""
        return self.values.get(column, "")

    def needed(self, column: str) -> str:
        """The cell, which has to hold something."""
        if not (value := self.text(column)):
            raise RowRefused("cell-empty", f"The cell in column “{column}” is empty, but it is needed.")
        return value

    def day(self, column: str) -> date | None:
        """A day as in 2026-03-31, None when empty."""
        if not (value := self.text(column)):
            return None
        try:
            if len(value) != 10:
                raise ValueError
            return date.fromisoformat(value)
        except ValueError:
            raise RowRefused(
                "day-unreadable", f"“{value[:40]}” in column “{column}” is no day; write it as 2026-03-31."
            ) from None

    def needed_day(self, column: str) -> date:
        """A day that has to be there."""
        self.needed(column)
        found = self.day(column)
        assert found is not None  # noqa: S101 - just looked
        return found

    def number(self, column: str, default: int) -> int:
        """A whole number."""
        value = self.text(column)
        if not value:
            return default
        if not (value.isascii() and value.isdigit() and len(value) < 7):
            raise RowRefused("number-unreadable", f"“{value[:40]}” in column “{column}” is no whole number.")
        return int(value)

    def flag(self, column: str, default: bool) -> bool:
        """yes or no."""
        value = self.text(column).lower()
        if value not in {"", "yes", "no"}:
            raise RowRefused("flag-unreadable", f"Write yes or no in column “{column}”, not “{value[:40]}”.")
        return default if not value else value == "yes"

    def names(self, column: str = "name") -> dict[str, str]:
        """Names by language: `name` is English, `name:ar` Arabic and so on."""
        found = {"en": self.text(column)}
        for key, value in self.values.items():
            if key.startswith(f"{column}:"):
                found[key[len(column) + 1 :]] = value
        return {tag: value for tag, value in found.items() if value}


@dataclass(frozen=True)
class Shape:
    """The columns of one kind of file."""

    needed: Sequence[str]
    may: Sequence[str] = ()
    #: Columns that may come in several languages, as `name:ar`.
    named: Sequence[str] = ("name",)

    def cells(self, table: Table) -> dict[str, int]:
        """The place of each column. Raises TableColumnMissing, ColumnUnknown."""
        places = {}
        for place, header in enumerate(table.header):
            column = header.strip()
            plain, mark, tag = column.partition(":")
            known = column in (*self.needed, *self.may, *self.named) or (
                mark and plain in self.named and TAG.match(tag)
            )
            if not known or column in places:
                raise ColumnUnknown(
                    file=table.name,
                    column=column[:60],
                    columns=", ".join([*self.needed, *self.may, *self.named]),
                )
            places[column] = place
        for column in self.needed:
            table.find(column)
        return places


Take = Callable[[Cells], Outcome]


def take_rows(
    *,
    actor: Actor,
    files: Sequence[Path],
    kind: str,
    shape: Shape,
    prepare: Callable[[list[Cells]], Take],
    order: Callable[[Cells], Any] | None = None,
    keep: str = "none",
    dry_run: bool = False,
    progress: Progress = silent,
) -> ImportReport:
    """Read the files and take their rows in, all or (keep="good") those without a fault.

    `prepare` sees all rows, so that it can look everything up at once, and returns what takes one.
    """
    report = ImportReport(files=[str(file) for file in files])
    rows: list[Cells] = []
    for file in files:
        table = read_table(file)
        places = shape.cells(table)
        for row in table.rows(report.faults, report.skipped):
            values = {column: " ".join(row.cells[place].split()) for column, place in places.items()}
            rows.append(Cells(table.name, row.line, values))
    report.rows = len(rows) + len(report.faults)
    if order is not None:
        rows.sort(key=order)
    try:
        with acting(actor, Right.IMPORT, None) as act:
            take = prepare(rows)
            for cells in progress(rows, total=len(rows), label=kind.partition(".")[2]):
                _take_one(cells, take, report)
            report.faults.sort(key=lambda fault: (fault.file, fault.line))
            if dry_run or (report.faults and keep != "good") or not (report.added or report.updated):
                raise _NothingKept
            act.record(
                f"{kind}-imported",
                added=report.added,
                updated=report.updated,
                unchanged=report.unchanged,
                faults=len(report.faults),
            )
    except _NothingKept:
        report.kept = not dry_run and not (report.faults and keep != "good")
    return report


def _take_one(cells: Cells, take: Take, report: ImportReport) -> None:
    try:
        with transaction.atomic():
            outcome = take(cells)
    except RowRefused as refused:
        report.faults.append(Fault(cells.file, cells.line, refused.code, refused.sentence))
    except Problem as problem:
        report.faults.append(Fault(cells.file, cells.line, problem.code, problem.english))
    else:
        setattr(report, outcome, getattr(report, outcome) + 1)


class Areas:
    """Areas by code, of any scheme: `code`, or `scheme:code` where two schemes use the same code."""

    def __init__(self, rows: Iterable[Cells], columns: Sequence[str]) -> None:
        said = {
            value
            for cells in rows
            for column in columns
            for value in _split(cells.text(column))
            if value != ALL
        }
        plain = {value.partition(":")[2] for value in said if ":" in value}
        wanted = sorted(said | plain)
        self._found: dict[str, dict[int, Area]] = {}
        for start in range(0, len(wanted), 500):
            codes = AreaCode.objects.filter(code__in=wanted[start : start + 500])
            for row in codes.select_related("area__level"):
                for said_so in (row.code, f"{row.scheme}:{row.code}"):
                    self._found.setdefault(said_so, {})[row.area_id] = row.area

    def get(self, code: str) -> Area:
        """The one area of that code."""
        found = self._found.get(code, {})
        if not found:
            raise RowRefused("area-unknown", f"No area has the code “{code[:80]}”.")
        if len(found) > 1:
            raise RowRefused(
                "area-ambiguous", f"{len(found)} areas have the code “{code[:80]}”; write scheme:code."
            )
        return next(iter(found.values()))

    def get_or_all(self, code: str) -> Area | None:
        """The same; None for `*`, the whole programme."""
        return None if code == ALL else self.get(code)


def _split(value: str) -> list[str]:
    return [value, *(value.split(" ") if " " in value else ())]


def import_staff(
    *,
    actor: Actor,
    files: Sequence[Path],
    keep: str = "none",
    dry_run: bool = False,
    progress: Progress = silent,
) -> ImportReport:
    """Staff: username, name, language, active. Passwords are never in a file."""

    def prepare(rows: list[Cells]) -> Take:
        present = {staff.username: staff for staff in Staff.objects.all()}

        def take(cells: Cells) -> Outcome:
            username = cells.needed("username").lower()
            name, language = cells.needed("name"), cells.text("language")
            active = cells.flag("active", True)
            staff = present.get(username)
            if staff is None:
                added = services.add_staff(
                    actor=actor, username=username, name=name, language=language or "en"
                )
                if not active:
                    services.change_staff(actor=actor, staff=added, active=False)
                present[username] = added
                return "added"
            said = (name, language or staff.language, active if cells.text("active") else staff.is_active)
            if said == (staff.name, staff.language, staff.is_active):
                return "unchanged"
            services.change_staff(actor=actor, staff=staff, name=said[0], language=said[1], active=said[2])
            return "updated"

        return take

    return take_rows(
        actor=actor,
        files=files,
        kind="access.staff",
        shape=Shape(("username", "name"), ("language", "active"), ()),
        prepare=prepare,
        keep=keep,
        dry_run=dry_run,
        progress=progress,
    )


def import_posts(
    *,
    actor: Actor,
    files: Sequence[Path],
    keep: str = "none",
    dry_run: bool = False,
    progress: Progress = silent,
) -> ImportReport:
    """Posts, with who fills them: a row for each post, and one more for each further holder."""

    def prepare(rows: list[Cells]) -> Take:
        areas = Areas(rows, ["area"])
        posts = {post.key: post for post in Post.objects.select_related("area")}
        staff = {person.username: person for person in Staff.objects.all()}
        holdings = {(h.post_id, h.staff_id, h.starts_on): h for h in Holding.objects.all()}

        def take(cells: Cells) -> Outcome:
            key = cells.needed("key")
            post, outcome = _take_post(actor, cells, posts.get(key), areas)
            holding = _take_holding(actor, cells, post, staff, holdings)
            # Remembered only now: what a later refusal of the row takes back must not be found again.
            posts[key] = post
            if holding is not None:
                found, changed = holding
                holdings[post.pk, found.staff_id, found.starts_on] = found
                if outcome == "unchanged":
                    outcome = changed
            return outcome

        return take

    return take_rows(
        actor=actor,
        files=files,
        kind="access.posts",
        shape=Shape(
            ("key", "role", "area"), ("function", "valid_from", "valid_to", "holder", "since", "until")
        ),
        prepare=prepare,
        keep=keep,
        dry_run=dry_run,
        progress=progress,
    )


def _take_post(actor: Actor, cells: Cells, post: Post | None, areas: Areas) -> tuple[Post, Outcome]:
    role, place = cells.needed("role"), areas.get_or_all(cells.needed("area"))
    function, names = cells.text("function"), cells.names()
    since, until = cells.day("valid_from"), cells.day("valid_to")
    if post is None:
        added = services.add_post(
            actor=actor,
            key=cells.needed("key"),
            role=role,
            area=place,
            names=names,
            function=function or "general",
            valid_from=since,
            valid_to=until,
        )
        return added, "added"
    if (place.pk if place else None) != post.area_id:
        raise PostIsFixed(field="area", post=post.key, what="area")
    fixed = (role, function or post.function, since or post.valid_from)
    outcome: Outcome = "unchanged"
    if fixed != (post.role, post.function, post.valid_from) or (names and names != post.names):
        post = services.change_post(
            actor=actor,
            post=_again(post),
            names=names or None,
            role=role,
            function=function or None,
            valid_from=since,
        )
        outcome = "updated"
    if until is not None and until != post.valid_to:
        post = services.end_post(actor=actor, post=_again(post), on=until)
        outcome = "updated"
    return post, outcome


def _again(post: Post) -> Post:
    """The row once more: a refused change must not stay on the one that is remembered."""
    return Post.objects.select_related("area").get(pk=post.pk)


def _take_holding(
    actor: Actor,
    cells: Cells,
    post: Post,
    staff: Mapping[str, Staff],
    holdings: Mapping[tuple[int, int, date], Holding],
) -> tuple[Holding, Outcome] | None:
    username = cells.text("holder").lower()
    if not username:
        if cells.text("since") or cells.text("until"):
            raise RowRefused("holder-missing", "There are days of a holder, but the cell “holder” is empty.")
        return None
    if username not in staff:
        raise StaffUnknown(username=username[:60])
    since, until = cells.needed_day("since"), cells.day("until")
    present = holdings.get((post.pk, staff[username].pk, since))
    if present is None:
        made = services.fill_post(
            actor=actor, post=post, staff=staff[username], starts_on=since, ends_on=until
        )
        return made, "updated"
    if until is None or until == present.ends_on:
        return present, "unchanged"
    fresh = Holding.objects.select_related("post__area").get(pk=present.pk)
    return services.end_holding(actor=actor, holding=fresh, ends_on=until), "updated"
