"""Promises on the desk: what waits by its day, one promise with its acts, and the form that writes one down."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from answerable.access.decorators import actor_of, needs, signed_in
from answerable.access.gate import post_for
from answerable.access.models import Post
from answerable.access.problems import Denied, NotThere
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.kernel.ids import day_key
from answerable.kernel.labels import ChoiceUnknown
from answerable.kernel.problem import Problem
from answerable.places.models import Area
from answerable.promises import services, words
from answerable.promises.forms import ACTS, BY_KEY, TYPED, PromiseAct, run
from answerable.promises.models import Promise
from answerable.promises.problems import (
    NotYourPromise,
    PostCanNotPromise,
    PromiseChanged,
    PromiseStepNotAllowed,
)
from answerable.promises.rules import By, State, may_take
from answerable.promises.selectors import (
    PromiseFilter,
    projects_that_fit,
    promise_for,
    promises_by_due,
    promises_for,
    promising_posts,
    session_for,
    sessions_at,
    timeline,
    village_for,
    villages_for,
)
from answerable.promises.services.acts import MOST_TEXT
from answerable.promises.services.core import TEXT_LIMIT
from answerable.web import reading
from answerable.web.figures import language_name
from answerable.web.pages import sentence
from answerable.web.problems import RequestUnreadable
from answerable.web.said import name_text


@require_safe
@needs(Right.SEE_PROGRAMME)
def promises(request: HttpRequest) -> HttpResponse:
    """What the actor's posts owe, or the area's, by the promised day."""
    actor, sent = actor_of(request), request.GET
    wanted = PromiseFilter(
        mine=sent.get("whose") != "area", still=sent.get("all") != "1", late=sent.get("late") == "1"
    )
    today = clock.today()
    page = Paginator(promises_by_due(actor, wanted, today), 50).get_page(sent.get("page"))
    context = {
        "page": page,
        "wanted": wanted,
        "kept": "&".join(
            f"{key}={sent[key]}" for key in ("whose", "all", "late") if sent.get(key) in {"area", "1"}
        ),
        "may_record": actor.has(Right.RECORD_SESSION),
    }
    return render(request, "promises/desk/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.RECORD_SESSION)
def new(request: HttpRequest) -> HttpResponse:
    """First the session or the village, then the form."""
    actor = actor_of(request)
    sent = request.POST if request.method == "POST" else request.GET
    session_id = reading.number_in(sent.get("session"))
    session = session_for(actor, session_id) if session_id else None
    if session_id and session is None:
        raise NotThere
    village_id = reading.number_in(sent.get("village"))
    village = session.area if session else village_for(actor, village_id) if village_id else None
    if village is None:
        sought = sent.get("q", "")[:100]
        return render(
            request, "promises/desk/choose.html", {"sought": sought, "villages": villages_for(actor, sought)}
        )
    posts = promising_posts(village, clock.today())
    if request.method != "POST":
        own = {holding.post_id for holding in actor.holdings}
        today = clock.today()
        mine = next((post for post in posts if post.pk in own), None)
        typed = {
            "key": str(day_key(today)),
            "made_on": today.isoformat(),
            "post": str(mine.pk if mine else ""),
        }
        return _form(request, village, session, posts, typed, None)
    languages = reading.reply_languages(())
    fields = ("key", "made_on", "due_on", "post", "read", *(f"text-{tag}" for tag in languages))
    typed = reading.typed_in(request.POST, fields)
    try:
        chosen = reading.number_in(typed["post"])
        post = next((row for row in posts if row.pk == chosen), None)
        if post is None:
            raise ChoiceUnknown(
                field="post", given="-", allowed=", ".join(name_text(p.names, p.key) for p in posts[:5])
            )
        made = services.record_promise(
            actor=actor,
            area=village,
            texts={tag: typed[f"text-{tag}"] for tag in languages},
            read=typed["read"] == "yes",
            due_on=reading.day_in(typed["due_on"], "due_on"),
            post=post,
            session=session.pk if session else None,
            made_on=None if session else reading.day_in(typed["made_on"], "made_on"),
            key=_key(typed["key"]),
        )
    except Problem as problem:
        return _form(request, village, session, posts, typed, problem)
    return HttpResponseRedirect(f"{reverse('promises-desk:promise', args=[made.pk])}?done=made")


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _form(
    request: HttpRequest,
    village: Area,
    session: Any,
    posts: list[Post],
    typed: dict[str, str],
    problem: Problem | None,
) -> HttpResponse:
    shown = {name: reading.shown(value) for name, value in typed.items()}
    page = get_language() or "en"
    languages = reading.reply_languages(())
    context = {
        "village": village,
        "session": session,
        "sessions": [] if session else sessions_at(village, 5),
        "posts": posts,
        "typed": shown,
        "texts": [(tag, language_name(tag, page), shown.get(f"text-{tag}", "")) for tag in languages],
        "limit": MOST_TEXT,
        "latest": clock.today().isoformat(),
        "refusal": say(problem) if problem else "",
        "wrong": problem.field if problem else "",
    }
    return render(request, "promises/desk/new.html", context, status=problem.status if problem else 200)


@require_safe
@signed_in
def promise(request: HttpRequest, promise_id: int) -> HttpResponse:
    """One promise; `?act=` opens a form."""
    actor = actor_of(request)
    row = promise_for(actor, promise_id)
    return _page(
        request, actor, row, act=BY_KEY.get(request.GET.get("act", "")), done=request.GET.get("done", "")
    )


@require_POST
@signed_in
def act(request: HttpRequest, promise_id: int, act: str) -> HttpResponse:
    """Do one act. Refused, the page comes back with its status and all that was typed."""
    actor = actor_of(request)
    row = promise_for(actor, promise_id)
    form = BY_KEY.get(act)
    if form is None:
        raise NotThere
    typed = reading.typed_in(request.POST, TYPED)
    version = reading.number_in(request.POST.get("version"))
    try:
        post_for(actor, Right.RECORD_PROJECTS, row.area)
        if version is None or version > row.version:
            raise RequestUnreadable
        run(form, actor, row, version, typed)
    except Problem as problem:
        fresh = promise_for(actor, promise_id)
        return _page(request, actor, fresh, act=form, problem=problem, typed=typed)
    return HttpResponseRedirect(f"{reverse('promises-desk:promise', args=[promise_id])}?done={form.key}")


@require_POST
@signed_in
def erase(request: HttpRequest, promise_id: int) -> HttpResponse:
    """Erase a word that points at somebody."""
    saying = reading.number_in(request.POST.get("saying"))
    services.erase_saying(actor=actor_of(request), promise=promise_id, saying=saying or 0)
    return HttpResponseRedirect(reverse("promises-desk:promise", args=[promise_id]))


def _page(
    request: HttpRequest,
    actor: Actor,
    row: Promise,
    *,
    act: PromiseAct | None = None,
    problem: Problem | None = None,
    typed: dict[str, str] | None = None,
    done: str = "",
) -> HttpResponse:
    steps = timeline(row)
    ways = [way for way in ACTS if _may_act(actor, row) and may_take(way.step, State(row.state), By.OFFICE)]
    spoken = reading.reply_languages(row.texts)
    page = get_language() or "en"
    begin = {"language": page if page in spoken else spoken[0]}
    values = {name: reading.shown(value) for name, value in (typed or {}).items()} or begin
    said = BY_KEY[done].words if done in BY_KEY and steps and steps[-1].step == BY_KEY[done].step else ""
    context = {
        "promise": row,
        "timeline": steps,
        "ways": [(way, gettext(way.words)) for way in ways],
        "form": act if act in ways else None,
        "form_said": gettext(act.words) if act else "",
        "form_hint": gettext(act.hint) if act and act.hint else "",
        "typed": values,
        "languages": [(tag, language_name(tag, get_language() or "en")) for tag in spoken],
        "reasons": [(key, words.reason(key)) for key in act.reasons] if act else [],
        "projects": projects_that_fit(row.area) if act and "project" in act.fields else [],
        "limit": TEXT_LIMIT,
        "refusal": say(problem) if problem else "",
        "rescued": (typed or {}).get("text", "") if problem and act not in ways else "",
        "wrong": problem.field if problem else "",
        "done": gettext("Done: %(act)s.") % {"act": gettext(said)} if said else "",
        "made": done == "made" and row.version == 1,
        "may_erase": bool(ways),
        "filled": any(
            post.pk == row.owner_id and post.filled for post in promising_posts(row.area, clock.today())
        ),
    }
    return render(request, "promises/desk/promise.html", context, status=problem.status if problem else 200)


def _may_act(actor: Actor, row: Promise) -> bool:
    """True for whoever holds the owing post, or may move its work there."""
    if row.owner_id in {holding.post_id for holding in actor.holdings}:
        return True
    try:
        post_for(actor, Right.REASSIGN, row.area)
    except Denied:
        return False
    return promises_for(actor).filter(pk=row.pk).exists()


def say(problem: Problem) -> str:
    """The problem's sentence with its codes in the desk's words."""
    if isinstance(problem, PromiseStepNotAllowed):
        problem.values["state"] = words.state(str(problem.values["state"]))
    if isinstance(problem, NotYourPromise | PostCanNotPromise):
        post = Post.objects.filter(key=problem.values.get("post")).first()
        if post is not None:
            problem.values["post"] = name_text(post.names, post.key)
    if isinstance(problem, PromiseChanged):
        parts = str(problem.values["changes"]).split(", ")
        problem.values["changes"] = ", ".join(
            part.replace(part.split(" ")[0], words.step(part.split(" ")[0]), 1) for part in parts
        )
    if isinstance(problem, ChoiceUnknown) and problem.field == "reason":
        keys = str(problem.values["allowed"]).split(", ")
        problem.values["allowed"] = ", ".join(words.reason(key) for key in keys)
    return sentence(problem)
