"""Funds for everybody: where the money came from, where it sits, and on what it was spent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi, gettext
from django.views.decorators.http import require_safe

from answerable.access.problems import NotThere
from answerable.kernel import clock
from answerable.money import fund_words
from answerable.money.answers import (
    Scope,
    rest_by_level,
    resting,
    spent_by_fund_in,
    way_by_book,
    way_by_fund,
    way_by_project,
    way_of,
)
from answerable.money.flow_picture import drawn, gathered
from answerable.money.fund_flow import Flow, flow_of, id_in, is_others
from answerable.money.leaks import ON_THE_WAY_DAYS, USUAL_DAYS, gaps, idle
from answerable.money.models import Fund
from answerable.money.rules.answers import Way
from answerable.places.models import LEVEL_COLUMNS, Area, AreaLevel
from answerable.places.selectors import ancestors
from answerable.programme.models import Sponsor
from answerable.projects.models import Project
from answerable.web.said import name_html, name_text

MOST_PROJECTS = 40
FUNDS_A_PAGE = 100


@require_safe
def fund_page(request: HttpRequest, lang: str, key: str) -> HttpResponse:
    """One fund: its figures, its flow as a picture and as a table, what rests, its projects."""
    fund = Fund.objects.filter(key=key).select_related("sponsor", "book__area").first()
    if fund is None:
        raise NotThere
    scope, today = Scope(fund_ids=(fund.pk,)), clock.today()
    ways, by_book = way_of(scope), way_by_book(scope)
    # Money that was changed goes on in another currency: each has its own flow.
    asked = request.GET.get("currency", "")
    currency = asked if asked in ways else fund.currency
    flow = flow_of(fund.pk, currency, by_book)
    stops, bands, _ = gathered(flow.stops, flow.bands)
    names = _names(flow, fund, lang)
    context = {
        "fund": fund,
        "title": name_text(fund.names, fund.key, lang),
        "name": name_html(fund.names, fund.key, lang),
        "currency": currency,
        "currencies": [fund.currency, *sorted(set(ways) - {fund.currency})] if len(ways) > 1 else [],
        "way": ways.get(currency, Way()),
        "beside": fund_words.beside(ways.get(currency, Way())),
        "others": [(other, way) for other, way in ways.items() if other != currency],
        "picture": SafeString(drawn(stops, bands, mirrored=get_language_bidi())),
        "flow": [
            (names(band.source), names(band.target), band.units)
            for band in sorted(bands, key=lambda band: _order(stops, band))
        ],
        "resting": _resting(currency, scope, flow, lang),
        "projects": _projects(scope, lang),
        "idle": sum(one.units for one in idle(scope, today) if one.currency == currency),
        "idle_days": USUAL_DAYS,
        "gaps": [gap for gap in gaps(scope, today) if gap.currency == currency],
        "gap_days": ON_THE_WAY_DAYS,
        "today": today,
    }
    return render(request, "money/public/fund.html", context)


def _order(stops: list[Any], band: Any) -> tuple[int, int]:
    column = next((stop.column for stop in stops if stop.key == band.source), 0)
    return column, -band.units


def _names(flow: Flow, fund: Fund, lang: str) -> Any:
    """A function from a stop's key to what it is called."""
    places = {area.pk: area for area in Area.objects.filter(pk__in=flow.place_ids[:500])}

    def say(key: str) -> str:
        kind, pk = id_in(key)
        if kind == "book" and pk in flow.books:
            area = flow.books[pk].area
            return name_html(area.names, area.name, lang)
        if kind == "place" and pk in places:
            return name_html(places[pk].names, places[pk].name, lang)
        if kind == "source" and fund.sponsor is not None:
            return name_html(fund.sponsor.names, fund.sponsor.key, lang)
        if kind == "source":
            return gettext("The source")
        return gettext("All others together") if is_others(key) else gettext("Without a place")

    return say


