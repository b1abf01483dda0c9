"""What was said of the lines of dossiers. The lines themselves are computed and stand in no table."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from answerable.register.binding import Bound
from answerable.register.erasable import Erasable

from .rules import KINDS, REASONS, STATES


class Answer(Bound):
    """One line of a posting's dossier was accepted, contested or returned: by the next posting, or the acting post."""

    posting = models.ForeignKey("programme.Posting", on_delete=models.PROTECT, related_name="handed_over")
    to_posting = models.ForeignKey(
        "programme.Posting", null=True, on_delete=models.PROTECT, related_name="taken_over"
    )
    to_post = models.ForeignKey("access.Post", null=True, on_delete=models.PROTECT, related_name="+")
    #: What the line is about, and its number in its own room.
    kind = models.CharField(max_length=10)
    number = models.PositiveBigIntegerField()
    state = models.CharField(max_length=9)
    reason = models.CharField(max_length=20, default="", blank=True)
    on = models.DateField()
    #: The post that said it; None: the machinery.
    post = models.ForeignKey("access.Post", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """To somebody, never to itself, accepted once by each; a trigger refuses changes."""

        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(KINDS)), name="handover_answer_kind"),
            models.CheckConstraint(
                condition=Q(to_posting__isnull=False, to_post__isnull=True)
                | Q(to_posting__isnull=True, to_post__isnull=False),
                name="handover_answer_by_one",
            ),
            models.CheckConstraint(
                condition=Q(to_posting__isnull=True) | ~Q(to_posting=models.F("posting")),
                name="handover_answer_not_to_itself",
            ),
            models.CheckConstraint(
                condition=Q(state="accepted", reason="")
                | Q(state__in=[s for s in STATES if s != "accepted"], reason__in=list(REASONS)),
                name="handover_answer_reason",
            ),
            models.UniqueConstraint(
                fields=["posting", "to_posting", "kind", "number"],
                condition=Q(state="accepted", to_posting__isnull=False),
                name="handover_accepted_once",
            ),
            models.UniqueConstraint(
                fields=["posting", "to_post", "kind", "number"],
                condition=Q(state="accepted", to_post__isnull=False),
                name="handover_taken_once",
            ),
        ]
        indexes = [models.Index(fields=["kind", "number"], name="handover_answer_line")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number} {self.state}"


class Acting(Bound):
    """The post that answers in the gap after a posting, from a day on. The newest counts."""

    posting = models.ForeignKey("programme.Posting", on_delete=models.PROTECT, related_name="acting")
    post = models.ForeignKey("access.Post", on_delete=models.PROTECT, related_name="+")
    on = models.DateField()

    def __str__(self) -> str:
        return f"{self.post_id} after {self.posting_id}"


class Closing(Bound):
    """A posting or a round was closed: each of its lines had an owner."""

    posting = models.OneToOneField(
        "programme.Posting", null=True, on_delete=models.PROTECT, related_name="closing"
    )
    round = models.OneToOneField(
        "programme.Round", null=True, on_delete=models.PROTECT, related_name="closing"
    )
    on = models.DateField()
    #: How many lines were open and claimed on that day.
    lines = models.PositiveIntegerField(default=0)

    class Meta:
        """One of the two."""

        constraints = [
            models.CheckConstraint(
                condition=Q(posting__isnull=False, round__isnull=True)
                | Q(posting__isnull=True, round__isnull=False),
                name="handover_closing_of_one",
            )
        ]

    def __str__(self) -> str:
        return f"closing {self.pk}"


class Lesson(Erasable):
    """What a team learnt, for those who come after it. Erasable, should it point at a person."""

    posting = models.ForeignKey("programme.Posting", on_delete=models.PROTECT, related_name="lessons")
    subject = models.ForeignKey("programme.Subject", null=True, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()

    def __str__(self) -> str:
        return f"lesson {self.pk}"
