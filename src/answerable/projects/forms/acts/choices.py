"""What the forms of a project may choose from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from answerable.access.rules import Actor, Right
from answerable.access.selectors import scope
from answerable.evidence.models import Item
from answerable.places.models import Area
from answerable.places.selectors import below, chain_ids, in_use, placed
from answerable.programme.models import Organisation, Sponsor, Subject
from answerable.projects import selectors, words
from answerable.projects.models import Milestone, Project, Snag
from answerable.projects.rules.confirming import VERDICTS
from answerable.projects.rules.given import GIFTS, MEASURES
from answerable.projects.rules.phases import ENDED, moves_from
from answerable.projects.rules.proof import GRADES, STAGES
from answerable.projects.rules.words import MOVE_REASONS, REVISION_REASONS, SNAG_KINDS, WORD_KINDS
from answerable.projects.services.making import MOST_DEEP
from answerable.web.figures import day
from answerable.web.said import name_text

Pairs = Sequence[tuple[str, str]]


def item_said(item: Item) -> str:
    """A picture or document in a few words."""
    return " · ".join((words.one_of(words.ITEMS, item.kind), day(item.taken_on), item.digest[:8]))


@dataclass
class Choices:
    """What a form of this project may choose from; asked only when the form is drawn or read."""

    actor: Actor
    project: Project

    def of(self, name: str, act: str) -> Pairs:
        """The choices of a field."""
        fixed: dict[tuple[str, str], Pairs] = {
            ("kind", "say"): words.choices(words.WORD_KINDS, WORD_KINDS),
            ("kind", "snag"): words.choices(words.SNAG_KINDS, SNAG_KINDS),
            ("kind", "give"): words.choices(words.GIFTS, GIFTS),
            ("measure", "give"): words.choices(words.MEASURES, MEASURES),
            ("way", "hear"): words.choices(words.WAYS, ("meeting", "visit")),
            ("verdict", "hear"): words.choices(words.VERDICTS, VERDICTS),
            ("stage", "evidence"): words.choices(words.STAGES, STAGES),
            ("grade", "evidence"): words.choices(words.GRADES, GRADES),
            ("reason", "move"): words.choices(words.REASONS, MOVE_REASONS),
            ("reason", "revise"): words.choices(words.REASONS, REVISION_REASONS),
            ("reason", "drop"): words.choices(words.REASONS, REVISION_REASONS),
        }
        asked: dict[str, Callable[[], Pairs]] = {
            "phase": self.phases,
            "milestone": self.milestones,
            "snag": self.snags,
            "item": self.items,
            "contribution": self.contributions,
            "subject": self.subjects,
            "sponsor": self.sponsors,
            "implementer": self.organisations,
            "organisation": self.organisations,
            "areas": self.areas,
            "parent": self.wholes,
        }
        return fixed[name, act] if (name, act) in fixed else asked[name]() if name in asked else ()

    def phases(self) -> Pairs:
        """The phases that a plain move leads to."""
        found = moves_from(self.project.phase, self.project.suspended_phase)
        return words.choices(words.PHASES, [phase.value for phase in found])

    def milestones(self) -> Pairs:
        """Milestones that are neither reached nor given up."""
        rows = Milestone.objects.filter(project=self.project, actual_on__isnull=True, dropped_on__isnull=True)
        return [
            (str(row.n), f"{name_text(row.names)} · {day(row.revised_on or row.planned_on)}")
            for row in rows.order_by("n")
        ]

    def snags(self) -> Pairs:
        """Snags that are not repaired."""
        rows = Snag.objects.filter(project=self.project, repaired_on__isnull=True).order_by("n")
        return [(str(row.n), f"{name_text(row.texts)[:80]} · {day(row.found_on)}") for row in rows]

    def items(self) -> Pairs:
        """Pictures and documents brought in the project's part of the tree that it has not yet, newest first."""
        home = self.project.area
        near = below(placed(home), "areas__area__") | Q(areas__area__in=chain_ids(home))
        rows = Item.objects.filter(near, taken_down_on__isnull=True).exclude(projects__project=self.project)
        return [(str(row.pk), item_said(row)) for row in rows.distinct().order_by("-pk")[:60]]

    def items_there(self) -> Pairs:
        """Those that it has: the same form sent twice names them again."""
        rows = Item.objects.filter(projects__project=self.project).order_by("-pk")
        return [(str(row.pk), item_said(row)) for row in rows]

    def contributions(self) -> Pairs:
        """What was given and not taken back."""
        return [
            (str(row.pk), f"{words.one_of(words.GIFTS, row.kind)} {row.quantity} · {day(row.on)}")
            for row in selectors.contributions_of(self.project)
        ]

    def subjects(self) -> Pairs:
        """The village's list, without what is for the focal point."""
        rows = Subject.objects.filter(sensitive=False).order_by("position", "key")
        return [(str(row.pk), name_text(row.names, row.key)) for row in rows]

    def sponsors(self) -> Pairs:
        """Sponsors by key."""
        return [(str(row.pk), name_text(row.names, row.key)) for row in Sponsor.objects.order_by("key")[:500]]

    def organisations(self) -> Pairs:
        """Organisations by key."""
        rows = Organisation.objects.order_by("key")[:500]
        return [(str(row.pk), name_text(row.names, row.key)) for row in rows]

    def areas(self) -> Pairs:
        """The areas it is for, and the villages around them that the actor may run projects in."""
        home = self.project.area
        around = (Area.objects.filter(pk=home.parent_id).first() if home.parent_id else None) or home
        near = Area.objects.filter(below(placed(around)), in_use(), scope(self.actor, Right.RUN_PROJECTS, ""))
        rows = list(near.filter(level__is_village=True).order_by("name", "pk")[:60])
        mine = selectors.areas_of(self.project)
        rows += [area for area in mine if area not in rows]
        return [(str(row.pk), name_text(row.names, row.name)) for row in rows]

    def wholes(self) -> Pairs:
        """Projects that it could be a part of: those around, without itself."""
        rows = selectors.projects_for(self.actor).filter(
            selectors.about(self.project.area), depth__lt=MOST_DEEP
        )
        rows = rows.exclude(pk=self.project.pk).exclude(phase__in=[phase.value for phase in ENDED])
        return [(str(row.pk), name_text(row.names, row.key)) for row in rows.order_by("-pk")[:60]]
