"""Filters of the desk's pages: states, steps and due dates in words."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from answerable.listening import desk_words
from answerable.web.figures import day, language_name, number
from answerable.web.said import name_text

register = template.Library()

register.filter("state_words", desk_words.state)
register.filter("step_words", desk_words.step)
register.filter("entry_words", desk_words.entry)
register.filter("reason_words", desk_words.reason)


@register.filter
def words_of(key: str, table: str) -> str:
    """A value of one of desk_words' tables: `{{ case.kind|words_of:"KINDS" }}`."""
    return desk_words.one_of(getattr(desk_words, table), key)


@register.filter
def language_words(tag: str) -> str:
    """A language's name in the page's language."""
    from django.utils.translation import get_language

    return language_name(tag, get_language() or "en")


@register.filter
def post_words(post: Any) -> str:
    """A post's name as plain text; nothing for none."""
    return name_text(post.names, post.key) if post is not None else ""


@register.filter
def due_words(days: int) -> str:
    """The distance to a due day: `late by 3 days`, `due today`, `due in 2 days`."""
    if days < 0:
        return ngettext("late by %(n)s day", "late by %(n)s days", -days) % {"n": number(-days)}
    if days == 0:
        return gettext("due today")
    return ngettext("due in %(n)s day", "due in %(n)s days", days) % {"n": number(days)}


@register.filter
def due_class(days: int) -> str:
    """The colour of a due day; the words say it as well."""
    return "late" if days < 0 else "today" if days == 0 else ""


@register.filter
def age_words(days: int) -> str:
    """An age in days."""
    if days == 0:
        return gettext("today")
    return ngettext("%(n)s day ago", "%(n)s days ago", days) % {"n": number(days)}


@register.filter
def clock_words(clock: Any) -> str:
    """What a clock says."""
    due, n = day(clock.due_on), number(clock.days)
    if clock.status == "kept":
        return gettext("done on %(day)s, in time") % {"day": day(clock.done_on)}
    if clock.status == "missed":
        return ngettext("done on %(day)s, %(n)s day late", "done on %(day)s, %(n)s days late", clock.days) % {
            "day": day(clock.done_on),
            "n": n,
        }
    if clock.status == "paused":
        return gettext("paused while the resident is asked; was due %(day)s") % {"day": due}
    if clock.status == "late":
        return ngettext(
            "late by %(n)s day: was due %(day)s", "late by %(n)s days: was due %(day)s", clock.days
        ) % {
            "n": n,
            "day": due,
        }
    if clock.status == "over":
        return gettext("nothing owed now")
    if clock.days == 0:
        return gettext("due today")
    return ngettext("runs: due %(day)s, in %(n)s day", "runs: due %(day)s, in %(n)s days", clock.days) % {
        "day": due,
        "n": n,
    }


@register.simple_tag
def case_name(case: Any) -> SafeString:
    """`Case 17` with its number kept together."""
    return format_html("{} <bdi>{}</bdi>", gettext("Case"), case.pk)


@register.simple_tag
def case_title(case: Any) -> str:
    """The same as plain text, for a title."""
    return f"{gettext('Case')} {case.pk}"
