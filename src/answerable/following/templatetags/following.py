"""Tags of the pages of needs and projects."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from answerable.following import words
from answerable.following.threads import picture_address
from answerable.projects.models import ProjectEvidence
from answerable.web.said import name_text

register = template.Library()


@register.simple_tag
def picture(row: ProjectEvidence, stage: str) -> SafeString:
    """A public picture of a project, its stage and day below it."""
    said = gettext(words.STAGES[stage])
    return format_html(
        '<img src="{}" width="{}" height="{}" alt="{}" loading="lazy">',
        picture_address(row.item), row.item.width, row.item.height, name_text(row.texts, said),
    )  # fmt: skip


@register.filter
def stage_words(stage: str) -> str:
    """Before, during or after."""
    return gettext(words.STAGES.get(stage, stage))


@register.filter
def phase_words(phase: str) -> str:
    """A phase in words."""
    return words.say(words.PHASES, phase)
