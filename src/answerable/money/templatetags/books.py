"""Filters of the books' pages: codes in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi, gettext

from answerable.money import words
from answerable.money.services.setting_up import ACCOUNT_NAMES
from answerable.web import said

if TYPE_CHECKING:
    from answerable.money.models import Account

register = template.Library()


@register.filter
def books_word(key: str, table: str) -> str:
    """A code in words: `{{ entry.stage|books_word:"STAGES" }}`."""
    return words.said(getattr(words, table), key)


@register.filter
def minus(units: int) -> int:
    """The other sign: a credit shown in its own column."""
    return -units


def account_words(account: Account) -> str:
    """The name of an account; one that every book has is said in the page's language."""
    made = ACCOUNT_NAMES.get(account.role, "")
    return (
        gettext(made)
        if made and account.names == {"en": made}
        else said.name_text(account.names, account.key)
    )


@register.filter
def account_text(account: Account) -> str:
    """The same for options."""
    return account_words(account)


@register.filter
def account_name(account: Account) -> SafeString:
    """An account by its name, in its own direction."""
    if account.names == {"en": ACCOUNT_NAMES.get(account.role)}:
        return format_html("<bdi>{}</bdi>", account_words(account))
    return said.name_html(account.names, account.key)


@register.simple_tag
def onward() -> str:
    """An arrow in the direction in which the page is read."""
    return "\N{LEFTWARDS ARROW}" if get_language_bidi() else "\N{RIGHTWARDS ARROW}"
