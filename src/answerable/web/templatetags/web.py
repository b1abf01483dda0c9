"""Template tags of the page shell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import template
from django.template import base as template_base
from django.utils.safestring import SafeString

from answerable.kernel.money import Amount
from answerable.merkle.checkpoints import fingerprint
from answerable.merkle.notes import Note
from answerable.register.selectors import board_checkpoint, latest_checkpoint
from answerable.web import figures, icons, said

register = template.Library()


@register.simple_tag(takes_context=True)
def icon(context: template.Context, name: str, css: str = "i") -> SafeString:
    """One icon of the page, whose sprite will have its symbol."""
    known = icons.known(name)
    used = context.get("icons_used")
    if used is not None:
        used.add(known)
    return icons.drawn(known, css)


@register.simple_tag(takes_context=True)
def sprite(context: template.Context) -> SafeString:
    """The symbols of the icons that this page used; stands last in the page."""
    hole = context.get("sprite")  # of a mould, which can't know yet what the values in it will use
    return hole if hole is not None else icons.sprite(context.get("icons_used") or frozenset())


@register.inclusion_tag("web/_register_strip.html", takes_context=True)
def register_strip(context: template.Context) -> dict[str, Any]:
    """The week's checkpoint of the register, for any sheet that hangs on a notice board: the same in every village."""
    checkpoint = board_checkpoint() or latest_checkpoint()
    if checkpoint is None:
        return {"letters": []}
    letters = fingerprint(Note.parse(checkpoint.note).text).split(" ")
    return {
        "letters": letters,
        "on": checkpoint.on,
        "size": checkpoint.size,
        "lang": context.get("lang", "en"),
    }


@register.filter
def number(value: int | float) -> str:
    """A number as the language writes it."""
    return figures.number(value)


@register.filter
def money(value: int | Amount, currency: str = "") -> SafeString:
    """An amount with its currency's code: `{{ units|money:currency }}`, `{{ amount|money }}`."""
    amount = value if isinstance(value, Amount) else Amount(value, currency)
    return SafeString(f"<bdi>{figures.money(amount.units, amount.currency)}</bdi>")


@register.filter
def units(value: int, currency: str) -> SafeString:
    """An amount without its currency, where the column says it."""
    return SafeString(f"<bdi>{figures.units(value, currency)}</bdi>")


@register.filter
def day(value: date | None) -> str:
    """A day in long form."""
    return figures.day(value)


@register.filter
def month(value: date) -> str:
    """A month and its year."""
    return figures.month(value)


@register.filter
def name(value: Mapping[str, str] | Any) -> SafeString:
    """A name in the page's language with a mark when it is in another; takes the dict or a row with `names`."""
    if isinstance(value, Mapping):
        return said.name_html(value)
    return said.name_html(value.names, getattr(value, "name", "") or getattr(value, "key", ""))


@register.filter
def name_text(value: Mapping[str, str] | Any) -> str:
    """The same without marks, for titles and options."""
    if isinstance(value, Mapping):
        return said.name_text(value)
    return said.name_text(value.names, getattr(value, "name", "") or getattr(value, "key", ""))


@register.simple_tag
def words(text: str, language: str) -> SafeString:
    """A text in its own language and direction."""
    return said.words_html(text, language)


@register.simple_tag
def named(names: Mapping[str, str], plain: str = "") -> SafeString:
    """A name from its dict, or the plain one where the dict is empty."""
    return said.name_html(names, plain)


class StillNode(template_base.Node):
    """What is the same on every page in a language: rendered once, with the icons that it uses."""

    def __init__(self, inside: template_base.NodeList) -> None:
        self.inside = inside
        self.kept: dict[str, tuple[SafeString, frozenset[str]]] = {}

    def render(self, context: template.Context) -> SafeString:
        """The kept text of the page's language."""
        language = context["lang"]
        kept = self.kept.get(language)
        if kept is None:
            used: set[str] = set()
            with context.push(icons_used=used):
                kept = (self.inside.render(context), frozenset(used))
            self.kept[language] = kept
        if kept[1]:
            context["icons_used"].update(kept[1])
        return kept[0]


@register.tag
def still(parser: template_base.Parser, token: template_base.Token) -> StillNode:
    """`{% still %}...{% endstill %}`: nothing inside may depend on anything but the language."""
    inside = parser.parse(("endstill",))
    parser.delete_first_token()
    return StillNode(inside)
