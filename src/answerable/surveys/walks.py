"""The instructions of a village in words, for a page and for paper: they follow from the seed and from nothing else."""

from __future__ import annotations

from django.utils.translation import gettext, ngettext

from answerable.web.figures import number

from . import words
from .models import Cluster, Survey
from .rules.drawing import seed_of
from .rules.walking import Walk, walk_for


def _asked(walk: Walk, take: str) -> str:
    if walk.step == 1:
        return gettext("Ask at each dwelling on your way, until %(take)s have been asked.") % {"take": take}
    return ngettext(
        "Ask at dwelling number %(first)s on your way; then leave out %(skip)s dwelling and ask at the next, and so on, until "
        "%(take)s have been asked.",
        "Ask at dwelling number %(first)s on your way; then leave out %(skip)s dwellings and ask at the next, and so on, until "
        "%(take)s have been asked.",
        walk.step - 1,
    ) % {"first": number(walk.first), "skip": number(walk.step - 1), "take": take}


def steps_for(survey: Survey, cluster: Cluster) -> list[str]:
    """What the collector does in a village, step by step."""
    take = number(cluster.take)
    last = [
        gettext(
            "Give one card and the questions on paper to whoever opens and is grown up. They choose which of both they use, "
            "alone and unseen. Who declines is thanked; nothing is noted, and the next dwelling by the same count is asked."
        )
        if survey.population == "dwellings"
        else gettext(
            "Each marked slip gets one card and the questions on paper. They choose which of both they use, alone and unseen. "
            "Who declines is thanked, and the slip goes back into the bag to be drawn again."
        ),
        gettext(
            "Paper goes folded into a closed box. It is opened in the office, counted into the sheet below, and destroyed. "
            "Write down no dwelling, no name, no number of a card and no hour."
        ),
    ]
    if survey.population == "seats":
        return [
            gettext(
                "Put as many folded slips into a bag as there are people in the meeting, %(take)s of them with a mark."
            )
            % {"take": take},
            gettext("Let each draw one slip. Nobody writes down who drew what."),
            *last,
        ]
    seed = seed_of(survey.frame, bytes(survey.secret), survey.dice, commitment=survey.commitment)
    walk = walk_for(seed, cluster.area_id, size=cluster.size, take=cluster.take)
    return [
        gettext(
            "Ask the village committee for %(starts)s public places, such as the well, the school, the hall, a bridge, the "
            "market and the road's end. Number them from the northernmost on, by the sun."
        )
        % {"starts": number(walk.starts)},
        gettext(
            "Begin at number %(start)s (of fewer places: count round again). Walk %(direction)s, at each fork to the %(turn)s "
            "first, then to the other side, and so on by turns."
        )
        % {
            "start": number(walk.start),
            "direction": words.said(words.DIRECTIONS, walk.direction),
            "turn": words.said(words.TURNS, walk.turn),
        },
        _asked(walk, take),
        gettext("Where the way ends, turn round and take the next way that you have not walked."),
        *last,
    ]
