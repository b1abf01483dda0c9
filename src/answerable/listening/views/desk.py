"""What the desk's pages share: who acts, where they may act, and problems in the reader's words."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import get_language, gettext

from answerable.access.models import Holding, Post
from answerable.access.problems import NotThere
from answerable.access.rules import Actor, Right
from answerable.access.selectors import scope
from answerable.kernel import clock
from answerable.kernel.folding import fold
from answerable.kernel.labels import ChoiceUnknown
from answerable.kernel.problem import Problem, gettext_noop
from answerable.listening import desk_words
from answerable.listening.problems import CaseChanged, NotYourCase, ReasonNeeded, StepNotAllowed
from answerable.places.models import Area
from answerable.places.selectors import in_use
from answerable.programme.selectors import is_on
from answerable.web import reading
from answerable.web.figures import language_name
from answerable.web.pages import sentence
from answerable.web.said import name_text

#: Villages listed without a search, at most.
FEW = 40


def page_language() -> str:
    """The language of the page."""
    return get_language() or "en"


def villages_for(actor: Actor, right: Right, text: str = "", limit: int = FEW) -> list[Area]:
    """Villages in use where the actor holds the right, by name; those that hold every word of `text`. One query."""
    rows = Area.objects.filter(in_use(), scope(actor, right, ""), level__is_village=True)
    for word in fold(text.replace("\0", "")).replace("|", " ").split()[:6]:
        rows = rows.filter(search_text__contains=word)
    return list(rows.select_related("level", "parent").order_by("name", "pk")[:limit])


def village_for(actor: Actor, right: Right, sent: str | None) -> Area | None:
    """The village of an id, if the actor holds the right there; else None, as if there were none."""
    pk = reading.number_in(sent)
    if pk is None or pk > reading.LARGEST:
        return None
    rows = Area.objects.filter(scope(actor, right, ""), pk=pk, level__is_village=True)
    return rows.select_related("level", "parent").first()


def area_for(actor: Actor, rights: tuple[Right, ...], sent: str | None) -> Area | None:
    """The area of an id, if the actor holds one of the rights there. None when nothing was sent.

    Raises NotThere for an id that is not there or not theirs.
    """
    if not sent:
        return None
    pk = reading.number_in(sent)
    held = None
    for right in rights:
        condition = scope(actor, right, "") if actor.has(right) else None
        if condition is not None:
            held = condition if held is None else held | condition
    if pk is None or pk > reading.LARGEST or held is None:
        raise NotThere
    area = Area.objects.filter(held, pk=pk).select_related("level").first()
    if area is None:
        raise NotThere
    return area


def own_areas(actor: Actor, right: Right) -> list[Area]:
    """The areas of the posts that give the right: where lists begin. The roots for a programme-wide post."""
    holdings = actor.holdings_with(right)
    if any(h.area is None for h in holdings):
        rows = Area.objects.filter(in_use(), parent__isnull=True)
    else:
        rows = Area.objects.filter(pk__in=[h.area.pk for h in holdings if h.area is not None])
    return list(rows.select_related("level").order_by("path"))


def posts_seen(actor: Actor) -> Q:
    """The condition on posts that the actor may know of: those of the area, and those without one."""
    mine = scope(actor, Right.SEE_PROGRAMME)
    # An empty condition means all; joined by "or" it would mean the other half alone.
    return mine | Q(area__isnull=True) if mine else mine


def filled_today(owner: str = "owner_id") -> Exists:
    """Whether somebody fills a row's post today, as an annotation."""
    return Exists(Holding.objects.filter(is_on(clock.today(), "starts_on", "ends_on"), post=OuterRef(owner)))


def say_problem(problem: Problem, changes: str = "") -> str:
    """The problem's sentence, its codes put into the desk's words."""
    if isinstance(problem, CaseChanged) and changes:
        problem.values["changes"] = changes
    if isinstance(problem, StepNotAllowed):
        problem.values["state"] = desk_words.state(str(problem.values.get("state", "")))
    if isinstance(problem, NotYourCase):
        post = Post.objects.filter(key=problem.values.get("post")).first()
        if post is not None:
            problem.values["post"] = name_text(post.names, post.key)
    if isinstance(problem, ReasonNeeded):
        keys = str(problem.values.get("allowed", "")).split(", ")
        problem.values["allowed"] = ", ".join(desk_words.reason(key) for key in keys)
    if isinstance(problem, ChoiceUnknown):
        keys = str(problem.values.get("allowed", "")).split(", ")
        problem.values["allowed"] = ", ".join(_choice(problem.field, key) for key in keys)
    return sentence(problem)


#: What a key of a form's field is called; other fields are refused with names already.
_CHOICES = {
    "kind": desk_words.KINDS | desk_words.SESSION_KINDS,
    "channel": desk_words.CHANNELS,
    "session": desk_words.SESSION_KINDS,
    "post": desk_words.ROLES,
    "done": {"yes": gettext_noop("It is done"), "no": gettext_noop("It is not done")},
    "upheld": {
        "yes": gettext_noop("Yes: it is owed again"),
        "no": gettext_noop("No: the outcome stands, for the reasons below"),
    },
}


def _choice(field: str, key: str) -> str:
    """A choice in words; what is no key of ours (a name, a day) as it stands."""
    if field in {"reason", "decision"}:
        return desk_words.reason(key)
    if field == "language":
        return language_name(key, page_language())
    table = _CHOICES.get(field, {})
    return gettext(table[key]) if key in table else key
