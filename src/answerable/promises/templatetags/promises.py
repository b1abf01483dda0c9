"""Filters of the promises' pages: states, steps and days in words."""

from __future__ import annotations

from datetime import date

from django import template

from answerable.kernel import clock
from answerable.promises import words
from answerable.promises.models import PromiseStep

register = template.Library()

register.filter("promise_state", words.state)
register.filter("promise_reason", words.reason)


@register.filter
def promise_step(row: PromiseStep) -> str:
    """A step of the log in words."""
    return words.step(row.step, row.to_post_id is not None)


@register.filter
def promise_due(due_on: date) -> str:
    """The distance to a due day."""
    return words.due(due_on, clock.today())


@register.filter
def is_past(due_on: date | None) -> bool:
    """True for a day that has come."""
    return due_on is not None and due_on <= clock.today()
