"""Choices: those of an area, those an actor may see, with true and public counts."""

from __future__ import annotations

from django.db.models import QuerySet

from answerable.access.problems import NotThere
from answerable.access.rules import Actor, Right
from answerable.access.selectors import scope
from answerable.places.models import Area
from answerable.places.selectors import below, placed
from answerable.projects.models import Choice
from answerable.projects.rules.choosing import PublishedChoice, Tally, published


def choices_in(area: Area, *, limit: int = 20) -> list[Choice]:
    """The choices held in an area or below, newest first, without those that a later record put right."""
    rows = Choice.objects.filter(below(placed(area), "area__"), replaced_by__isnull=True)
    return list(
        rows.select_related("area").prefetch_related("options__project").order_by("-on", "-pk")[:limit]
    )


def choices_for(actor: Actor) -> QuerySet[Choice]:
    """The choices that the actor may see at the desk, with true numbers."""
    return Choice.objects.filter(scope(actor, Right.SEE_PROGRAMME)).select_related("area", "post")


def choice_for(actor: Actor, key: str) -> Choice:
    """The choice of that key, if the actor may see it. Raises NotThere."""
    row = choices_for(actor).prefetch_related("options__project").filter(key=key).first()
    if row is None:
        raise NotThere
    return row


def published_choice(choice: Choice) -> PublishedChoice:
    """A choice as the public may see it: the order, and counts through suppression."""
    return published(tally_of(choice))


def tally_of(choice: Choice) -> Tally:
    """A choice's true counts."""
    hands = tuple(option.hands for option in sorted(choice.options.all(), key=lambda o: o.n))
    return Tally(choice.present, hands, choice.each, choice.spoiled, choice.unused)
