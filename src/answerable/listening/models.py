"""Sessions, feedback, cases and their append-only steps. Nothing here says who spoke."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from answerable.register.binding import Bound
from answerable.register.erasable import Erasable

from .rules.states import State
from .tally import DaysBetween, tally

KINDS = ("need", "suggestion", "complaint", "question", "thanks")
CHANNELS = ("web", "session", "paper", "call", "sms", "file")
SLIP_STATES = ("unused", "received", "void")
SESSION_KINDS = ("public-meeting", "drop-in", "group-discussion", "invited-visit")


def _choice(field: str, values: tuple[str, ...]) -> Q:
    return Q(**{f"{field}__in": list(values)})


class Session(Bound):
    """A listening session: kind, village, day, languages, and how many came; no household, no names."""

    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="sessions")
    kind = models.CharField(max_length=20)
    on = models.DateField()
    post = models.ForeignKey("access.Post", on_delete=models.PROTECT, related_name="sessions")
    languages = models.JSONField(default=list)
    present = models.PositiveIntegerField()
    present_women = models.PositiveIntegerField(null=True)
    key = models.UUIDField(unique=True)

    class Meta:
        """Counts that can't be."""

        constraints = [
            models.CheckConstraint(condition=_choice("kind", SESSION_KINDS), name="listening_session_kind"),
            models.CheckConstraint(
                condition=Q(present_women__isnull=True) | Q(present_women__lte=F("present")),
                name="listening_session_counts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"


class Case(Bound):
    """The handling of one or more feedback items, kept to the day.

    The steps are the truth of its clocks; the dates here are what the rules computed from them,
    written in the same transaction, so that lists and figures need no replay.
    """

    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="cases")
    subject = models.ForeignKey("programme.Subject", on_delete=models.PROTECT, related_name="cases")
    kind = models.CharField(max_length=12)
    state = models.CharField(max_length=20, default=State.RECEIVED.value)
    sensitive = models.BooleanField(default=False)
    urgent = models.BooleanField(default=False)
    #: The post that owns the work; a sensitive case belongs to a focal point's.
    owner = models.ForeignKey("access.Post", null=True, on_delete=models.PROTECT, related_name="cases")
    #: The post that decides an appeal while one is open.
    appeal_post = models.ForeignKey(
        "access.Post", null=True, on_delete=models.PROTECT, related_name="appeals"
    )
    outside_body = models.ForeignKey(
        "programme.OutsideBody", null=True, on_delete=models.PROTECT, related_name="cases"
    )
    duplicate_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="duplicates")
    #: How many voices raise this matter: its own feedback and that of the cases joined to it.
    voices = models.PositiveIntegerField(default=1)
    #: The number of its last step: a page shows it, an act names it, a mismatch says what changed.
    version = models.PositiveIntegerField(default=0)
    closed_reason = models.CharField(max_length=40, default="", blank=True)

    acknowledge_days = models.PositiveSmallIntegerField()
    answer_days = models.PositiveSmallIntegerField()
    resolve_days = models.PositiveSmallIntegerField()
    silence_days = models.PositiveSmallIntegerField()

    received_on = models.DateField()
    acknowledge_due_on = models.DateField()
    answer_due_on = models.DateField()
    resolve_due_on = models.DateField()
    acknowledged_on = models.DateField(null=True)
    answered_on = models.DateField(null=True)
    #: First day on which the office said it was done, or ended it with an answer.
    resolved_on = models.DateField(null=True)
    claimed_on = models.DateField(null=True)
    confirmed_on = models.DateField(null=True)
    unconfirmed_on = models.DateField(null=True)
    appealed_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    planned_for = models.DateField(null=True)
    last_word_on = models.DateField()
    #: The next day on which the machinery has something to do; None: nothing ever.
    next_due_on = models.DateField(null=True)

    bounces = models.PositiveSmallIntegerField(default=0)
    escalations = models.PositiveSmallIntegerField(default=0)
    refusals = models.PositiveSmallIntegerField(default=0)
    reopened = models.PositiveSmallIntegerField(default=0)
    appeals = models.PositiveSmallIntegerField(default=0)
    appeals_upheld = models.PositiveSmallIntegerField(default=0)
    rating = models.PositiveSmallIntegerField(null=True)

    #: Computed by the database from the columns above, for figures.
    tally = models.GeneratedField(expression=tally(), output_field=models.IntegerField(), db_persist=True)
    answer_took = models.GeneratedField(
        expression=DaysBetween("answered_on", "received_on"),
        output_field=models.IntegerField(null=True),
        db_persist=True,
    )
    resolve_took = models.GeneratedField(
        expression=DaysBetween("resolved_on", "received_on"),
        output_field=models.IntegerField(null=True),
        db_persist=True,
    )

    class Meta:
        """What the database refuses, and the indexes that lists and figures stand on."""

        constraints = [
            models.CheckConstraint(condition=_choice("kind", KINDS), name="listening_case_kind"),
            models.CheckConstraint(
                condition=_choice("state", tuple(s.value for s in State)), name="listening_case_state"
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_on__isnull=False) & ~Q(closed_reason="")
                | ~Q(state="closed") & Q(closed_on__isnull=True),
                name="listening_case_closed_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(state="duplicate", duplicate_of__isnull=False)
                | ~Q(state="duplicate") & Q(duplicate_of__isnull=True),
                name="listening_case_duplicate_names_main",
            ),
            models.CheckConstraint(
                condition=Q(duplicate_of__isnull=True) | ~Q(duplicate_of=F("id")),
                name="listening_case_not_own_duplicate",
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(confirmed_on__isnull=False),
                name="listening_case_confirmed_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state="claimed_done") | Q(claimed_on__isnull=False),
                name="listening_case_claimed_dated",
            ),
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__gte=1, rating__lte=5),
                name="listening_case_rating",
            ),
        ]
        indexes = [
            # Everything that figures read, so that they need no row (docs/decisions/0007).
            models.Index(
                fields=[
                    "area",
                    "received_on",
                    "sensitive",
                    "tally",
                    "answer_took",
                    "resolve_took",
                    "bounces",
                    "acknowledge_due_on",
                    "answer_due_on",
                    "resolve_due_on",
                    "subject",
                    "owner",
                    "kind",
                ],
                name="case_figures",
            ),
            models.Index(fields=["owner", "state"], name="case_owner_state"),
            models.Index(
                fields=["next_due_on"], name="case_next_due", condition=Q(next_due_on__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"case {self.pk}"


class Feedback(Bound):
    """What somebody said, and nothing about who. Its words are in Word, so that they can be erased."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="feedback")
    #: The form's or the file row's own key: the same one never counts twice.
    key = models.UUIDField(unique=True)
    kind = models.CharField(max_length=12)
    channel = models.CharField(max_length=8)
    language = models.CharField(max_length=20)
    session = models.ForeignKey(Session, null=True, on_delete=models.PROTECT, related_name="feedback")
    received_on = models.DateField()
    #: The day on which whoever said it took it back; its words are erased then.
    withdrawn_on = models.DateField(null=True)
    #: The tracking code: a locator in clear, and a per-row salt with the Argon2id of the whole code.
    locator = models.CharField(max_length=6, default="", blank=True, db_index=True)
    code_salt = models.BinaryField(max_length=16, null=True)
    code_hash = models.BinaryField(max_length=64, null=True)
    code_cost = models.CharField(max_length=24, default="", blank=True)

    class Meta:
        """What the database refuses."""

        constraints = [
            models.CheckConstraint(condition=_choice("kind", KINDS), name="listening_feedback_kind"),
            models.CheckConstraint(condition=_choice("channel", CHANNELS), name="listening_feedback_channel"),
            models.CheckConstraint(
                condition=Q(locator="", code_hash__isnull=True, code_salt__isnull=True)
                | ~Q(locator="") & Q(code_hash__isnull=False, code_salt__isnull=False),
                name="listening_feedback_code_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"feedback {self.pk}"


class Word(Erasable):
    """A text said in a case: the resident's own words, or the office's reply. Erasable; its step stays."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="words")
    #: Whose code may read it back; None: every code of the case.
    feedback = models.ForeignKey(Feedback, null=True, on_delete=models.PROTECT, related_name="words")
    by_office = models.BooleanField()
    on = models.DateField()

    def __str__(self) -> str:
        return f"word {self.pk}"


class CaseStep(Bound):
    """One thing that happened to a case: the append-only log that timeline and clocks are computed from."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps")
    n = models.PositiveIntegerField()
    step = models.CharField(max_length=20)
    on = models.DateField()
    by = models.CharField(max_length=8)
    state = models.CharField(max_length=20)
    post = models.ForeignKey("access.Post", null=True, on_delete=models.PROTECT, related_name="+")
    #: The post that owns the case after the step, where the step moved it.
    to_post = models.ForeignKey("access.Post", null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=40, default="", blank=True)
    #: A date that the step promises (planned for), a number it carries (rating, voices).
    until = models.DateField(null=True)
    number = models.IntegerField(null=True)
    other_case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")
    word = models.ForeignKey(Word, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Numbered without gaps a case; a trigger refuses changes."""

        constraints = [models.UniqueConstraint(fields=["case", "n"], name="listening_step_numbered")]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.n} {self.step}"


class PublicAnswer(Bound):
    """The office's answer to a matter, in its own words: published once, however many raised it."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="public_answer")
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="public_answers")
    subject = models.ForeignKey("programme.Subject", on_delete=models.PROTECT, related_name="+")
    #: First day of the month of the answer: nothing finer is published.
    month = models.DateField()
    language = models.CharField(max_length=20)
    text = models.TextField()

    class Meta:
        """Read by village, newest month first."""

        indexes = [models.Index(fields=["area", "-month"], name="answer_area_month")]

    def __str__(self) -> str:
        return f"answer {self.case_id}"


class ReplyTemplate(Bound):
    """A reply to start from, in several languages."""

    key = models.SlugField(max_length=60, unique=True)
    names = models.JSONField(default=dict)
    texts = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.key


class SlipPad(Bound):
    """A book of numbered slips that an office had printed; it gets the next one when each of these is accounted for."""

    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="slip_pads")
    issued_on = models.DateField()
    #: The RFC 6962 root of the slips' marks, which the register shows from the first day.
    root = models.BinaryField(max_length=32)
    settled_on = models.DateField(null=True)
    #: How it was settled: counted slip by slip, or given up as a whole.
    outcome = models.CharField(max_length=8, default="", blank=True)

    class Meta:
        """One unsettled pad an office."""

        constraints = [
            models.UniqueConstraint(
                fields=["area"], condition=Q(settled_on__isnull=True), name="listening_pad_one_open"
            ),
            models.CheckConstraint(
                condition=Q(settled_on__isnull=True, outcome="")
                | Q(settled_on__isnull=False, outcome__in=["counted", "given-up"]),
                name="listening_pad_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"pad {self.pk}"


class Slip(Bound):
    """One numbered slip. Once used it keeps no code: that stands with the feedback, and nothing leads there from here."""

    pad = models.ForeignKey(SlipPad, on_delete=models.PROTECT, related_name="slips")
    n = models.PositiveSmallIntegerField()
    #: Drawn at random, so that nobody can ask for all of a pad: how much was said where is not told.
    serial = models.CharField(max_length=9, unique=True)
    #: 16 random bytes, printed under the fold: what the pad's root was made of.
    mark = models.BinaryField(max_length=16)
    state = models.CharField(max_length=8, default="unused")
    #: First day of the month in which it was received.
    month = models.DateField(null=True)
    #: The Monday from which everybody sees its state: the week's border, so that no look-up tells the hour or the day.
    shows_from = models.DateField(null=True)
    locator = models.CharField(max_length=6, default="", blank=True)
    code_salt = models.BinaryField(max_length=16, null=True)
    code_hash = models.BinaryField(max_length=64, null=True)
    code_cost = models.CharField(max_length=24, default="", blank=True)

    class Meta:
        """What the database refuses."""

        constraints = [
            models.UniqueConstraint(fields=["pad", "n"], name="listening_slip_numbered"),
            models.CheckConstraint(condition=_choice("state", SLIP_STATES), name="listening_slip_state"),
            models.CheckConstraint(
                condition=Q(state="received", month__isnull=False)
                | ~Q(state="received") & Q(month__isnull=True),
                name="listening_slip_month",
            ),
            models.CheckConstraint(
                condition=Q(state="unused", code_hash__isnull=False, code_salt__isnull=False)
                | ~Q(state="unused") & Q(locator="", code_hash__isnull=True, code_salt__isnull=True),
                name="listening_slip_code_until_used",
            ),
        ]

    def __str__(self) -> str:
        return f"slip {self.serial}"
