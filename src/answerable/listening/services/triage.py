"""Getting a case to the right desk: screening, re-routing, joining like matters, the sensitive boundary."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q

from answerable.access.gate import Act
from answerable.access.models import Post
from answerable.access.rules import Actor, Right
from answerable.kernel.labels import ChoiceUnknown
from answerable.listening.models import KINDS, Case, PublicAnswer
from answerable.listening.problems import KindUnknown, NoFocalPoint, SameCase, StepNotAllowed
from answerable.listening.rules.states import State, Step
from answerable.listening.rules.summary import MOST_BOUNCES
from answerable.listening.selectors import case_for
from answerable.places.selectors import placed
from answerable.programme.models import Subject

from .core import OpenCase, go_up, locked, on_case, read_log

#: What other rooms hold of a case that nobody else may see from now on: config says who lets go of what.
_before_sealing: list[Callable[[Act, Case], object]] = []


def before_sealing(let_go: Callable[[Act, Case], object]) -> None:
    """Have a room above take away what it holds of a case, in the act that seals it. Called once each, at start."""
    if let_go not in _before_sealing:
        _before_sealing.append(let_go)


REROUTE_REASONS = ("wrong-subject", "wrong-office", "wrong-level", "needs-another-office")


def screen_case(
    *, actor: Actor, case: int, version: int, subject: Subject, kind: str, urgent: bool = False
) -> Case:
    """Settle what it is about; the matrix then names the owner. Days go on counting from the first.

    A sensitive subject moves it to the focal point. Raises KindUnknown, StepNotAllowed, as core.on_case.
    """
    if kind not in KINDS:
        raise KindUnknown(field="kind")
    with on_case(actor, Right.HANDLE, case, version=version, beside=_family(case)) as opened:
        row = opened.case
        row.subject, row.kind, row.urgent = subject, kind, urgent
        opened.take(Step.SCREENED)
        if subject.sensitive and not row.sensitive:
            _seal(opened)
        elif not row.sensitive:
            owner, row.outside_body = opened.lookups.owner(row.area, subject)
            opened.take(Step.ASSIGNED, to_post=owner or row.owner)
    return opened.case


def reroute_case(*, actor: Actor, case: int, version: int, post: Post, reason: str) -> Case:
    """Send the case to another post; the clocks run on from the first day.

    The second re-routing sends it up a level by itself. Raises ChoiceUnknown for an unknown reason or a
    post that does not cover the village or handles no cases, StepNotAllowed, as core.on_case.
    """
    if reason not in REROUTE_REASONS:
        raise ChoiceUnknown(field="reason", given=reason[:40], allowed=", ".join(REROUTE_REASONS))
    with on_case(actor, Right.ROUTE, case, version=version) as opened:
        row = opened.case
        check_can_own(post, row)
        opened.take(Step.REROUTED, reason=reason, to_post=post)
        bounces = sum(entry.step is Step.REROUTED for entry in opened.log)
        if bounces >= MOST_BOUNCES:
            go_up(opened, "bounced")
    return opened.case


def check_can_own(post: Post, case: Case) -> None:
    """Raise ChoiceUnknown unless the post may own this case: its role handles, its area covers."""
    roles = {"focal-point"} if case.sensitive else {"case-handler", "coordinator", "director"}
    covers = post.area is None or placed(post.area).covers(case.area.path or "")
    if post.role not in roles or not covers:
        raise ChoiceUnknown(field="post", given=post.key, allowed=", ".join(sorted(roles)))


def join_case(*, actor: Actor, case: int, version: int, into: int) -> Case:
    """Join a like case to another: one matter, every voice counted, every code still good.

    Raises SameCase unless both are of one village, not sensitive, and the main one is no duplicate
    itself; StepNotAllowed, as core.on_case.
    """
    main = case_for(actor, into)
    with on_case(actor, Right.HANDLE, case, version=version, beside=[into]) as opened:
        row = opened.case
        main = locked(into)
        if main.pk == row.pk or main.area_id != row.area_id or main.sensitive or row.sensitive:
            raise SameCase(field="into")
        if main.state in {State.DUPLICATE, State.WITHDRAWN} or row.duplicates.exists():
            raise SameCase(field="into")
        row.duplicate_of = main
        opened.take(Step.JOINED, other_case=main)
        _beside(opened, main.pk, Step.VOICE_JOINED, row.voices)
        PublicAnswer.objects.filter(case=row).delete()
    return opened.case


def separate_case(*, actor: Actor, case: int, version: int) -> Case:
    """Undo a joining: the case is owed for itself again. Raises StepNotAllowed, as core.on_case."""
    with on_case(actor, Right.HANDLE, case, version=version) as opened:
        main = opened.case.duplicate_of
        if main is None:
            raise StepNotAllowed(state=opened.case.state)
        opened.case.duplicate_of = None
        opened.take(Step.SEPARATED, other_case=main)
        _beside(opened, main.pk, Step.VOICE_LEFT, opened.case.voices)
    return opened.case


def _beside(opened: OpenCase, pk: int, step: Step, voices: int) -> None:
    """Take a step on the other case of a joining, in the same act."""
    other = OpenCase(case=locked(pk), act=opened.act, lookups=opened.lookups)
    other.log = read_log(other.case)
    other.take(step, number=voices, other_case=opened.case)
    other.save()


def mark_sensitive(*, actor: Actor, case: int, version: int) -> Case:
    """Hand a case to the focal point: from now on nobody else sees that it exists.

    Anyone who may handle the case may do it, and can't undo it. Raises NoFocalPoint, StepNotAllowed, as core.on_case.
    """
    with on_case(actor, Right.HANDLE, case, version=version, owned=False, beside=_family(case)) as opened:
        if opened.case.sensitive:
            raise StepNotAllowed(state=opened.case.state)
        _seal(opened)
    return opened.case


def _family(pk: int) -> list[int]:
    """The cases that a case is joined to, or that are joined to it."""
    return list(Case.objects.filter(Q(duplicates=pk) | Q(duplicate_of=pk)).values_list("pk", flat=True))


def _seal(opened: OpenCase) -> None:
    """Take a case out of sight. What was joined comes apart: neither side may read the other's words from now on."""
    row = opened.case
    focal = opened.lookups.focal(row.area)
    if focal is None:
        raise NoFocalPoint
    main = row.duplicate_of
    if main is not None:
        row.duplicate_of = None
        opened.take(Step.SEPARATED, other_case=main)
        _beside(opened, main.pk, Step.VOICE_LEFT, row.voices)
    for pk in row.duplicates.order_by("pk").values_list("pk", flat=True):
        like = OpenCase(case=locked(pk), act=opened.act, lookups=opened.lookups)
        like.log = read_log(like.case)
        like.case.duplicate_of = None
        like.take(Step.SEPARATED)
        like.save()
        opened.take(Step.VOICE_LEFT, number=like.case.voices)
    for let_go in _before_sealing:
        let_go(opened.act, row)
    row.sensitive = True
    opened.take(Step.MARKED_SENSITIVE, to_post=focal)
    _new_judge(opened)
    PublicAnswer.objects.filter(case=row).delete()


def _new_judge(opened: OpenCase) -> None:
    """An open appeal goes to somebody on the side on which the case is now."""
    if State(opened.case.state) is State.APPEALED:
        opened.case.appeal_post = opened.lookups.judge(opened.case)


def clear_sensitive(*, actor: Actor, case: int, version: int) -> Case:
    """The focal point finds that it is an ordinary matter and passes it to the line.

    Only with the resident's leave where they ticked it themselves: the focal point's page says so.
    Raises StepNotAllowed, as core.on_case.
    """
    with on_case(actor, Right.HANDLE_SENSITIVE, case, version=version) as opened:
        row = opened.case
        if not row.sensitive or row.subject.sensitive:
            raise StepNotAllowed(state=row.state)
        owner, row.outside_body = opened.lookups.owner(row.area, row.subject)
        row.sensitive = False
        opened.take(Step.CLEARED_SENSITIVE, to_post=owner)
        _new_judge(opened)
    return opened.case
