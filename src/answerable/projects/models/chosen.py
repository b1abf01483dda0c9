"""A village's choice between projects: counts, and how it was held. Nobody's own choice is anywhere."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from answerable.projects.rules.choosing import HOW_HELD
from answerable.register.binding import Bound

from .project import Project


class Choice(Bound):
    """One choosing in an area on a day. Append-only: a mistake is put right by a later one that replaces it."""

    key = models.SlugField(max_length=60, unique=True)
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="choices")
    names = models.JSONField(default=dict)
    on = models.DateField()
    #: By show of hands, or by paper and tally.
    way = models.CharField(max_length=6)
    #: For how many options each of those present could raise a hand or mark the paper.
    each = models.PositiveSmallIntegerField(default=1)
    present = models.PositiveIntegerField()
    spoiled = models.PositiveIntegerField(default=0)
    #: How many of those present chose nothing.
    unused = models.PositiveIntegerField(default=0)
    #: The hands of all options together.
    hands = models.PositiveIntegerField()
    #: Fixed words that tell how it was held.
    how = models.JSONField(default=list)
    #: The same in a few words of one's own, without names.
    texts = models.JSONField(default=dict, blank=True)
    recorded_on = models.DateField()
    post = models.ForeignKey("access.Post", null=True, on_delete=models.PROTECT, related_name="+")
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")

    class Meta:
        """What the database refuses; that no option has more hands than are left is a trigger's."""

        constraints = [
            models.CheckConstraint(condition=Q(way__in=list(HOW_HELD)), name="projects_choice_way"),
            models.CheckConstraint(condition=Q(present__gte=1, each__gte=1), name="projects_choice_some"),
            # Everybody present chose, spoiled the paper, or chose nothing; and nobody chose more than they could.
            models.CheckConstraint(
                condition=Q(each=1, present=F("hands") + F("spoiled") + F("unused"))
                | Q(each__gt=1, present__gte=F("spoiled") + F("unused"))
                & Q(hands__gte=F("present") - F("spoiled") - F("unused"))
                & Q(hands__lte=(F("present") - F("spoiled") - F("unused")) * F("each")),
                name="projects_choice_adds_up",
            ),
        ]
        indexes = [models.Index(fields=["area", "-on"], name="choice_area_on")]

    def __str__(self) -> str:
        return self.key


class ChoiceOption(Bound):
    """One option of a choice, a proposed project or "none of these", and how many hands it got."""

    choice = models.ForeignKey(Choice, on_delete=models.PROTECT, related_name="options")
    n = models.PositiveSmallIntegerField()
    #: None: "none of these".
    project = models.ForeignKey(Project, null=True, on_delete=models.PROTECT, related_name="chosen_in")
    hands = models.PositiveIntegerField()

    class Meta:
        """A project once a choice, and "none of these" once."""

        constraints = [
            models.UniqueConstraint(fields=["choice", "n"], name="projects_option_numbered"),
            models.UniqueConstraint(fields=["choice", "project"], name="projects_option_once"),
            models.UniqueConstraint(
                fields=["choice"], condition=Q(project__isnull=True), name="projects_option_none_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.choice_id}/{self.n}"
