"""What a team learnt, in its own words, for those who come after it."""

from __future__ import annotations

from answerable.access.gate import acting
from answerable.access.problems import NotThere
from answerable.access.rules import Actor, Right
from answerable.handover.models import Lesson
from answerable.handover.problems import LessonNotRead, NotYoursToAnswer
from answerable.handover.selectors import own_teams
from answerable.kernel import clock
from answerable.kernel.text import clean_text
from answerable.programme.models import Posting, Subject
from answerable.register.erasable import committed

TEXT_LIMIT = 600


def write_lesson(
    *,
    actor: Actor,
    posting: Posting,
    text: str,
    language: str,
    read: bool,
    subject: Subject | None = None,
) -> Lesson:
    """Write down what the posting's team learnt. `read`: somebody read that it points at nobody.

    Raises Denied, NotYoursToAnswer, LessonNotRead, TextMissing, TextTooLong, TextUnreadable.
    """
    with acting(actor, Right.HAND_OVER, posting.area) as act:
        if actor.kind == "staff" and posting.team_id not in own_teams(actor):
            raise NotYoursToAnswer(field="text")
        words = clean_text(text, limit=TEXT_LIMIT, field="text")
        if not read:
            raise LessonNotRead(field="read")
        lesson = Lesson.objects.create(
            posting=posting, subject=subject, on=clock.today(), language=language, **committed(words)
        )
        act.record(
            "handover.lesson-written",
            posting=posting.pk,
            lesson=lesson.pk,
            subject=subject.pk if subject is not None else None,
        )
    return lesson


def erase_lesson(*, actor: Actor, lesson: int) -> None:
    """Erase a lesson that points at somebody; its day stays. Raises Denied, NotThere."""
    row = Lesson.objects.select_related("posting__area").filter(pk=lesson).first()
    if row is None:
        raise NotThere
    with acting(actor, Right.HAND_OVER, row.posting.area) as act:
        found = Lesson.objects.select_for_update().get(pk=row.pk)
        if found.erased_on is not None:
            act.idle = True
            return
        found.erase(clock.today())
        act.record("handover.lesson-erased", lesson=row.pk)
