"""Rounds, sponsors, teams, postings; subjects, standards and the matrix: every write of this room."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import TypeVar

from django.db import IntegrityError, models
from django.db.models import Q

from answerable.access.gate import acting
from answerable.access.models import Post
from answerable.access.rules import Actor, Right
from answerable.kernel.labels import ChoiceUnknown, check_days, clean_key, clean_names
from answerable.kernel.text import clean_text
from answerable.places.models import Area, AreaLevel
from answerable.places.selectors import below, chain_ids, placed

from . import rules
from .models import (
    ORGANISATION_KINDS,
    Organisation,
    OutsideBody,
    Posting,
    Responsibility,
    Round,
    Sponsor,
    Standard,
    Subject,
    Team,
    TeamSeat,
)
from .problems import (
    KeyTaken,
    OneAnswerer,
    PostCannotHandle,
    PostElsewhere,
    PostingEnded,
    PostingOutsideRound,
    PostingOverlaps,
    SameAlready,
    SeatTaken,
    StandardInDisorder,
    SubjectStaysSensitive,
    SubjectTooDeep,
)

ONE_DAY = timedelta(days=1)
Keyed = TypeVar("Keyed", Sponsor, Round, Team, OutsideBody, Organisation, Subject)
Named = TypeVar("Named", Sponsor, Round, Team, OutsideBody, Organisation)


# --- who is there ------------------------------------------------------------------------------


def add_sponsor(*, actor: Actor, key: str, names: Mapping[str, str]) -> Sponsor:
    """Add an organisation that lends staff or gives money.

    Raises Denied, KeyRefused, KeyTaken, NamesRefused.
    """
    with acting(actor, Right.SET_UP, None) as act:
        sponsor = _insert(Sponsor(key=clean_key(key), names=clean_names(names)))
        act.record("programme.sponsor-added", sponsor=sponsor.pk)
    return sponsor


def add_organisation(
    *,
    actor: Actor,
    key: str,
    names: Mapping[str, str],
    kind: str,
    ref: str = "",
    sponsor: Sponsor | None = None,
) -> Organisation:
    """Add an organisation that pays, is paid, builds or keeps. A natural person is none.

    `ref` is its IATI identifier, where it has one; `sponsor` the sponsor that it is.
    Raises Denied, KeyRefused, KeyTaken, NamesRefused, ChoiceUnknown.
    """
    with acting(actor, Right.SET_UP, None) as act:
        if kind not in ORGANISATION_KINDS:
            raise ChoiceUnknown(field="kind", given=kind[:40] or "-", allowed=", ".join(ORGANISATION_KINDS))
        ref = clean_text(ref, limit=80, field="ref", required=False)
        if ref and Organisation.objects.filter(ref=ref).exists():
            raise KeyTaken(field="ref", key=ref)
        if sponsor is not None and Organisation.objects.filter(sponsor=sponsor).exists():
            raise KeyTaken(field="sponsor", key=sponsor.key)
        row = Organisation(key=clean_key(key), names=clean_names(names), kind=kind, ref=ref, sponsor=sponsor)
        added = _insert(row)
        act.record("programme.organisation-added", organisation=added.pk, what=kind)
    return added


def add_round(*, actor: Actor, key: str, names: Mapping[str, str], starts_on: date, ends_on: date) -> Round:
    """Add a posting period, by its first and last day.

    Raises Denied, KeyRefused, KeyTaken, NamesRefused, DatesInDisorder.
    """
    with acting(actor, Right.SET_UP, None) as act:
        check_days(starts_on, ends_on)
        row = Round(
            key=clean_key(key, limit=40), names=clean_names(names), starts_on=starts_on, ends_on=ends_on
        )
        added = _insert(row)
        act.record("programme.round-added", round=added.pk, since=starts_on, until=ends_on)
    return added


def add_team(*, actor: Actor, key: str, names: Mapping[str, str], sponsor: Sponsor) -> Team:
    """Add a team, lent by one sponsor.

    Raises Denied, KeyRefused, KeyTaken, NamesRefused.
    """
    with acting(actor, Right.SET_UP, None) as act:
        team = _insert(Team(key=clean_key(key), names=clean_names(names), sponsor=sponsor))
        act.record("programme.team-added", team=team.pk, sponsor=sponsor.pk)
    return team


def add_outside_body(*, actor: Actor, key: str, names: Mapping[str, str]) -> OutsideBody:
    """Add an office outside the programme that answers for something.

    Raises Denied, KeyRefused, KeyTaken, NamesRefused.
    """
    with acting(actor, Right.SET_UP, None) as act:
        body = _insert(OutsideBody(key=clean_key(key), names=clean_names(names)))
        act.record("programme.outside-body-added", body=body.pk)
    return body


def rename(*, actor: Actor, thing: Named, names: Mapping[str, str]) -> Named:
    """Give a sponsor, round, team or outside body other names; its key stays.

    Raises Denied, NamesRefused.
    """
    with acting(actor, Right.SET_UP, None) as act:
        thing.names = clean_names(names)
        thing.save(update_fields=["names"])
        act.record("programme.renamed", what=thing._meta.model_name, id=thing.pk)
    return thing


def seat_post(*, actor: Actor, team: Team, post: Post) -> TeamSeat:
    """Make a post part of a team.

    Raises Denied, SeatTaken.
    """
    with acting(actor, Right.SET_UP, post.area) as act:
        present = TeamSeat.objects.select_related("team").filter(post=post).first()
        if present is not None:
            raise SeatTaken(post=post.key, team=present.team.key)
        try:
            seat = TeamSeat.objects.create(team=team, post=post)
        except IntegrityError:
            raise SeatTaken(post=post.key, team=team.key)
        act.record("programme.post-seated", team=team.pk, post=post.pk)
    return seat


def post_team(
    *,
    actor: Actor,
    team: Team,
    area: Area,
    round: Round,  # noqa: A002 - the field's word for it
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Posting:
    """Post a team to an area for a round, or for a part of it.

    On no day are two postings in one area, nor one in an area that lies within another's: residents
    have one team. Raises Denied, DatesInDisorder, PostingOutsideRound, PostingOverlaps.
    """
    start, end = starts_on or round.starts_on, ends_on or round.ends_on
    with acting(actor, Right.SET_UP, area) as act:
        check_days(start, end)
        if start < round.starts_on or end > round.ends_on:
            raise PostingOutsideRound(
                field="starts_on",
                round=round.key,
                start=round.starts_on.isoformat(),
                end=round.ends_on.isoformat(),
            )
        chain = chain_ids(area)
        # Nested areas are no matter for the database's own guard: their postings queue at the root.
        Area.objects.select_for_update().filter(pk=chain[0]).first()
        other = (
            Posting.objects.filter(Q(area__in=chain) | below(placed(area), "area__"))
            .filter(starts_on__lte=end, ends_on__gte=start)
            .select_related("team", "area")
            .first()
        )
        if other is not None:
            raise PostingOverlaps(field="area", team=other.team.key, area=other.area.name)
        try:
            posting = Posting.objects.create(team=team, area=area, round=round, starts_on=start, ends_on=end)
        except IntegrityError:
            raise PostingOverlaps(field="area", team=team.key, area=area.name)
        act.record("programme.team-posted", posting=posting.pk, team=team.pk, since=start, until=end)
    return posting


#: What rooms above have to say before a posting may end: each raises, or says nothing.
_before_ending: list[Callable[[Posting, date], None]] = []


def ask_before_ending(check: Callable[[Posting, date], None]) -> None:
    """Have a room above asked before a posting is cut short. Called once each, at start."""
    if check not in _before_ending:
        _before_ending.append(check)


def end_posting(*, actor: Actor, posting: Posting, on: date) -> Posting:
    """Cut a posting short: `on` becomes its last day.

    Refused while something open in it has nobody who takes it over (the room handover is asked).
    Raises Denied, DatesInDisorder, PostingEnded.
    """
    with acting(actor, Right.SET_UP, posting.area) as act:
        check_days(posting.starts_on, on)
        if on >= posting.ends_on:
            raise PostingEnded(field="ends_on", end=posting.ends_on.isoformat())
        for check in _before_ending:
            check(posting, on)
        posting.ends_on = on
        posting.save(update_fields=["ends_on"])
        act.record("programme.posting-ended", posting=posting.pk, until=on)
    return posting


# --- what it is about --------------------------------------------------------------------------


def add_subject(
    *,
    actor: Actor,
    key: str,
    names: Mapping[str, str],
    parent: Subject | None = None,
    icon: str = "",
    position: int = 0,
    sensitive: bool = False,
    offered: bool = True,
) -> Subject:
    """Add a subject, on the first level or below one of it; below a sensitive one it is sensitive.

    Raises Denied, KeyRefused, KeyTaken, NamesRefused, SubjectTooDeep.
    """
    with acting(actor, Right.SET_UP, None) as act:
        if parent is not None and parent.parent_id is not None:
            raise SubjectTooDeep(field="parent", subject=parent.key)
        row = Subject(
            key=clean_key(key),
            parent=parent,
            names=clean_names(names),
            icon=clean_key(icon, limit=20, field="icon") if icon else "",
            position=position,
            sensitive=sensitive or (parent is not None and parent.sensitive),
            offered=offered,
        )
        subject = _insert(row)
        act.record("programme.subject-added", subject=subject.pk, sensitive=subject.sensitive)
    return subject


def change_subject(
    *,
    actor: Actor,
    subject: Subject,
    names: Mapping[str, str] | None = None,
    icon: str | None = None,
    position: int | None = None,
    sensitive: bool | None = None,
    offered: bool | None = None,
) -> Subject:
    """Correct a subject. What is None stays; a sensitive subject stays sensitive.

    Raises Denied, NamesRefused, KeyRefused, SubjectStaysSensitive.
    """
    with acting(actor, Right.SET_UP, None) as act:
        if sensitive is False and subject.sensitive:
            raise SubjectStaysSensitive(field="sensitive", subject=subject.key)
        if names is not None:
            subject.names = clean_names(names)
        if icon is not None:
            subject.icon = clean_key(icon, limit=20, field="icon") if icon else ""
        subject.position = subject.position if position is None else position
        subject.sensitive = subject.sensitive or bool(sensitive)
        subject.offered = subject.offered if offered is None else offered
        subject.save(update_fields=["names", "icon", "position", "sensitive", "offered"])
        if subject.sensitive:
            subject.children.update(sensitive=True)
        act.record(
            "programme.subject-changed",
            subject=subject.pk,
            sensitive=subject.sensitive,
            offered=subject.offered,
        )
    return subject


def set_standard(
    *, actor: Actor, subject: Subject | None, valid_from: date, times: rules.ServiceTimes
) -> Standard:
    """Set the service standard of a subject (None: of all without their own) from a day on.

    A standard of the same day is corrected. Cases keep the times they were received under.
    Raises Denied, StandardInDisorder.
    """
    with acting(actor, Right.SET_UP, None) as act:
        if not (
            0 <= times.acknowledge_days <= times.answer_days <= times.resolve_days <= 1000
            and 1 <= times.silence_days <= 1000
        ):
            raise StandardInDisorder(field="acknowledge_days")
        standard, _ = Standard.objects.update_or_create(
            subject=subject,
            valid_from=valid_from,
            defaults={
                "acknowledge_days": times.acknowledge_days,
                "answer_days": times.answer_days,
                "resolve_days": times.resolve_days,
                "silence_days": times.silence_days,
            },
        )
        act.record(
            "programme.standard-set",
            subject=subject.pk if subject else None,
            since=valid_from,
            acknowledge=times.acknowledge_days,
            answer=times.answer_days,
            resolve=times.resolve_days,
            silence=times.silence_days,
        )
    return standard


# --- who answers -------------------------------------------------------------------------------


def set_responsibility(
    *,
    actor: Actor,
    subject: Subject | None,
    level: AreaLevel,
    valid_from: date,
    within: Area | None = None,
    function: str = "",
    post: Post | None = None,
    outside_body: OutsideBody | None = None,
) -> Responsibility:
    """Say who answers for a subject (None: for all without a line of their own) at a level, from a day on.

    The line that held until then ends the day before; one of the same day is replaced; one that
    begins later stays, and the new one ends before it. Raises Denied, OneAnswerer,
    PostCannotHandle, PostElsewhere, SameAlready, KeyRefused.
    """
    with acting(actor, Right.SET_UP, within) as act:
        if sum((bool(function), post is not None, outside_body is not None)) != 1:
            raise OneAnswerer(field="function")
        if function:
            function = clean_key(function, limit=40, field="function")
        if post is not None:
            _check_post(post, within)
        # One at a time for a level: two new lines of one day would both miss the other.
        AreaLevel.objects.select_for_update().filter(pk=level.pk).first()
        lines = Responsibility.objects.filter(subject=subject, level=level, within=within)
        answerer = (function, post.pk if post else None, outside_body.pk if outside_body else None)
        holds = lines.filter(valid_from__lte=valid_from).filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=valid_from)
        )
        later = lines.filter(valid_from__gt=valid_from).order_by("valid_from").first()
        for line in holds:
            if answerer == (line.function, line.post_id, line.outside_body_id):
                raise SameAlready(field="valid_from")
            if line.valid_from == valid_from:
                line.delete()
            else:
                line.valid_to = valid_from - ONE_DAY
                line.save(update_fields=["valid_to"])
        added = Responsibility.objects.create(
            subject=subject,
            level=level,
            within=within,
            function=function,
            post=post,
            outside_body=outside_body,
            valid_from=valid_from,
            valid_to=later.valid_from - ONE_DAY if later else None,
        )
        act.record(
            "programme.responsibility-set",
            line=added.pk,
            subject=subject.pk if subject else None,
            level=level.pk,
            function=function,
            post=answerer[1],
            body=answerer[2],
            since=valid_from,
            until=added.valid_to,
        )
    return added


def end_responsibility(*, actor: Actor, line: Responsibility, on: date) -> Responsibility:
    """End a line of the matrix: `on` becomes its last day.

    Raises Denied, DatesInDisorder.
    """
    with acting(actor, Right.SET_UP, line.within) as act:
        check_days(line.valid_from, on, field="valid_to")
        line.valid_to = on
        line.save(update_fields=["valid_to"])
        act.record("programme.responsibility-ended", line=line.pk, until=on)
    return line


def _check_post(post: Post, within: Area | None) -> None:
    if post.role not in rules.HANDLING_ROLES:
        raise PostCannotHandle(field="post", post=post.key)
    if within is not None and post.area is not None:
        seat, line = placed(post.area), placed(within)
        if not seat.covers(line.path) and not line.covers(seat.path):
            raise PostElsewhere(field="post", post=post.key)


def _insert(row: Keyed) -> Keyed:
    manager: models.Manager[Keyed] = type(row)._default_manager
    if manager.filter(key=row.key).exists():
        raise KeyTaken(field="key", key=row.key)
    try:
        row.save(force_insert=True)
    except IntegrityError:
        raise KeyTaken(field="key", key=row.key)
    return row
