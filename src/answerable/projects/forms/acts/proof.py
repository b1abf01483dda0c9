"""Forms of evidence and of what was given."""

from __future__ import annotations

from typing import Any

from answerable.evidence.forms import Kept
from answerable.evidence.models import Item
from answerable.kernel.problem import gettext_noop
from answerable.programme.models import Organisation
from answerable.projects import selectors, services
from answerable.projects.forms.fields import KEY, Field, Sent
from answerable.projects.problems import EvidenceNeeded, EvidenceThere
from answerable.projects.rules.given import GIFTS, MEASURES
from answerable.projects.rules.proof import GRADES, STAGES

from .choices import Choices, item_said
from .form import ON, RECORD, ActForm, always


def _evidence(by: dict[str, Any], sent: Sent, choices: Choices) -> object:
    offered = [*choices.items(), *choices.items_there()] if sent.text("item") else []
    pk = sent.row("item", offered, needed=False)
    item = Item.objects.filter(pk=pk).first() if pk else None
    if item is None and sent.keep is None:
        raise EvidenceNeeded(field="pictures")
    # All of the form is checked before the first picture is kept.
    said = services.said_of_evidence(
        stage=sent.choice("stage", STAGES),
        grade=sent.choice("grade", GRADES),
        spot=sent.text("spot"),
        texts=sent.texts("texts"),
        kinds=[item.kind for item in (item,) if item] + ["picture"] * (sent.keep is not None),
    )
    kept = Kept()
    if sent.keep is not None:
        kept = sent.keep(choices.project.area)
        # Pictures contradict nothing that others did meanwhile, and a page can't hold chosen files to send them again.
        by = by | {"version": None}
    items = [*kept.items, *([item] if item else [])]
    if items:
        added = services.add_all_evidence(**by, items=[one.pk for one in items], said=said)
        kept.refused += [(item_said(one), EvidenceThere(field="item")) for one in added.otherwise]
        kept.items = [row.item for row in added.rows]
    return kept


def _give(by: dict[str, Any], sent: Sent, choices: Choices) -> object:
    organisation = sent.row("organisation", choices.organisations(), needed=False)
    return services.record_contribution(
        **by,
        kind=sent.choice("kind", GIFTS),
        quantity=sent.number("quantity", least=1),
        measure=sent.choice("measure", MEASURES),
        value=sent.amount("value", "currency") if sent.text("value").strip() else None,
        organisation=Organisation.objects.get(pk=organisation) if organisation else None,
        on=sent.day_or_none("on"),
        texts=sent.texts("texts"),
        key=sent.key(),
    )


def _take_back(by: dict[str, Any], sent: Sent, choices: Choices) -> object:
    pk = sent.row("contribution", choices.contributions()) or 0
    return services.take_back_contribution(**by, contribution=pk)


ACTS: tuple[ActForm, ...] = (
    ActForm(
        "evidence",
        gettext_noop("Add evidence"),
        RECORD,
        ("evidence",),
        always,
        _evidence,
        (
            Field("pictures", "pictures", needed=False),
            Field(
                "item",
                "choice",
                gettext_noop("Or what was brought in before"),
                gettext_noop("Pictures and documents of these places that the project has not yet."),
                needed=False,
            ),
            Field("stage", "radio", gettext_noop("When")),
            Field("grade", "choice", gettext_noop("What it is")),
            Field(
                "spot",
                "line",
                gettext_noop("Spot"),
                gettext_noop("A short word such as well-head: pictures of one spot are shown side by side."),
                needed=False,
                most=40,
            ),
            Field("texts", "lines", gettext_noop("What it shows"), needed=False, most=500),
        ),
    ),
    ActForm(
        "give",
        gettext_noop("Record a contribution"),
        RECORD,
        ("contribution",),
        always,
        _give,
        (
            Field("kind", "choice", gettext_noop("Kind")),
            Field("quantity", "number", gettext_noop("How much")),
            Field("measure", "choice", gettext_noop("Counted in")),
            Field("value", "line", gettext_noop("Worth, if somebody valued it"), needed=False, most=30),
            Field("currency", "line", gettext_noop("Currency"), needed=False, most=3),
            Field(
                "organisation",
                "choice",
                gettext_noop("Given by"),
                gettext_noop("Empty: the community together."),
                needed=False,
            ),
            ON,
            Field("texts", "lines", gettext_noop("What it was"), needed=False, most=500),
            KEY,
        ),
        hint=gettext_noop("A total, never who gave it."),
    ),
    ActForm(
        "take-back",
        gettext_noop("Take a contribution back"),
        RECORD,
        ("contribution",),
        lambda project: bool(selectors.contributions_of(project)),
        _take_back,
        (Field("contribution", "choice", gettext_noop("Recorded by mistake")),),
        describes=True,
    ),
)
