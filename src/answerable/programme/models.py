"""Rounds, sponsors, teams and postings; subjects, service standards, and who answers for what."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from answerable.register.binding import Bound


class Sponsor(Bound):
    """An organisation that lends staff or gives money."""

    key = models.SlugField(max_length=60, unique=True)
    names = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.key


#: What an organisation may be. A natural person is none.
ORGANISATION_KINDS = ("government", "ngo", "company", "cooperative", "community", "bank", "other")


class Organisation(Bound):
    """A body that pays, is paid, builds or keeps: never a natural person."""

    key = models.SlugField(max_length=60, unique=True)
    names = models.JSONField(default=dict)
    #: Its IATI organisation identifier (agency and registration number), where it has one.
    ref = models.CharField(max_length=80, default="", blank=True)
    kind = models.CharField(max_length=12)
    #: The sponsor that it is, where it lends staff or gives money as well.
    sponsor = models.OneToOneField(Sponsor, null=True, on_delete=models.PROTECT, related_name="organisation")

    class Meta:
        """What the database refuses."""

        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=list(ORGANISATION_KINDS)), name="programme_organisation_kind"
            ),
            models.UniqueConstraint(
                fields=["ref"], condition=~Q(ref=""), name="programme_organisation_ref_once"
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Round(Bound):
    """One posting period of the programme, often a year. `ends_on` is its last day."""

    key = models.SlugField(max_length=40, unique=True)
    names = models.JSONField(default=dict)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        """A round ends after it starts."""

        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="programme_round_order")
        ]

    def __str__(self) -> str:
        return self.key


class Team(Bound):
    """Staff posted together, lent by one sponsor."""

    key = models.SlugField(max_length=60, unique=True)
    names = models.JSONField(default=dict)
    sponsor = models.ForeignKey(Sponsor, on_delete=models.PROTECT, related_name="teams")

    def __str__(self) -> str:
        return self.key


class TeamSeat(Bound):
    """A post that belongs to a team."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="seats")
    post = models.OneToOneField("access.Post", on_delete=models.PROTECT, related_name="team_seat")

    def __str__(self) -> str:
        return f"{self.team_id}/{self.post_id}"


class Posting(Bound):
    """A team in an area for a round. Two postings never overlap in one area (a trigger refuses it)."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="postings")
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="postings")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="postings")
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        """A posting ends after it starts."""

        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="programme_posting_order")
        ]

    def __str__(self) -> str:
        return f"{self.team_id} in {self.area_id} from {self.starts_on}"


class OutsideBody(Bound):
    """An office outside the programme that answers for a subject."""

    key = models.SlugField(max_length=60, unique=True)
    names = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.key


class Subject(Bound):
    """What feedback is about: a two-level list. `sensitive` ones go to the focal point only."""

    key = models.SlugField(max_length=60, unique=True)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    names = models.JSONField(default=dict)
    icon = models.SlugField(max_length=20, default="", blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    sensitive = models.BooleanField(default=False)
    #: Offered on the public form; a subject that came with an imported file may not be.
    offered = models.BooleanField(default=True)

    class Meta:
        """What the database refuses."""

        constraints = [
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="programme_subject_not_own_parent"
            )
        ]

    def __str__(self) -> str:
        return self.key


class Standard(Bound):
    """The service standard of a subject from a day on: working days to acknowledge, answer, resolve.

    No subject: the standard of every subject that has none of its own.
    """

    subject = models.ForeignKey(Subject, null=True, on_delete=models.PROTECT, related_name="standards")
    valid_from = models.DateField()
    acknowledge_days = models.PositiveSmallIntegerField(default=3)
    answer_days = models.PositiveSmallIntegerField(default=7)
    resolve_days = models.PositiveSmallIntegerField(default=30)
    #: Calendar days without a public word before a nudge.
    silence_days = models.PositiveSmallIntegerField(default=14)

    class Meta:
        """One standard a subject and day."""

        constraints = [
            models.UniqueConstraint(fields=["subject", "valid_from"], name="programme_standard_once"),
            # Nulls are distinct to SQLite, whatever is asked for.
            models.UniqueConstraint(
                fields=["valid_from"],
                condition=Q(subject__isnull=True),
                name="programme_standard_general_once",
            ),
            models.CheckConstraint(
                condition=Q(acknowledge_days__lte=F("answer_days"), answer_days__lte=F("resolve_days")),
                name="programme_standard_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_id} from {self.valid_from}"


class Responsibility(Bound):
    """One line of the matrix: for a subject, at a level, within an area, from a day: who answers.

    Exactly one of: a `function` (the post of that function in the area's ancestor of that level),
    one `post`, or one `outside_body`. No subject means every subject without a line of its own;
    no `within` means everywhere.
    """

    subject = models.ForeignKey(Subject, null=True, on_delete=models.PROTECT, related_name="responsibilities")
    level = models.ForeignKey("places.AreaLevel", on_delete=models.PROTECT, related_name="+")
    within = models.ForeignKey("places.Area", null=True, on_delete=models.PROTECT, related_name="+")
    function = models.SlugField(max_length=40, default="", blank=True)
    post = models.ForeignKey("access.Post", null=True, on_delete=models.PROTECT, related_name="+")
    outside_body = models.ForeignKey(OutsideBody, null=True, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        """Exactly one answerer a line."""

        constraints = [
            models.CheckConstraint(
                condition=(
                    (~Q(function="") & Q(post__isnull=True, outside_body__isnull=True))
                    | Q(function="", post__isnull=False, outside_body__isnull=True)
                    | Q(function="", post__isnull=True, outside_body__isnull=False)
                ),
                name="programme_responsibility_one_answerer",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="programme_responsibility_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_id or '*'} at {self.level_id}"
