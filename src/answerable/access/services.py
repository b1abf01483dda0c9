"""Staff, posts and who fills them: every write of this room. Rights follow from the post, so these acts give them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import Q

from answerable.kernel import clock
from answerable.kernel.labels import check_days, clean_key, clean_names
from answerable.kernel.text import clean_text
from answerable.places.models import Area

from .gate import acting
from .hashing import hashed
from .models import Holding, Post, Staff
from .problems import (
    Denied,
    HoldingEnded,
    HoldingOutsidePost,
    HoldingOverlaps,
    LanguageUnknown,
    PasswordWeak,
    PasswordWrong,
    PostIsFixed,
    PostKeyTaken,
    UsernameRefused,
    UsernameTaken,
)
from .rules import Actor, Right, Role, known_role

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}\Z")


def add_staff(
    *, actor: Actor, username: str, name: str, language: str = "en", password: str | None = None
) -> Staff:
    """Add a member of staff, who can sign in once a password is set and may do nothing before filling a post.

    Raises Denied, UsernameRefused, UsernameTaken, LanguageUnknown, PasswordWeak, TextMissing, TextTooLong.
    """
    username = username.strip().lower()
    with acting(actor, Right.SET_UP, None) as act:
        if not USERNAME.match(username):
            raise UsernameRefused(field="username", username=username[:80])
        staff = Staff(
            username=username,
            name=clean_text(name, limit=200, field="name"),
            language=_offered(language),
        )
        if password is None:
            staff.password = UNUSABLE_PASSWORD_PREFIX  # no hash of anything begins so
        else:
            _check_password(password, staff)
            staff.password = hashed(password)
        if Staff.objects.filter(username=username).exists():
            raise UsernameTaken(field="username", username=username)
        try:
            staff.save(force_insert=True)
        except IntegrityError:
            raise UsernameTaken(field="username", username=username)
        act.record("access.staff-added", staff=staff.pk)
    return staff


def change_staff(
    *,
    actor: Actor,
    staff: Staff,
    name: str | None = None,
    language: str | None = None,
    active: bool | None = None,
) -> Staff:
    """Correct a name or language, or close or open the account. What is None stays.

    Raises Denied, LanguageUnknown, TextMissing, TextTooLong.
    """
    with acting(actor, Right.SET_UP, None) as act:
        if name is not None:
            staff.name = clean_text(name, limit=200, field="name")
        if language is not None:
            staff.language = _offered(language)
        if active is not None:
            staff.is_active = active
        staff.save(update_fields=["name", "language", "is_active"])
        act.record("access.staff-changed", staff=staff.pk, active=staff.is_active)
    return staff


def set_password(*, actor: Actor, staff: Staff, password: str) -> None:
    """Give a member of staff a new password; all their sessions end with the old one.

    Raises Denied, PasswordWeak.
    """
    with acting(actor, Right.SET_UP, None) as act:
        _check_password(password, staff)
        staff.set_password(password)
        staff.save(update_fields=["password"])
        act.record("access.password-set", staff=staff.pk)


def change_own_password(*, actor: Actor, staff: Staff, present: str, new: str) -> None:
    """Change one's own password, with the present one as the proof.

    Raises Denied (somebody else's, or one fills no post today), PasswordWrong, PasswordWeak.
    """
    if actor.kind != "staff" or actor.staff_id != staff.pk or not actor.holdings:
        raise Denied
    place = actor.holdings[0].area
    area = Area.objects.get(pk=place.pk) if place is not None else None
    with acting(actor, Right.OWN_ACCOUNT, area) as act:
        if not staff.check_password(present):
            raise PasswordWrong(field="present")
        _check_password(new, staff)
        staff.set_password(new)
        staff.save(update_fields=["password"])
        act.record("access.password-changed", staff=staff.pk)


def add_post(
    *,
    actor: Actor,
    key: str,
    role: Role | str,
    area: Area | None,
    names: Mapping[str, str],
    function: str = "general",
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Post:
    """Add a seat: a role, in an area and below (None: the whole programme), from a day on.

    Raises Denied, RoleUnknown, KeyRefused, NamesRefused, DatesInDisorder, PostKeyTaken.
    """
    start = valid_from or clock.today()
    with acting(actor, Right.SET_UP, area) as act:
        key = clean_key(key)
        check_days(start, valid_to, field="valid_to")
        post = Post(
            key=key,
            role=known_role(role).value,
            function=clean_key(function, limit=40, field="function"),
            names=clean_names(names),
            area=area,
            valid_from=start,
            valid_to=valid_to,
        )
        if Post.objects.filter(key=key).exists():
            raise PostKeyTaken(field="key", post=key)
        try:
            post.save(force_insert=True)
        except IntegrityError:
            raise PostKeyTaken(field="key", post=key)
        act.record("access.post-added", post=post.pk, role=post.role, function=post.function)
    return post


def change_post(
    *,
    actor: Actor,
    post: Post,
    names: Mapping[str, str] | None = None,
    role: Role | str | None = None,
    function: str | None = None,
    area_id: int | None = None,
    valid_from: date | None = None,
) -> Post:
    """Rename a seat. Role, function, area and first day may be given to be compared, never to be changed.

    Raises Denied, PostIsFixed, NamesRefused.
    """
    with acting(actor, Right.SET_UP, post.area) as act:
        for what, given, present in (
            ("role", str(role) if role is not None else None, post.role),
            ("function", function, post.function),
            ("area", area_id, post.area_id),
            ("first day", valid_from, post.valid_from),
        ):
            if given is not None and given != present:
                raise PostIsFixed(post=post.key, what=what)
        if names is not None:
            post.names = clean_names(names)
        post.save(update_fields=["names"])
        act.record("access.post-changed", post=post.pk)
    return post


def end_post(*, actor: Actor, post: Post, on: date) -> Post:
    """Give a seat its last day. Who fills it beyond that day has to leave it first.

    Raises Denied, DatesInDisorder, HoldingOutsidePost.
    """
    with acting(actor, Right.SET_UP, post.area) as act:
        check_days(post.valid_from, on, field="valid_to")
        if post.holdings.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on)).exists():
            raise HoldingOutsidePost(field="valid_to", post=post.key)
        post.valid_to = on
        post.save(update_fields=["valid_to"])
        act.record("access.post-ended", post=post.pk, until=on)
    return post


def fill_post(
    *, actor: Actor, post: Post, staff: Staff, starts_on: date, ends_on: date | None = None
) -> Holding:
    """Put a person in a seat from a day to a day. Nothing is ended silently: an overlap is refused.

    Raises Denied, DatesInDisorder, HoldingOutsidePost, HoldingOverlaps.
    """
    with acting(actor, Right.SET_UP, post.area) as act:
        check_days(starts_on, ends_on)
        if starts_on < post.valid_from or (
            post.valid_to is not None and (ends_on is None or ends_on > post.valid_to)
        ):
            raise HoldingOutsidePost(field="starts_on", post=post.key)
        overlap = post.holdings.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on))
        if ends_on is not None:
            overlap = overlap.filter(starts_on__lte=ends_on)
        if overlap.exists():
            raise HoldingOverlaps(field="starts_on", post=post.key)
        try:
            holding = Holding.objects.create(post=post, staff=staff, starts_on=starts_on, ends_on=ends_on)
        except IntegrityError:  # somebody else was quicker: the database's own guard spoke
            raise HoldingOverlaps(field="starts_on", post=post.key)
        act.record("access.post-filled", post=post.pk, staff=staff.pk, since=starts_on, until=ends_on)
    return holding


def end_holding(*, actor: Actor, holding: Holding, ends_on: date) -> Holding:
    """Give a holding its last day; the work stays with the post.

    Raises Denied, DatesInDisorder, HoldingEnded (it has an earlier or the same last day).
    """
    with acting(actor, Right.SET_UP, holding.post.area) as act:
        check_days(holding.starts_on, ends_on)
        if holding.ends_on is not None and holding.ends_on <= ends_on:
            raise HoldingEnded(field="ends_on", post=holding.post.key, end=holding.ends_on.isoformat())
        holding.ends_on = ends_on
        holding.save(update_fields=["ends_on"])
        act.record("access.holding-ended", post=holding.post_id, staff=holding.staff_id, until=ends_on)
    return holding


def _offered(language: str) -> str:
    """The language, which has to be one of the product's."""
    offered = [code for code, _ in settings.LANGUAGES]
    if language not in offered:
        raise LanguageUnknown(field="language", language=language[:40], languages=", ".join(offered))
    return language


def _check_password(password: str, staff: Staff) -> None:
    try:
        validate_password(password, staff)
    except ValidationError:
        raise PasswordWeak(field="password", least=10)
