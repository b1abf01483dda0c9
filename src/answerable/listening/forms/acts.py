"""What the office can do with a case: one form for each act, offered where state, right and post allow it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from answerable.access.gate import post_for
from answerable.access.models import Post
from answerable.access.problems import Denied, NotThere
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.kernel.labels import ChoiceUnknown
from answerable.kernel.problem import gettext_noop
from answerable.listening import services
from answerable.listening.models import Case, Session
from answerable.listening.problems import PublicNotRead, SameCase, StepNotAllowed, SubjectUnknown
from answerable.listening.rules.states import CANNOT_VERIFY_REASONS, DECISIONS, DECLINE_REASONS, State, Step
from answerable.listening.selectors import cases_for, office_steps
from answerable.listening.services.handling import close_reasons
from answerable.listening.services.triage import REROUTE_REASONS
from answerable.programme.models import OutsideBody, Subject
from answerable.programme.selectors import posts_for_area
from answerable.web import reading
from answerable.web.said import name_text

Typed = Mapping[str, str]
#: Fields that hold free text: kept on the page whatever happens.
TEXTS = ("text", "public_text")


@dataclass(frozen=True)
class ActForm:
    """One act: its address, its words, the step that must be allowed, and the fields of its form."""

    key: str
    words: str
    step: Step
    run: Callable[[Actor, Case, int, Typed, Choices], Case]
    fields: tuple[str, ...] = ()
    hint: str = ""
    right: Right = Right.HANDLE
    owned: bool = True
    tone: str = ""
    reasons: tuple[str, ...] = ()

    @property
    def at_once(self) -> bool:
        """True when a button is the whole form."""
        return not self.fields


@dataclass
class Choices:
    """What a form of this case may choose from; asked only when the form is drawn or read."""

    actor: Actor
    case: Case
    languages: list[str] = field(default_factory=list)

    def subjects(self) -> list[Subject]:
        """Top subjects with their finer ones, in the order of the public page."""
        rows = list(Subject.objects.order_by("position", "key").select_related("parent"))
        tops = [row for row in rows if row.parent_id is None]
        return [row for top in tops for row in (top, *(r for r in rows if r.parent_id == top.pk))]

    def bodies(self) -> list[OutsideBody]:
        """Bodies outside the programme."""
        return list(OutsideBody.objects.order_by("key"))

    def posts(self) -> list[Post]:
        """The posts that cover the village and may own the case, but for its present one."""
        roles = ("focal-point",) if self.case.sensitive else ("case-handler", "coordinator", "director")
        found = posts_for_area(self.case.area, roles, clock.today())
        return [post for post in found if post.pk != self.case.owner_id]

    def sessions(self) -> list[Session]:
        """The public meetings of the village since the work was claimed done."""
        since = self.case.claimed_on or clock.today()
        rows = Session.objects.filter(area=self.case.area, kind="public-meeting", on__gte=since)
        return list(rows.order_by("-on", "-pk")[:20])

    def like(self) -> list[Case]:
        """Other open matters of the same village and subject that the actor may see."""
        if self.case.sensitive:
            return []
        rows = cases_for(self.actor).filter(
            area=self.case.area, subject=self.case.subject, sensitive=False, resolved_on__isnull=True
        )
        ended = [State.DUPLICATE.value, State.WITHDRAWN.value, State.CLOSED.value]
        return list(rows.exclude(pk=self.case.pk).exclude(state__in=ended).order_by("pk")[:10])


# --- what each form sends --------------------------------------------------------------------------


def _said(typed: Typed, choices: Choices) -> dict[str, Any]:
    return {
        "text": typed.get("text", ""),
        "language": reading.language_in(typed.get("language", ""), choices.languages),
    }


def _said_in_public(typed: Typed, choices: Choices) -> dict[str, Any]:
    public = typed.get("public_text", "")
    if public.strip() and typed.get("public_read") != "yes":
        raise PublicNotRead(field="public_text")
    return {**_said(typed, choices), "public_text": public}


def _body(typed: Typed, choices: Choices) -> OutsideBody | None:
    key = typed.get("body", "")
    found = next((body for body in choices.bodies() if body.key == key), None)
    if key and found is None:
        raise ChoiceUnknown(field="body", given=reading.shown(key)[:40], allowed="-")
    return found


def _needed_body(typed: Typed, choices: Choices) -> OutsideBody:
    body = _body(typed, choices)
    if body is None:
        raise ChoiceUnknown(
            field="body",
            given="-",
            allowed=", ".join(name_text(b.names, b.key) for b in choices.bodies()[:10]) or "-",
        )
    return body


def _post(typed: Typed, choices: Choices) -> Post:
    pk = reading.number_in(typed.get("post"))
    posts = choices.posts()
    found = next((post for post in posts if post.pk == pk), None)
    if found is None:
        raise ChoiceUnknown(
            field="post", given="-", allowed=", ".join(name_text(p.names, p.key) for p in posts[:10]) or "-"
        )
    return found


def _subject(typed: Typed, choices: Choices) -> Subject:
    key = typed.get("subject", "")
    found = next((subject for subject in choices.subjects() if subject.key == key), None)
    if found is None:
        raise SubjectUnknown(field="subject")
    return found


def _join(actor: Actor, case: Case, version: int, typed: Typed, choices: Choices) -> Case:
    into = reading.number_in(typed.get("into_other") or typed.get("into"))
    if into is None:
        raise SameCase(field="into")
    try:
        return services.join_case(actor=actor, case=case.pk, version=version, into=into)
    except NotThere:
        # One sentence for a case that is not there and for one that may not be known of.
        raise SameCase(field="into") from None


def _word_of_residents(actor: Actor, case: Case, version: int, typed: Typed, choices: Choices) -> Case:
    pk = reading.number_in(typed.get("session"))
    session = next((row for row in choices.sessions() if row.pk == pk), None)
    if session is None:
        raise ChoiceUnknown(field="session", given="-", allowed="public-meeting")
    done = reading.choice_in(typed.get("done", ""), ("yes", "no"), "done") == "yes"
    return services.record_residents_word(
        actor=actor, case=case.pk, version=version, session=session, done=done
    )


def _appeal(actor: Actor, case: Case, version: int, typed: Typed, choices: Choices) -> Case:
    upheld = reading.choice_in(typed.get("upheld", ""), ("yes", "no"), "upheld") == "yes"
    said = _said(typed, choices)
    return services.decide_appeal(actor=actor, case=case.pk, version=version, upheld=upheld, **said)


def _plain(service: Callable[..., Case]) -> Callable[[Actor, Case, int, Typed, Choices], Case]:
    return lambda actor, case, version, typed, choices: service(actor=actor, case=case.pk, version=version)


def _with(
    service: Callable[..., Case], read: Callable[[Typed, Choices], dict[str, Any]]
) -> Callable[[Actor, Case, int, Typed, Choices], Case]:
    return lambda actor, case, version, typed, choices: service(
        actor=actor, case=case.pk, version=version, **read(typed, choices)
    )


ACTS: tuple[ActForm, ...] = (
    ActForm(
        "acknowledge",
        gettext_noop("Acknowledge"),
        Step.ACKNOWLEDGED,
        _plain(services.acknowledge_case),
        tone="main",
    ),
    ActForm(
        "screen",
        gettext_noop("Screen and assign"),
        Step.SCREENED,
        _with(
            services.screen_case,
            lambda t, c: {
                "subject": _subject(t, c),
                "kind": t.get("kind", ""),
                "urgent": t.get("urgent") == "yes",
            },
        ),
        fields=("subject", "kind", "urgent"),
        hint=gettext_noop(
            "The subject decides which post answers. A sensitive subject goes to the focal point."
        ),
        tone="main",
    ),
    ActForm("start", gettext_noop("Start work"), Step.STARTED, _plain(services.start_work)),
    ActForm(
        "answer",
        gettext_noop("Answer"),
        Step.ANSWERED,
        _with(
            services.answer_case, lambda t, c: {"decision": t.get("decision", ""), **_said_in_public(t, c)}
        ),
        fields=("decision", "text", "public"),
        tone="main",
        reasons=DECISIONS,
    ),
    ActForm(
        "claim-done",
        gettext_noop("Claim it done"),
        Step.CLAIMED_DONE,
        _with(services.claim_done, _said_in_public),
        fields=("text", "public"),
        hint=gettext_noop("A claim is no confirmation: residents have 30 days to say if it is really done."),
        tone="main",
    ),
    ActForm(
        "decide-appeal",
        gettext_noop("Decide the appeal"),
        Step.APPEAL_UPHELD,
        _appeal,
        fields=("upheld", "text"),
        hint=gettext_noop("Upheld, the matter is owed again and goes to the deciding post."),
        right=Right.DECIDE_APPEAL,
        tone="main",
    ),
    ActForm(
        "tell",
        gettext_noop("Give word"),
        Step.TOLD,
        _with(services.tell_resident, _said),
        fields=("text",),
        hint=gettext_noop("Word to the resident without a change of state: an interim reply."),
    ),
    ActForm(
        "ask",
        gettext_noop("Ask the resident"),
        Step.ASKED_RESIDENT,
        _with(services.ask_resident, _said),
        fields=("text",),
        hint=gettext_noop(
            "The clocks pause until they reply, at most 15 working days in all; everybody sees it."
        ),
    ),
    ActForm(
        "plan",
        gettext_noop("Plan, with a date"),
        Step.PLANNED,
        _with(
            services.plan_case,
            lambda t, c: {"until": reading.day_in(t.get("until", ""), "until"), **_said_in_public(t, c)},
        ),
        fields=("until", "text", "public"),
        hint=gettext_noop("The date is a promise: it becomes the day by which the matter is due."),
    ),
    ActForm(
        "refer",
        gettext_noop("Refer outside"),
        Step.REFERRED,
        _with(services.refer_case, lambda t, c: {"body": _needed_body(t, c), **_said(t, c)}),
        fields=("body", "text"),
        hint=gettext_noop("Your post stays answerable: the clocks run on until there is an outcome."),
    ),
    ActForm(
        "decline",
        gettext_noop("Decline"),
        Step.DECLINED,
        _with(services.decline_case, lambda t, c: {"reason": t.get("reason", ""), **_said_in_public(t, c)}),
        fields=("reason", "text", "public"),
        hint=gettext_noop("The reason is shown to the resident, who can appeal for 60 days."),
        reasons=DECLINE_REASONS,
    ),
    ActForm(
        "out-of-scope",
        gettext_noop("Out of scope"),
        Step.OUT_OF_SCOPE,
        _with(services.rule_out_of_scope, lambda t, c: {"body": _body(t, c), **_said(t, c)}),
        fields=("body_or_none", "text"),
        hint=gettext_noop("Say where they can go instead. It can be appealed."),
    ),
    ActForm(
        "cannot-verify",
        gettext_noop("Can't be verified"),
        Step.CANNOT_VERIFY,
        _with(services.mark_unverifiable, lambda t, c: {"reason": t.get("reason", ""), **_said(t, c)}),
        fields=("reason", "text"),
        reasons=CANNOT_VERIFY_REASONS,
    ),
    ActForm(
        "reroute",
        gettext_noop("Re-route"),
        Step.REROUTED,
        _with(services.reroute_case, lambda t, c: {"post": _post(t, c), "reason": t.get("reason", "")}),
        fields=("post", "reason"),
        hint=gettext_noop("The first date stays. A second re-routing sends the case up a level by itself."),
        right=Right.ROUTE,
        reasons=REROUTE_REASONS,
    ),
    ActForm(
        "join",
        gettext_noop("Join to a like case"),
        Step.JOINED,
        _join,
        fields=("into",),
        hint=gettext_noop("One matter, every voice counted, every code still good. It can be undone."),
    ),
    ActForm("separate", gettext_noop("Separate again"), Step.SEPARATED, _plain(services.separate_case)),
    ActForm(
        "residents-word",
        gettext_noop("Record residents' word"),
        Step.CONFIRMED,
        _word_of_residents,
        fields=("session", "done"),
        hint=gettext_noop("What a public meeting of the village said by show of hands, after the claim."),
        right=Right.RECORD_SESSION,
        owned=False,
    ),
    ActForm(
        "close",
        gettext_noop("Close"),
        Step.CLOSED,
        _with(services.close_case, lambda t, c: {"reason": t.get("reason", "")}),
        fields=("reason",),
        hint=gettext_noop("The case closes by itself when the time to appeal is over; there is no hurry."),
    ),
    ActForm(
        "mark-sensitive",
        gettext_noop("Sensitive: hand to the focal point"),
        Step.MARKED_SENSITIVE,
        _plain(services.mark_sensitive),
        fields=("sure",),
        hint=gettext_noop(
            "For corruption, abuse, exploitation or conduct of staff. From then on only the focal point knows of this case; "
            "you can't undo it."
        ),
        owned=False,
        tone="red",
    ),
    ActForm(
        "clear-sensitive",
        gettext_noop("Not sensitive: pass to the line"),
        Step.CLEARED_SENSITIVE,
        _plain(services.clear_sensitive),
        fields=("sure",),
        hint=gettext_noop(
            "The office in charge will read it. Only with the resident's leave, if they ticked it themselves."
        ),
        right=Right.HANDLE_SENSITIVE,
        tone="red",
    ),
)
BY_KEY = {act.key: act for act in ACTS}


def reasons_for(act: ActForm, case: Case) -> tuple[str, ...]:
    """The reasons or decisions that the act's form offers."""
    if act.key != "close":
        return act.reasons
    try:
        return close_reasons(case)
    except StepNotAllowed:
        return ()


