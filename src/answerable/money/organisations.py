"""What an organisation pledged, gave, was paid, and what it has to do with projects: in the books that one may see.

Organisations are sponsors, builders, shops, co-operatives; never a natural person (programme.models.Organisation).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet, Sum

from answerable.access.problems import NotThere
from answerable.access.rules import Actor
from answerable.programme.models import Organisation
from answerable.projects.models import Project
from answerable.projects.selectors.finding import projects_for

from .models import Entry, Posting
from .rules.answers import Way, ways
from .rules.stages import Role
from .selectors import books_seen

#: Roles of what an organisation gave or promised; the rest is what it got.
_GIVING = (Role.PLEDGES_GIVEN.value, Role.RECEIVED.value)
_GOT = (Role.COMMITTED.value, Role.SPENT.value)
MOST_PROJECTS = 200


@dataclass(frozen=True)
class Part:
    """A project, and what the organisation is in it: keys of words.PARTS."""

    project: Project
    parts: list[str]


def organisations_like(text: str) -> QuerySet[Organisation]:
    """Organisations whose key, code or a name holds the text, by key; all for none. Two queries with a text."""
    rows = Organisation.objects.select_related("sponsor").order_by("key")
    text = text.strip().casefold()[:80]
    if not text:
        return rows
    # Names are JSON: how their letters are kept there is the database's matter.
    found = [
        pk
        for pk, key, ref, names in Organisation.objects.values_list("pk", "key", "ref", "names")
        if text in "\n".join([key, ref, *map(str, names.values())]).casefold()
    ]
    return rows.filter(pk__in=found[:500])


def organisation_called(key: str) -> Organisation:
    """The organisation of that key. Raises NotThere."""
    found = Organisation.objects.select_related("sponsor").filter(key=key).first()
    if found is None:
        raise NotThere
    return found


def ways_of(actor: Actor, organisations: Iterable[Organisation]) -> dict[int, dict[str, Way]]:
    """By organisation and currency: pledged, received and returned, in contracts, paid and given back. Two queries.

    Of a sponsor counts what its funds got and no other organisation is named for.
    """
    rows = list(organisations)
    of_sponsor = {row.sponsor_id: row.pk for row in rows if row.sponsor_id is not None}
    books = books_seen(actor).order_by().values("pk")
    sums: dict[int, list[tuple[str, str, str, int]]] = defaultdict(list)
    for owner, where, known in (
        ("payee", Q(payee__in=rows, account__role__in=[*_GIVING, *_GOT]), {row.pk: row.pk for row in rows}),
        ("fund__sponsor", Q(payee=None, fund__sponsor__in=of_sponsor, account__role__in=_GIVING), of_sponsor),
    ):
        found = Posting.objects.filter(where, account__book__in=books)
        for key, currency, role, stage, units in found.values_list(
            owner, "currency", "account__role", "entry__stage"
        ).annotate(units=Sum("units")):
            sums[known[key]].append((currency, role, stage, int(units)))
    return {pk: {currency: way for currency, way in ways(own).items() if any(vars(way).values())}
            for pk, own in sums.items()}  # fmt: skip


def entries_of(actor: Actor, organisation: Organisation, limit: int = 30) -> list[tuple[Entry, str, int]]:
    """The newest entries that name it, with what each moved for it: the entry, currency, units. Two queries."""
    books = books_seen(actor).order_by().values("pk")
    named = Posting.objects.filter(
        payee=organisation, units__gt=0, entry__book__in=books, account__role__in=[*_GOT, "cash", "pledges-due"]
    )  # fmt: skip
    rows = (
        named.values_list("entry", "currency").annotate(units=Sum("units")).order_by("-entry__on", "-entry")
    )
    found = list(rows[:limit])
    entries = Entry.objects.select_related("book__area").in_bulk([pk for pk, _, _ in found])
    return [(entries[pk], currency, int(units)) for pk, currency, units in found]


def projects_of(actor: Actor, organisation: Organisation) -> list[Part]:
    """The projects that it sponsors, carries out or was paid for, as far as the actor may see them, newest first."""
    books = books_seen(actor).order_by().values("pk")
    paid = Posting.objects.filter(
        payee=organisation, project__isnull=False, account__role__in=_GOT, account__book__in=books
    ).values("project")
    wanted = Q(implementer=organisation) | Q(pk__in=paid)
    if organisation.sponsor_id is not None:
        wanted |= Q(sponsor=organisation.sponsor_id)
    rows = list(
        projects_for(actor)
        .filter(wanted)
        .select_related("area")
        .order_by("-recorded_on", "-pk")[:MOST_PROJECTS]
    )
    known = set(paid.filter(project__in=rows).values_list("project", flat=True))
    return [
        Part(
            row,
            [
                name
                for name, is_so in (
                    ("sponsor", row.sponsor_id is not None and row.sponsor_id == organisation.sponsor_id),
                    ("implementer", row.implementer_id == organisation.pk),
                    ("paid", row.pk in known),
                )
                if is_so
            ],
        )
        for row in rows
    ]
