"""Fields of a form as the pages draw them, and what was sent into them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext

from answerable.evidence.forms import Kept
from answerable.kernel import clock
from answerable.kernel.labels import ChoiceUnknown
from answerable.kernel.money import Amount, parse_amount
from answerable.kernel.problem import gettext_noop
from answerable.places.models import Area
from answerable.projects.problems import CurrencyMissing, DayMissing, NumberUnreadable
from answerable.web import reading

MOST_NUMBER = 1_000_000_000


@dataclass(frozen=True)
class Field:
    """One question of a form; `kind` says how it is drawn.

    line, area; texts and lines (one box a language); day, number, choice, radio, tick, ticks, key;
    pictures (the evidence room's part of a form, with its own inputs).
    """

    name: str
    kind: str
    words: str = ""
    hint: str = ""
    needed: bool = True
    most: int = 200


@dataclass
class Drawn:
    """A field on its page: its words, what can be chosen, what was typed, whether it is wrong."""

    asks: Field
    choices: Sequence[tuple[str, str]] = ()
    typed: Mapping[str, str] = field(default_factory=dict)
    ticked: Sequence[str] = ()
    wrong: bool = False

    @property
    def name(self) -> str:
        """Its name in the form."""
        return self.asks.name

    @property
    def kind(self) -> str:
        """How it is drawn."""
        return self.asks.kind

    @property
    def said(self) -> str:
        """Its words."""
        return gettext(self.asks.words) if self.asks.words else ""

    @property
    def hint(self) -> str:
        """What helps to fill it in."""
        return gettext(self.asks.hint) if self.asks.hint else ""

    @property
    def value(self) -> str:
        """What was typed."""
        return self.typed.get(self.asks.name, "")

    @property
    def languages(self) -> list[tuple[str, str, str]]:
        """For a text in several languages: the input's name, the language, what was typed."""
        return [
            (f"{self.asks.name}_{tag}", tag, self.typed.get(f"{self.asks.name}_{tag}", ""))
            for tag in page_languages()
        ]


def page_languages() -> list[str]:
    """The languages that a form offers a box for: the product's own."""
    return [code for code, _ in settings.LANGUAGES]


def names_of(fields: Sequence[Field]) -> list[str]:
    """The inputs of a form."""
    found = []
    for one in fields:
        if one.kind in {"texts", "lines"}:
            found += [f"{one.name}_{tag}" for tag in page_languages()]
        else:
            found.append("taken_on" if one.kind == "pictures" else one.name)
    return found


class Sent:
    """What was sent: each value is read once, or refused with its field."""

    def __init__(
        self,
        typed: Mapping[str, str],
        ticked: Mapping[str, Sequence[str]] | None = None,
        keep: Callable[[Area], Kept] | None = None,
    ) -> None:
        self.typed = typed
        self.boxes = ticked or {}
        #: Keeps the pictures that came with the form; None when none came.
        self.keep = keep

    def text(self, name: str) -> str:
        """A line or a text."""
        return self.typed.get(name, "")

    def texts(self, name: str) -> dict[str, str]:
        """A text by language; tags are kept as the product writes them."""
        return {tag: self.typed.get(f"{name}_{tag}", "") for tag in page_languages()}

    def day(self, name: str) -> date:
        """A day. Raises DayMissing, DayUnreadable."""
        if not self.text(name).strip():
            raise DayMissing(field=name, given="", example=clock.today().isoformat())
        return reading.day_in(self.text(name), name)

    def day_or_none(self, name: str) -> date | None:
        """A day, or nothing."""
        return self.day(name) if self.text(name).strip() else None

    def number(self, name: str, *, least: int = 0, empty: int | None = None) -> int:
        """A whole number. Raises NumberUnreadable."""
        if empty is not None and not self.text(name).strip():
            return empty
        found = reading.number_in(self.text(name))
        if found is None or not least <= found <= MOST_NUMBER:
            raise NumberUnreadable(field=name, least=least, most=MOST_NUMBER)
        return found

    def choice(self, name: str, allowed: Sequence[str], *, needed: bool = True) -> str:
        """One of a list; nothing where that may be. Raises ChoiceUnknown."""
        value = self.text(name)
        if not value and not needed:
            return ""
        return reading.choice_in(value, allowed, name)

    def tick(self, name: str) -> bool:
        """Whether the box was ticked."""
        return bool(self.text(name).strip())

    def ticks(self, name: str) -> list[str]:
        """All boxes of a name that were ticked."""
        return list(self.boxes.get(name, ()))

    def amount(self, name: str, currency: str) -> Amount:
        """An amount in the currency that another field says. Raises CurrencyMissing and what parse_amount does."""
        if not self.text(currency).strip():
            raise CurrencyMissing(field=currency)
        return parse_amount(self.text(name), self.text(currency), field=name)

    def key(self) -> UUID | None:
        """The form's own key."""
        try:
            return UUID(self.text("key"))
        except ValueError:
            return None

    def row(self, name: str, allowed: Sequence[tuple[str, str]], *, needed: bool = True) -> int | None:
        """The id of a row that was offered. Raises ChoiceUnknown."""
        value = self.text(name)
        if not value and not needed:
            return None
        if value not in {key for key, _ in allowed}:
            offered = ", ".join(said for _, said in allowed[:8]) or "-"
            raise ChoiceUnknown(field=name, given=reading.shown(value)[:20] or "-", allowed=offered)
        return int(value)


TEXTS = Field(
    "texts",
    "texts",
    gettext_noop("Your words to everybody"),
    gettext_noop("In one language at least. Everybody reads it: no person may be recognised."),
    most=2_000,
)
KEY = Field("key", "key", needed=False)
