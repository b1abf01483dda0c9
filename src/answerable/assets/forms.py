"""What is sent about a thing, read once and refused with a sentence."""

from __future__ import annotations

from uuid import UUID

from babel.numbers import get_decimal_symbol, get_group_symbol
from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.utils.translation import get_language

from answerable.access.models import Post
from answerable.access.rules import Actor
from answerable.evidence import forms as evidence
from answerable.kernel.labels import ChoiceUnknown
from answerable.kernel.money import Amount, known_currency, parse_amount
from answerable.places.models import Area
from answerable.places.problems import PointRefused
from answerable.programme.models import Organisation
from answerable.web import reading
from answerable.web.figures import locale_of

from . import services
from .models import Asset, Check, Keeper, Task, Work


def names_in(sent: QueryDict) -> dict[str, str]:
    """The names typed, one for each of the product's languages."""
    return {code: sent.get(f"name-{code}", "") for code, _ in settings.LANGUAGES}


def key_in(sent: QueryDict) -> UUID | None:
    """The form's own key."""
    try:
        return UUID(sent.get("key", ""))
    except ValueError:
        return None


def amount_in(sent: QueryDict) -> Amount | None:
    """The amount typed, as the page's language writes it; None where it was left empty."""
    text = sent.get("amount", "").strip()
    if not text:
        return None
    locale = locale_of(get_language() or "en")
    decimal = get_decimal_symbol(locale, numbering_system="latn")
    group = get_group_symbol(locale, numbering_system="latn")
    return parse_amount(text[:40], known_currency(sent.get("currency", "")), decimal=decimal, group=group)


def keeper_in(sent: QueryDict) -> tuple[Organisation | None, Post | None]:
    """The keeper chosen: `organisation:<id>` or `post:<id>`. Raises ChoiceUnknown."""
    kind, _, text = sent.get("keeper", "").partition(":")
    pk = reading.number_in(text)
    if not kind:
        return None, None
    if pk is not None and pk <= reading.LARGEST:
        if kind == "organisation" and (organisation := Organisation.objects.filter(pk=pk).first()):
            return organisation, None
        if kind == "post" and (post := Post.objects.filter(pk=pk).first()):
            return None, post
    raise ChoiceUnknown(field="keeper", given=reading.shown(kind)[:20], allowed="organisation, post")


def point_in(sent: QueryDict) -> tuple[float | None, float | None]:
    """Latitude and longitude in degrees with a point. Raises PointRefused."""
    found: list[float | None] = []
    for name in ("latitude", "longitude"):
        text = sent.get(name, "").strip()[:20]
        try:
            found.append(float(text) if text else None)
        except ValueError:
            raise PointRefused(field=name) from None
    return found[0], found[1]


def add(request: HttpRequest, *, actor: Actor, project: int, area: Area) -> Asset:
    """A new thing."""
    sent = request.POST
    organisation, post = keeper_in(sent)
    latitude, longitude = point_in(sent)
    return services.add_asset(
        actor=actor,
        project=project,
        area=area,
        kind=sent.get("kind", ""),
        names=names_in(sent),
        handed_over_on=reading.day_in(sent.get("handed_over_on", ""), "handed_over_on"),
        latitude=latitude,
        longitude=longitude,
        organisation=organisation,
        post=post,
        key=key_in(sent),
    )


def check(request: HttpRequest, *, actor: Actor, asset: Asset) -> Check:
    """What was found, with its pictures. They are kept first: a picture is worth keeping also where the rest is refused."""
    sent = request.POST
    items = []
    if evidence.has_pictures(request):
        kept = evidence.keep_pictures(request, actor=actor, area=asset.area)
        if kept.refused:
            raise kept.refused[0][1]
        items = [item.pk for item in kept.items]
    return services.record_check(
        actor=actor,
        asset=asset.pk,
        on=reading.day_in(sent.get("on", ""), "on"),
        result=sent.get("result", ""),
        fault=sent.get("fault", ""),
        way=sent.get("way", ""),
        grade=sent.get("grade", ""),
        items=items,
        key=key_in(sent),
    )


def keeper(request: HttpRequest, *, actor: Actor, asset: Asset) -> Keeper:
    """Another keeper."""
    organisation, post = keeper_in(request.POST)
    on = reading.day_in(request.POST.get("on", ""), "on")
    return services.set_keeper(actor=actor, asset=asset.pk, on=on, organisation=organisation, post=post)


def task(request: HttpRequest, *, actor: Actor, asset: Asset) -> Task:
    """A line of the calendar."""
    sent = request.POST
    return services.add_task(
        actor=actor,
        asset=asset.pk,
        names=names_in(sent),
        every_months=reading.number_in(sent.get("every_months")) or 0,
        payer=sent.get("payer", ""),
        expected=amount_in(sent),
        key=key_in(sent),
    )


def work(request: HttpRequest, *, actor: Actor, asset: Asset) -> Work:
    """Maintenance or a repair that was done."""
    sent = request.POST
    kind, _, line = sent.get("of", "").partition(":")
    return services.record_work(
        actor=actor,
        asset=asset.pk,
        kind=kind,
        task=reading.number_in(line) if line else None,
        on=reading.day_in(sent.get("on", ""), "on"),
        payer=sent.get("payer", ""),
        cost=amount_in(sent),
        key=key_in(sent),
    )


def small_act(request: HttpRequest, act: str, *, actor: Actor, asset: Asset) -> bool:
    """Drop a line, take back a check or work, strike the entry; False for another act. Only what is of this thing."""
    sent = request.POST
    pk = reading.number_in(sent.get("row")) or 0
    if act == "drop-task" and Task.objects.filter(pk=pk, asset=asset).exists():
        services.drop_task(actor=actor, task=pk)
    elif act == "take-back-check" and Check.objects.filter(pk=pk, asset=asset).exists():
        services.take_back_check(actor=actor, check=pk)
    elif act == "take-back-work" and Work.objects.filter(pk=pk, asset=asset).exists():
        services.take_back_work(actor=actor, work=pk)
    elif act == "strike":
        services.strike_asset(actor=actor, asset=asset.pk, reason=sent.get("reason", ""))
    else:
        return False
    return True
