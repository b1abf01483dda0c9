"""Promises made to a village, and their append-only steps. Nothing here says to whom one was made."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from answerable.register.binding import Bound
from answerable.register.erasable import Erasable

from .rules import DECLINE_REASONS, REOPEN_REASONS, State, Step

_STATES = [state.value for state in State]
_STEPS = [step.value for step in Step]


class Promise(Bound):
    """What was promised, where, by which post and by when. The steps are the truth; the dates follow from them."""

    #: The form's own key: the same one never counts twice.
    key = models.UUIDField(unique=True)
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="promises")
    #: What was promised, per language, as everybody may read it: the thing, no person.
    texts = models.JSONField(default=dict)
    #: The listening session it was made in; None: a meeting of another kind.
    session = models.ForeignKey(
        "listening.Session", null=True, on_delete=models.PROTECT, related_name="promises"
    )
    made_on = models.DateField()
    #: The post that gave its word, and the one that owes it now.
    made_by = models.ForeignKey("access.Post", on_delete=models.PROTECT, related_name="promises_made")
    owner = models.ForeignKey("access.Post", on_delete=models.PROTECT, related_name="promises")
    #: The day that was promised. Nothing ever moves it.
    due_on = models.DateField()
    state = models.CharField(max_length=12, default=State.OPEN.value)
    reason = models.CharField(max_length=40, default="", blank=True)
    #: The project that takes it up, while one does.
    project = models.ForeignKey(
        "projects.Project", null=True, on_delete=models.PROTECT, related_name="promises"
    )
    #: A newer day that the office named since, beside the promised one.
    expected_on = models.DateField(null=True)
    kept_on = models.DateField(null=True)
    #: The day from which it is broken, while it is open: the day after the promised one, or its project's end.
    late_from = models.DateField(null=True)
    last_word_on = models.DateField()
    next_due_on = models.DateField(null=True)
    escalations = models.PositiveSmallIntegerField(default=0)
    #: The number of its last step: a page shows it, an act names it.
    version = models.PositiveIntegerField(default=0)

    class Meta:
        """What the database refuses, and the indexes that lists stand on."""

        constraints = [
            models.CheckConstraint(condition=Q(state__in=_STATES), name="promises_promise_state"),
            models.CheckConstraint(condition=Q(due_on__gte=F("made_on")), name="promises_promise_order"),
            models.CheckConstraint(
                condition=Q(state="taken-up", project__isnull=False)
                | ~Q(state="taken-up") & Q(project__isnull=True),
                name="promises_promise_taken_up_by",
            ),
            models.CheckConstraint(
                condition=Q(state="kept", kept_on__isnull=False) | ~Q(state="kept") & Q(kept_on__isnull=True),
                name="promises_promise_kept_dated",
            ),
            models.CheckConstraint(
                condition=Q(state="declined", reason__in=DECLINE_REASONS)
                | Q(state="open", reason__in=["", *REOPEN_REASONS])
                | Q(state__in=["kept", "taken-up"], reason=""),
                name="promises_promise_no_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["area", "due_on"], name="promise_area_due"),
            models.Index(fields=["owner", "state", "due_on"], name="promise_owner_due"),
            models.Index(
                fields=["next_due_on"], name="promise_next_due", condition=Q(next_due_on__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"promise {self.pk}"


class Saying(Erasable):
    """The office's public word about a promise. Erasable, should it point at a person; its step stays."""

    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="sayings")
    on = models.DateField()

    def __str__(self) -> str:
        return f"saying {self.pk}"


class PromiseStep(Bound):
    """One thing that happened to a promise: the append-only log that its state and dates are computed from."""

    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="steps")
    n = models.PositiveIntegerField()
    step = models.CharField(max_length=12)
    on = models.DateField()
    by = models.CharField(max_length=8)
    state = models.CharField(max_length=12)
    post = models.ForeignKey("access.Post", null=True, on_delete=models.PROTECT, related_name="+")
    #: The post that owes it after the step, where the step moved it.
    to_post = models.ForeignKey("access.Post", null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=40, default="", blank=True)
    #: A newer day that the step names; of the first step, the promised one.
    until = models.DateField(null=True)
    project = models.ForeignKey("projects.Project", null=True, on_delete=models.PROTECT, related_name="+")
    saying = models.ForeignKey(Saying, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Numbered without gaps a promise; a trigger refuses changes."""

        constraints = [
            models.UniqueConstraint(fields=["promise", "n"], name="promises_step_numbered"),
            models.CheckConstraint(condition=Q(step__in=_STEPS), name="promises_step_known"),
            models.CheckConstraint(
                condition=Q(by="office", post__isnull=False) | Q(by="system", post__isnull=True),
                name="promises_step_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.promise_id}/{self.n} {self.step}"
