"""What the acts of this room share."""

from __future__ import annotations

from answerable.access.rules import Actor
from answerable.surveys.models import Survey
from answerable.surveys.problems import SurveyState
from answerable.surveys.selectors import survey_for


def seen(actor: Actor, pk: int) -> Survey:
    """The survey, if the actor may see it. Raises NotThere."""
    return survey_for(actor, pk)


def locked(found: Survey, *states: str) -> Survey:
    """The survey, locked for this transaction. Raises SurveyState unless it is in one of the states."""
    row = Survey.objects.select_for_update().get(pk=found.pk)
    if row.state not in states:
        raise SurveyState(state=row.state)
    row.area, row.collector_post = found.area, found.collector_post
    return row
