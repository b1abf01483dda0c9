"""The programme from CSV files: sponsors, rounds, teams, postings, subjects, standards, responsibilities, calendars.

Columns have fixed names (docs/guides/import-programme.md); the frame is the one of access/imports.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from answerable.access.imports import ALL, Areas, Cells, Outcome, RowRefused, Shape, Take, take_rows
from answerable.access.models import Post
from answerable.access.problems import PostUnknown
from answerable.access.rules import Actor
from answerable.kernel.tables import ImportReport, Progress, silent
from answerable.places import services as places
from answerable.places.models import AreaLevel, Calendar, Holiday
from answerable.web.icons import ICONS

from . import services
from .models import (
    Organisation,
    OutsideBody,
    Posting,
    Responsibility,
    Round,
    Sponsor,
    Standard,
    Subject,
    Team,
)
from .problems import SubjectUnknown
from .rules import ServiceTimes

#: The list that we ship, modelled on what villages ask for.
SHIPPED_SUBJECTS = Path(__file__).with_name("data") / "subjects.csv"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Thing = TypeVar("Thing", Sponsor, Organisation, Round, Team, OutsideBody)
Found = TypeVar("Found")
Prepare = Callable[[Actor, list[Cells]], Take]


def _named(found: dict[str, Found], key: str, what: str) -> Found:
    if key not in found:
        raise RowRefused(
            f"{what.replace(' ', '-')}-unknown", f"There is no {what} “{key[:60]}”. Import it first."
        )
    return found[key]


def _renamed(actor: Actor, thing: Thing, cells: Cells) -> Outcome:
    names = cells.names()
    if not names or names == thing.names:
        return "unchanged"
    services.rename(actor=actor, thing=type(thing)._default_manager.get(pk=thing.pk), names=names)
    thing.names = names
    return "updated"


def _sponsors(actor: Actor, rows: list[Cells]) -> Take:
    present = {row.key: row for row in Sponsor.objects.all()}

    def take(cells: Cells) -> Outcome:
        key = cells.needed("key")
        if key in present:
            return _renamed(actor, present[key], cells)
        present[key] = services.add_sponsor(actor=actor, key=key, names=cells.names())
        return "added"

    return take


def _organisations(actor: Actor, rows: list[Cells]) -> Take:
    present = {row.key: row for row in Organisation.objects.select_related("sponsor")}
    sponsors = {row.key: row for row in Sponsor.objects.all()}

    def take(cells: Cells) -> Outcome:
        key, kind, ref = cells.needed("key"), cells.needed("kind"), cells.text("ref")
        sponsor = _named(sponsors, cells.text("sponsor"), "sponsor") if cells.text("sponsor") else None
        found = present.get(key)
        if found is None:
            present[key] = services.add_organisation(
                actor=actor, key=key, names=cells.names(), kind=kind, ref=ref, sponsor=sponsor
            )
            return "added"
        if (kind, ref, sponsor) != (found.kind, found.ref, found.sponsor):
            raise RowRefused(
                "organisation-fixed",
                f"The organisation “{key}” has another kind, identifier or sponsor; add another organisation.",
            )
        return _renamed(actor, found, cells)

    return take


def _outside_bodies(actor: Actor, rows: list[Cells]) -> Take:
    present = {row.key: row for row in OutsideBody.objects.all()}

    def take(cells: Cells) -> Outcome:
        key = cells.needed("key")
        if key in present:
            return _renamed(actor, present[key], cells)
        present[key] = services.add_outside_body(actor=actor, key=key, names=cells.names())
        return "added"

    return take


def _rounds(actor: Actor, rows: list[Cells]) -> Take:
    present = {row.key: row for row in Round.objects.all()}

    def take(cells: Cells) -> Outcome:
        key, start, end = cells.needed("key"), cells.needed_day("starts_on"), cells.needed_day("ends_on")
        found = present.get(key)
        if found is None:
            present[key] = services.add_round(
                actor=actor, key=key, names=cells.names(), starts_on=start, ends_on=end
            )
            return "added"
        if (start, end) != (found.starts_on, found.ends_on):
            raise RowRefused(
                "round-fixed",
                f"The round “{key}” lasts from {found.starts_on} to {found.ends_on}; its days don't change.",
            )
        return _renamed(actor, found, cells)

    return take


def _teams(actor: Actor, rows: list[Cells]) -> Take:
    sponsors = {row.key: row for row in Sponsor.objects.all()}
    teams = {row.key: row for row in Team.objects.prefetch_related("seats__post")}
    seats = {seat.post.key for team in teams.values() for seat in team.seats.all()}
    posts = {row.key: row for row in Post.objects.select_related("area")}
    by_team = {key: {seat.post.key for seat in team.seats.all()} for key, team in teams.items()}

    def take(cells: Cells) -> Outcome:
        key, sponsor = cells.needed("key"), _named(sponsors, cells.needed("sponsor"), "sponsor")
        team = teams.get(key)
        if team is None:
            team = services.add_team(actor=actor, key=key, names=cells.names(), sponsor=sponsor)
            outcome: Outcome = "added"
        elif team.sponsor_id != sponsor.pk:
            raise RowRefused("team-fixed", f"The team “{key}” has another sponsor; add another team.")
        else:
            outcome = _renamed(actor, team, cells)
        new = [post for post in cells.text("seats").split() if post not in by_team.get(key, set())]
        for post in new:
            if post not in posts:
                raise PostUnknown(post=post[:60])
            services.seat_post(actor=actor, team=team, post=posts[post])
        teams[key] = team
        by_team.setdefault(key, set()).update(new)
        seats.update(new)
        return "updated" if new and outcome == "unchanged" else outcome

    return take


def _postings(actor: Actor, rows: list[Cells]) -> Take:
    areas = Areas(rows, ["area"])
    teams = {row.key: row for row in Team.objects.all()}
    rounds = {row.key: row for row in Round.objects.all()}
    present = {(p.team_id, p.area_id, p.round_id, p.starts_on): p.pk for p in Posting.objects.all()}

    def take(cells: Cells) -> Outcome:
        team = _named(teams, cells.needed("team"), "team")
        this = _named(rounds, cells.needed("round"), "round")
        area = areas.get(cells.needed("area"))
        start = cells.day("starts_on") or this.starts_on
        end = cells.day("ends_on") or this.ends_on
        found = present.get((team.pk, area.pk, this.pk, start))
        if found is None:
            posting = services.post_team(
                actor=actor, team=team, area=area, round=this, starts_on=start, ends_on=end
            )
            present[team.pk, area.pk, this.pk, start] = posting.pk
            return "added"
        posting = Posting.objects.select_related("area").get(pk=found)
        if posting.ends_on == end or not cells.text("ends_on"):
            return "unchanged"
        services.end_posting(actor=actor, posting=posting, on=end)
        return "updated"

    return take


def _subjects(actor: Actor, rows: list[Cells]) -> Take:
    present = {row.key: row for row in Subject.objects.select_related("parent")}

    def take(cells: Cells) -> Outcome:
        key, parent_key = cells.needed("key"), cells.text("parent")
        parent = _named(present, parent_key, "subject") if parent_key else None
        position, icon = cells.number("position", 0), cells.text("icon")
        if icon and icon not in ICONS:
            raise RowRefused(
                "icon-unknown", f"There is no icon “{icon[:40]}”. Icons are: {', '.join(ICONS)}."
            )
        sensitive, offered = cells.flag("sensitive", False), cells.flag("offered", True)
        found = present.get(key)
        if found is None:
            present[key] = services.add_subject(
                actor=actor,
                key=key,
                names=cells.names(),
                parent=parent,
                icon=icon,
                position=position,
                sensitive=sensitive,
                offered=offered,
            )
            return "added"
        if found.parent_id != (parent.pk if parent else None):
            raise RowRefused("subject-fixed", f"The subject “{key}” has another parent; add another subject.")
        names = cells.names()
        sensitive = sensitive or (parent is not None and parent.sensitive)
        said = (names, icon, position, sensitive, offered)
        if said == (found.names, found.icon, found.position, found.sensitive, found.offered):
            return "unchanged"
        present[key] = services.change_subject(
            actor=actor,
            subject=Subject.objects.get(pk=found.pk),
            names=names,
            icon=icon,
            position=position,
            sensitive=sensitive,
            offered=offered,
        )
        return "updated"

    return take


def _subject_of(cells: Cells, subjects: dict[str, Subject]) -> Subject | None:
    key = cells.needed("subject")
    if key == ALL:
        return None
    if key not in subjects:
        raise SubjectUnknown(subject=key[:60])
    return subjects[key]


def _standards(actor: Actor, rows: list[Cells]) -> Take:
    subjects = {row.key: row for row in Subject.objects.all()}
    present = {(row.subject_id, row.valid_from): row for row in Standard.objects.all()}

    def take(cells: Cells) -> Outcome:
        subject, since = _subject_of(cells, subjects), cells.needed_day("valid_from")
        for column in ("acknowledge_days", "answer_days", "resolve_days"):
            cells.needed(column)
        times = ServiceTimes(
            cells.number("acknowledge_days", 0),
            cells.number("answer_days", 0),
            cells.number("resolve_days", 0),
            cells.number("silence_days", ServiceTimes.silence_days),
        )
        place = (subject.pk if subject else None, since)
        found = present.get(place)
        if found is not None and times == ServiceTimes(
            found.acknowledge_days, found.answer_days, found.resolve_days, found.silence_days
        ):
            return "unchanged"
        present[place] = services.set_standard(actor=actor, subject=subject, valid_from=since, times=times)
        return "updated" if found else "added"

    return take


def _responsibilities(actor: Actor, rows: list[Cells]) -> Take:
    areas = Areas(rows, ["within"])
    subjects = {row.key: row for row in Subject.objects.all()}
    levels = {row.key: row for row in AreaLevel.objects.all()}
    posts = {row.key: row for row in Post.objects.select_related("area")}
    bodies = {row.key: row for row in OutsideBody.objects.all()}

    def take(cells: Cells) -> Outcome:
        subject = _subject_of(cells, subjects)
        level = _named(levels, cells.needed("level"), "level")
        within = areas.get_or_all(cells.needed("within"))
        since, until = cells.needed_day("valid_from"), cells.day("valid_to")
        post, body = cells.text("post"), cells.text("outside_body")
        if post and post not in posts:
            raise PostUnknown(post=post[:60])
        answerer = {
            "function": cells.text("function"),
            "post": posts[post] if post else None,
            "outside_body": _named(bodies, body, "outside body") if body else None,
        }
        line = Responsibility.objects.filter(
            subject=subject, level=level, within=within, valid_from=since, **answerer
        ).first()
        outcome: Outcome = "unchanged"
        if line is None:
            line = services.set_responsibility(
                actor=actor,
                subject=subject,
                level=level,
                within=within,
                valid_from=since,
                function=cells.text("function"),
                post=posts[post] if post else None,
                outside_body=bodies[body] if body else None,
            )
            outcome = "added"
        if until is not None and until != line.valid_to:
            services.end_responsibility(actor=actor, line=line, on=until)
            outcome = "added" if outcome == "added" else "updated"
        return outcome

    return take


def _calendars(actor: Actor, rows: list[Cells]) -> Take:
    areas = Areas(rows, ["areas"])
    present = {row.key: row for row in Calendar.objects.all()}
    holidays = {(row.calendar_id, row.on): row.names for row in Holiday.objects.all()}

    def take(cells: Cells) -> Outcome:
        key = cells.needed("key")
        outcome: Outcome = "unchanged"
        calendar = present.get(key)
        weekend = _weekend(cells)
        if calendar is None:
            calendar = places.add_calendar(
                actor=actor, key=key, names=cells.names(), weekend=weekend if weekend is not None else [5, 6]
            )
            outcome = "added"
        elif weekend is not None and weekend != calendar.weekend:
            raise RowRefused(
                "calendar-fixed",
                f"The calendar “{key}” has another weekend. Deadlines were counted by it: add another calendar.",
            )
        followers = [areas.get(code) for code in cells.text("areas").split()]
        on, names = cells.day("holiday"), cells.names("holiday_name")
        if on is not None and holidays.get((calendar.pk, on)) != names:
            places.add_holiday(actor=actor, calendar=calendar, on=on, names=names)
            outcome = "updated" if (calendar.pk, on) in holidays and outcome == "unchanged" else "added"
            holidays[calendar.pk, on] = names
        for area in followers:
            if area.calendar_id != calendar.pk:
                places.set_calendar(actor=actor, area=area, calendar=calendar)
                area.calendar_id = calendar.pk
                outcome = "updated" if outcome == "unchanged" else outcome
        present[key] = calendar
        return outcome

    return take


def _weekend(cells: Cells) -> list[int] | None:
    words = cells.text("weekend").lower().split()
    if not words:
        return None
    for word in words:
        if word not in WEEKDAYS:
            raise RowRefused(
                "weekend-unreadable",
                f"“{word[:20]}” is no weekday; write mon, tue, wed, thu, fri, sat or sun, with spaces between.",
            )
    return sorted({WEEKDAYS.index(word) for word in words})


#: kind -> how one row is taken, its columns, and whether parents have to come first
_KINDS: dict[str, tuple[Prepare, Shape, Callable[[Cells], object] | None]] = {
    "sponsors": (_sponsors, Shape(("key", "name")), None),
    "organisations": (_organisations, Shape(("key", "name", "kind"), ("ref", "sponsor")), None),
    "outside-bodies": (_outside_bodies, Shape(("key", "name")), None),
    "rounds": (_rounds, Shape(("key", "starts_on", "ends_on")), None),
    "teams": (_teams, Shape(("key", "sponsor"), ("seats",)), None),
    "postings": (_postings, Shape(("team", "area", "round"), ("starts_on", "ends_on"), ()), None),
    "subjects": (
        _subjects,
        Shape(("key", "name"), ("parent", "icon", "position", "sensitive", "offered")),
        lambda cells: bool(cells.text("parent")),
    ),
    "standards": (
        _standards,
        Shape(
            ("subject", "valid_from", "acknowledge_days", "answer_days", "resolve_days"),
            ("silence_days",),
            (),
        ),
        None,
    ),
    "responsibilities": (
        _responsibilities,
        Shape(
            ("subject", "level", "within", "valid_from"), ("function", "post", "outside_body", "valid_to"), ()
        ),
        None,
    ),
    "calendars": (
        _calendars,
        Shape(("key",), ("weekend", "areas", "holiday"), ("name", "holiday_name")),
        None,
    ),
}


def _import(
    kind: str,
    *,
    actor: Actor,
    files: Sequence[Path],
    keep: str = "none",
    dry_run: bool = False,
    progress: Progress = silent,
) -> ImportReport:
    prepare, shape, order = _KINDS[kind]
    return take_rows(
        actor=actor,
        files=files,
        kind=f"programme.{kind}",
        shape=shape,
        prepare=partial(prepare, actor),
        order=order,
        keep=keep,
        dry_run=dry_run,
        progress=progress,
    )


import_sponsors = partial(_import, "sponsors")
import_organisations = partial(_import, "organisations")
import_outside_bodies = partial(_import, "outside-bodies")
import_rounds = partial(_import, "rounds")
import_teams = partial(_import, "teams")
import_postings = partial(_import, "postings")
import_standards = partial(_import, "standards")
import_responsibilities = partial(_import, "responsibilities")
import_calendars = partial(_import, "calendars")


def import_subjects(
    *,
    actor: Actor,
    files: Sequence[Path] = (),
    keep: str = "none",
    dry_run: bool = False,
    progress: Progress = silent,
) -> ImportReport:
    """Subjects of two levels. Without a file: the list that we ship."""
    return _import(
        "subjects",
        actor=actor,
        files=files or [SHIPPED_SUBJECTS],
        keep=keep,
        dry_run=dry_run,
        progress=progress,
    )