def _resting(currency: str, scope: Scope, flow: Flow, lang: str) -> list[tuple[str, Any]]:
    """What rests at each level, from the top, with its days."""
    level_of = {pk: book.area.level_id for pk, book in flow.books.items()}
    found = [rest for rest in resting(scope, clock.today()) if rest.book_id in level_of]
    sums = rest_by_level(found, level_of)
    levels = AreaLevel.objects.filter(pk__in=set(level_of.values())).order_by("rank")
    return [
        (name_html(level.names, level.key, lang), sums[level.pk, currency])
        for level in levels
        if (level.pk, currency) in sums
    ]


def _projects(scope: Scope, lang: str) -> dict[str, Any]:
    """The projects that it pays for in any currency, the largest of each first."""
    ways = {(pk, code): way for pk, by_code in way_by_project(scope).items() for code, way in by_code.items()}
    most = sorted(ways, key=lambda key: (-ways[key].spent, -ways[key].committed, key))[:MOST_PROJECTS]
    rows_of = Project.objects.filter(pk__in={pk for pk, _ in most}).select_related("area")
    found = {project.pk: project for project in rows_of}
    rows = [
        {
            "name": name_html(found[pk].names, found[pk].key, lang),
            "place": name_html(found[pk].area.names, found[pk].area.name, lang),
            "address": project_address(found[pk].key, lang),
            "confirmed": found[pk].confirmed_on is not None,
            "claimed": found[pk].claimed_on is not None,
            "currency": code,
            "way": ways[pk, code],
        }
        for pk, code in most
        if pk in found
    ]
    return {"rows": rows, "more": len(ways) - len(rows)}


def project_address(key: str, lang: str) -> str:
    """Where everybody reads about a project; nothing while no room shows it."""
    try:
        return reverse("following:project", kwargs={"lang": lang, "key": key})
    except NoReverseMatch:
        return ""


@require_safe
def funds_page(request: HttpRequest, lang: str, area_id: int | None = None) -> HttpResponse:
    """All funds, or those that reached an area: what came there, what was paid there, what is left there."""
    area = None
    if area_id is not None:
        area = Area.objects.filter(pk=area_id).select_related("level").first() if area_id < 2**63 else None
        if area is None or not 1 <= area.depth <= LEVEL_COLUMNS:
            raise NotThere
    by_fund = way_by_fund(Scope(area=(area.pk, area.depth) if area else None))
    spent_here = spent_by_fund_in(area.pk, area.depth) if area else {}
    ids = sorted({*by_fund, *spent_here})
    funds = Fund.objects.filter(pk__in=ids) if area else Fund.objects.all()
    sponsor = Sponsor.objects.filter(key=request.GET.get("sponsor", "")[:60].replace("\0", "")).first()
    if sponsor is not None:
        funds = funds.filter(sponsor=sponsor)
    rows = [
        {"fund": fund, "sums": _listed(fund, by_fund.get(fund.pk, {}), spent_here.get(fund.pk, {}), area)}
        for fund in funds.select_related("sponsor").order_by("-starts_on", "key")[:FUNDS_A_PAGE]
    ]
    context = {
        "area": area,
        "title": name_text(area.names, area.name, lang) if area else gettext("Money"),
        "name": name_html(area.names, area.name, lang) if area else "",
        "crumbs": [(step.pk, name_html(step.names, step.name, lang)) for step in ancestors(area)[:-1]]
        if area
        else [],
        "rows": rows,
        "sponsor": sponsor,
    }
    return render(request, "money/public/funds.html", context)


def _listed(
    fund: Fund, ways: Mapping[str, Way], spent_here: Mapping[str, Way], area: Area | None
) -> list[dict[str, Any]]:
    """A fund's figures in its own currency, then in each that its money was changed into."""
    sums = []
    for currency in [fund.currency, *sorted({*ways, *spent_here} - {fund.currency})]:
        way = ways.get(currency, Way())
        spent = spent_here.get(currency, Way()).spent if area else way.spent
        came = way.from_above + way.received - way.allocated + way.back_from_below if area else way.received
        sums.append({"currency": currency, "came": max(came, 0), "spent": spent, "left": way.left})
    return sums