def offered_acts(actor: Actor, case: Case) -> list[ActForm]:
    """The acts that the case's state and the actor's posts allow now. The services decide again."""
    steps = set(office_steps(case))
    return [act for act in ACTS if act.step in steps and _fits(act, case) and may_take(actor, case, act)]


def _fits(act: ActForm, case: Case) -> bool:
    if act.key == "mark-sensitive":
        return not case.sensitive
    if act.key == "clear-sensitive":
        return case.sensitive and not case.subject.sensitive
    if act.key == "decide-appeal":
        return case.appeal_post_id is not None
    if act.key == "residents-word":
        return not case.sensitive and case.claimed_on is not None
    if act.key == "join":
        return not case.sensitive
    if act.key == "close":
        return bool(reasons_for(act, case))
    return True


def may_take(actor: Actor, case: Case, act: ActForm) -> bool:
    """True when the actor's posts allow the act here: the right, and the case's own post or a supervising one."""
    right = Right.HANDLE_SENSITIVE if case.sensitive else act.right
    try:
        acting_post = post_for(actor, right, case.area)
    except Denied:
        return False
    held = {holding.post_id for holding in actor.holdings}
    if act.key == "decide-appeal":
        return case.appeal_post_id in held
    if not act.owned or case.sensitive or {case.owner_id, case.appeal_post_id} & held:
        return True
    return acting_post in {holding.post_id for holding in actor.holdings_with(Right.REASSIGN)}
