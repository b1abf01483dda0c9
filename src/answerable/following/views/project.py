"""A project as everybody may read it, and the thread from the needs behind it to residents' word."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from answerable.assets.selectors import assets_of, sheet
from answerable.following import words
from answerable.following.ledger import Payment, budget_of, paid_for, payments_of
from answerable.following.threads import (
    address,
    need_said,
    payment_text,
    picture_address,
    public_thread,
    standing_said,
    who_named,
)
from answerable.kernel import clock
from answerable.projects.models import Contribution, Milestone, Project, ProjectEvidence
from answerable.projects.selectors import (
    Heard,
    areas_of,
    contributions_of,
    evidence_of,
    heard_before,
    heard_of,
    milestones_of,
    parts_of,
    project_by_key,
    snags_of,
    state_of,
    words_of,
)
from answerable.safeguards.suppression import public_count
from answerable.web.figures import money, number
from answerable.web.said import name_html, name_text

#: Pictures of one spot and stage that are shown small, beside the newest; the page stays under 14 KB.
MOST_BESIDE = 4


@require_safe
def project_page(request: HttpRequest, lang: str, key: str) -> HttpResponse:
    """What, where, who pays, how far, what it cost, what residents say, and does it still work."""
    project = project_by_key(key)
    state = state_of(project)
    spots, documents = _evidence(project, lang)
    context = {
        "project": project,
        "title": name_text(project.names, project.key, lang),
        "name": name_html(project.names, project.key, lang),
        "places": [(area.pk, name_html(area.names, area.name, lang)) for area in areas_of(project)[:20]],
        "state": state,
        # Beside "called done" and "confirmed" a share of steps would say something else.
        "percent": None if state.phase in {"completion", "completed"} else state.percent,
        "phase": words.say(words.PHASES, project.phase),
        "standing": standing_said(project),
        "confirmed": state.standing == "confirmed",
        "claimed": project.first_claimed_on,
        "milestones": [_milestone(row) for row in milestones_of(project)],
        "parts": parts_of(project) if state.parts else [],
        **_money(project, lang),
        "spots": spots,
        "documents": documents,
        "given": [_given(row) for row in contributions_of(project)],
        "heard": _heard(heard_of(project)),
        "earlier": [(before.claimed_on, _heard(before)) for before in heard_before(project)],
        "snags": [(words.say(words.SNAGS, snag.kind), snag) for snag in snags_of(project)],
        "assets": [_asset(one, lang) for one in assets_of(project.pk).select_related("area")[:10]],
        "need": need_said(project),
        "words": words_of(project)[:10],
        "thread": address("following:thread", lang=lang, key=project.key),
    }
    return render(request, "following/project.html", context)


@require_safe
def thread(request: HttpRequest, lang: str, key: str) -> HttpResponse:
    """The same in one thread and on one sheet, each missing link shown."""
    project = project_by_key(key)
    context = {
        "project": project,
        "title": name_text(project.names, project.key, lang),
        "name": name_html(project.names, project.key, lang),
        "place": name_html(project.area.names, project.area.name, lang),
        "rings": public_thread(project),
        "page": address("following:project", lang=lang, key=project.key),
    }
    return render(request, "following/thread.html", context)


def _milestone(row: Milestone) -> dict[str, Any]:
    today = clock.today()
    due = row.revised_on or row.planned_on
    return {
        "row": row,
        "late": row.actual_on is None and row.dropped_on is None and due < today,
        "revised": row.revised_on if row.revised_on != row.planned_on else None,
        "reasons": [
            words.say(words.REASONS, revision.reason)
            for revision in row.revisions.all()
            if revision.after_on != revision.before_on
        ],
    }


def _money(project: Project, lang: str) -> dict[str, Any]:
    """Budget lines, each with its payments; payments of no line at the end."""
    payments = payments_of(project)
    by_line: dict[int | None, list[Payment]] = {}
    for row in payments:
        by_line.setdefault(row.line_id, []).append(row)
    lines = [
        {
            "line": line,
            "name": name_html(line.names, line.key, lang),
            "fund": name_html(line.fund_names, line.fund_key, lang),
            "page": address("money:fund", lang=lang, key=line.fund_key),
            "original": money(line.original_units, line.currency),
            "now": money(line.units, line.currency),
            "revised": line.units != line.original_units,
            "committed": money(line.committed_units, line.currency),
            "paid": money(line.paid_units, line.currency),
            "left": money(line.units - line.committed_units - line.paid_units, line.currency),
            "payments": [(row, payment_text(row)) for row in by_line.pop(line.pk, [])[:20]],
        }
        for line in budget_of(project)
    ]
    loose = [row for rows in by_line.values() for row in rows]
    return {
        "lines": lines,
        "loose": [(row, payment_text(row)) for row in loose[:20]],
        "paid": [money(paid - back, currency) for currency, (paid, back) in paid_for(project).items()],
        "planned": [money(row.budget_units, row.currency) for row in project.budgets.order_by("currency")],
    }


def _evidence(project: Project, lang: str) -> tuple[list[dict[str, Any]], list[ProjectEvidence]]:
    """Pictures by spot, before, during and after side by side; and the digests of documents."""
    spots, documents = [], []
    for spot in evidence_of(project, public=True):
        columns = []
        for stage, rows in spot.stages:
            documents += [row for row in rows if row.item.kind == "document"]
            pictures = [row for row in rows if row.item.kind == "picture"]
            last = pictures[-1] if pictures else None
            columns.append(
                {
                    "stage": gettext(words.STAGES[stage]),
                    "row": last,
                    "src": picture_address(last.item) if last else "",
                    "large": picture_address(last.item, small=False) if last else "",
                    "alt": name_text(last.texts, gettext(words.STAGES[stage]), lang) if last else "",
                    "more": [
                        {"src": picture_address(row.item), "large": picture_address(row.item, small=False)}
                        for row in pictures[-1 - MOST_BESIDE : -1][::-1]
                    ],
                    "left": max(len(pictures) - 1 - MOST_BESIDE, 0),
                }
            )
        if any(column["row"] for column in columns):
            spots.append({"key": spot.key, "columns": columns})
    return spots[:8], documents


def _given(row: Contribution) -> dict[str, Any]:
    return {
        "row": row,
        "what": gettext(words.GIFTS.get(row.kind, row.kind)),
        "how_much": f"{number(row.quantity)} {gettext(words.MEASURES.get(row.measure, row.measure))}",
        "value": money(row.value_units, row.currency) if row.value_units is not None else "",
        "who": who_named(row.organisation) if row.organisation else gettext("the community together"),
    }


def _heard(heard: Heard) -> list[str]:
    """What residents said of a claim, as may be published."""
    said = []
    total = heard.codes.total
    if total:
        said.append(_counted(gettext("By code"), total, heard.codes.done))
    for word in heard.meetings:
        counts = word.said_done + word.said_partly + word.said_not
        way = gettext("At a meeting") if word.way == "meeting" else gettext("On a visit")
        said.append(_counted(way, counts, word.said_done))
    return said


def _counted(way: str, total: int, done: int) -> str:
    spoke, agreed = public_count(total), public_count(done)
    if spoke.value is None:
        few = gettext("fewer than 10 spoke")
        return f"{way}: {few}"
    yes = gettext("fewer than 10 of them said: done")
    if agreed.value is not None:
        yes = ngettext("about %(n)s of them said: done", "about %(n)s of them said: done", agreed.value) % {
            "n": number(agreed.value)
        }
    spoken = ngettext("about %(n)s spoke", "about %(n)s spoke", spoke.value) % {"n": number(spoke.value)}
    return f"{way}: {spoken}; {yes}"


def _asset(asset: Any, lang: str) -> dict[str, Any]:
    seen = sheet(asset)
    who = seen.keeper and (seen.keeper.organisation or seen.keeper.post)
    return {
        "name": name_html(asset.names, asset.kind, lang),
        "page": address("assets:asset", lang=lang, asset_id=asset.pk),
        "on": asset.handed_over_on,
        "keeper": who_named(who),
        "latest": words.say(words.RESULTS, seen.latest.result) if seen.latest else "",
        "latest_on": seen.latest.on if seen.latest else None,
        "works": seen.latest is not None and seen.latest.result == "working",
        "late": seen.owed.due_on if seen.owed and str(seen.owed.standing) in {"late", "missed"} else None,
    }
