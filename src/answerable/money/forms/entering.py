"""Forms by stage: which fields each has, what may be chosen in them, and the one call that each makes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from babel.numbers import get_decimal_symbol, get_group_symbol
from django.utils.translation import get_language, gettext

from answerable.access.rules import Actor
from answerable.kernel import clock
from answerable.kernel.money import CURRENCIES, Amount, parse_amount, parse_rate, plain
from answerable.money import services, words
from answerable.money.models import Account, Book, BudgetLine, Commitment, Entry, Fund
from answerable.money.problems import AccountMissing, ChoiceUnknown, DigestRefused
from answerable.money.rules.drafts import Slip
from answerable.money.rules.stages import Role, Stage
from answerable.money.services import Outcome
from answerable.money.templatetags.books import account_words
from answerable.places.models import Area
from answerable.places.selectors import below, placed
from answerable.programme.models import Organisation
from answerable.projects.models import Project
from answerable.web import reading
from answerable.web.figures import day, locale_of, money
from answerable.web.said import name_text

from .shares import ShareRow, shares_of

#: A scanned contract; only its digest is kept.
LARGEST_DOCUMENT = 50 * 2**20
#: More choices than a list on a page can hold are asked for by key instead.
MOST_CHOICES = 500
_PAPERS = ("document_digest", "reference")
FIELDS: dict[str, tuple[str, ...]] = {
    "pledge": ("on", "fund", "amount", "payee", *_PAPERS),
    "receipt": ("on", "fund", "account", "amount", "payee", *_PAPERS),
    "send": ("on", "fund", "account", "to_book", "amount", *_PAPERS),
    "receive": ("on", "sent", "account", "amount", *_PAPERS),
    "contract": ("on", "line", "amount", "payee", "area", *_PAPERS),
    "release": ("on", "contract", "amount", "reference"),
    "payment": (
        "on",
        "line",
        "contract",
        "account",
        "amount",
        "payee",
        "payees_count",
        "payees_digest",
        "area",
        *_PAPERS,
        "again",
    ),
    "back": ("on", "payment", "account", "amount", "area", *_PAPERS),
    "return": ("on", "fund", "account", "to_book", "amount", *_PAPERS),
    "contribution": ("on", "project", "area", "amount", "payee", *_PAPERS),
    "conversion": (
        "on",
        "fund",
        "account",
        "amount",
        "to_account",
        "bought",
        "bought_currency",
        "rate",
        "rate_on",
        *_PAPERS,
    ),
    "charge": ("on", "fund", "account", "amount", *_PAPERS),
    "opening": ("on", "fund", "account", "amount", *_PAPERS),
}
_CHOSEN = frozenset(
    {"fund", "account", "to_account", "to_book", "sent", "line", "contract", "payment", "payee", "project"}
)
#: What may stay empty.
_OPTIONAL = {
    "pledge": {"payee"},
    "receipt": {"payee"},
    "contribution": {"payee"},
    "payment": {"payee", "contract"},
    "return": {"to_book"},
    "conversion": {"fund"},
    "charge": {"fund"},
    "opening": {"fund"},
}


@dataclass(frozen=True)
class FieldShown:
    """A field of the form as the page draws it."""

    name: str
    label: str
    hint: str
    typed: str
    #: select, day, amount, file, check or text.
    looks: str
    needed: bool
    wrong: bool
    choices: list[tuple[str, str]] = field(default_factory=list)


def signs() -> tuple[str, str]:
    """The decimal sign and the sign between thousands that readers of this language type."""
    locale = locale_of(get_language() or "en")
    return (
        get_decimal_symbol(locale, numbering_system="latn"),
        get_group_symbol(locale, numbering_system="latn"),
    )


def amount_in(text: str, currency: str, name: str = "amount") -> Amount:
    """An amount as typed in the page's language. Raises what kernel.money.parse_amount raises."""
    decimal, group = signs()
    return parse_amount(text, currency, decimal=decimal, group=group, field=name)


def amount_hint() -> str:
    """How an amount is typed in the page's language."""
    example = plain(Amount(123450, "USD")).replace(".", signs()[0])
    return words.said(words.HINTS, "amount").format(example=example)


def typed_or_start(sent: Mapping[str, str] | None, form: str) -> dict[str, str]:
    """What was typed, or what a new form begins with: today, and its own number."""
    if sent is None:
        return {"on": clock.today().isoformat(), "token": str(uuid4())}
    return reading.typed_in(sent, (*FIELDS[form], "currency", "token"))


def shown(form: str, book: Book, typed: Mapping[str, str], wrong: str) -> list[FieldShown]:
    """The fields of a form with their choices."""
    return [_shown(name, form, book, typed, wrong) for name in FIELDS[form]]


def _shown(name: str, form: str, book: Book, typed: Mapping[str, str], wrong: str) -> FieldShown:
    looks, choices = "text", []
    if name in _CHOSEN:
        looks, choices = "select", choices_for(name, form, book)
    elif name in {"on", "rate_on"}:
        looks = "day"
    elif name in {"amount", "bought"}:
        looks = "amount"
    elif name == "document_digest":
        looks = "file"
    elif name == "again":
        looks = "check"
    hint = words.said(words.HINTS, name) if name in words.HINTS else ""
    if name == "amount":
        hint = amount_hint()
    if name == "area" and form == "back":
        hint = words.said(words.HINTS, "area_back")
    if (name == "to_book" and form != "return") or (name == "contract" and form != "payment"):
        hint = ""
    needed = name not in {"payees_count", "payees_digest", "area", "document_digest", "reference", "again"}
    needed = needed and name not in _OPTIONAL.get(form, set())
    return FieldShown(
        name,
        words.said(words.FIELDS, name),
        hint,
        reading.shown(typed.get(name, "")),
        looks,
        needed,
        wrong == name,
        choices,
    )


def currency_options(book: Book) -> list[str]:
    """The currencies of this book's funds, lines and accounts first, then all."""
    own = {
        *Fund.objects.filter(book=book).values_list("currency", flat=True),
        *BudgetLine.objects.filter(book=book).values_list("currency", flat=True),
        *Account.objects.filter(book=book).exclude(currency="").values_list("currency", flat=True),
    }
    return [*sorted(own), *sorted(CURRENCIES - own)]


def choices_for(name: str, form: str, book: Book) -> list[tuple[str, str]]:
    """What may be chosen in a field: keys and words."""
    if name in {"account", "to_account"}:
        cash = Account.objects.filter(book=book, role=Role.CASH.value, closed_on=None).order_by("key")
        return [(row.key, account_words(row)) for row in cash]
    if name == "fund":
        funds = Fund.objects.filter(closed_on=None)
        if form in {"pledge", "receipt"}:
            funds = funds.filter(book=book)
        return [(row.key, name_text(row.names, row.key)) for row in funds.order_by("key")[:MOST_CHOICES]]
    if name == "to_book":
        books = Book.objects.exclude(pk=book.pk)
        if form == "send":
            books = books.filter(below(placed(book.area), "area__"))
        else:
            books = books.filter(area__path__in=_paths_above(book.area))
        return [
            (row.key, name_text(row.names, row.key))
            for row in books.exclude(area=book.area).order_by("area__path")[:MOST_CHOICES]
        ]
    if name == "sent":
        coming = Entry.objects.filter(to_book=book, counterpart=None, reverses=None, reversed_by=None)
        open_ones = coming.exclude(received_by__reversed_by=None, received_by__isnull=False)
        return [(str(row.pk), _entry_words(row)) for row in open_ones.select_related("book").order_by("on")]
    if name == "line":
        lines = BudgetLine.objects.filter(book=book).order_by("key")[:MOST_CHOICES]
        return [
            (
                row.key,
                _with_amount(
                    row.names, row.key, row.units - row.committed_units - row.paid_units, row.currency
                ),
            )
            for row in lines
        ]
    if name == "contract":
        rows = Commitment.objects.filter(entry__book=book, open_units__gt=0).select_related("entry", "line")
        return [
            (
                str(row.pk),
                f"{row.entry.number} · "
                + _with_amount(row.line.names, row.line.key, row.open_units, row.line.currency),
            )
            for row in rows.order_by("-pk")[:MOST_CHOICES]
        ]
    if name == "payment":
        paid = Entry.objects.filter(book=book, stage=Stage.PAYMENT.value, reverses=None, reversed_by=None)
        return [(str(row.pk), _entry_words(row)) for row in paid.order_by("-number")[:MOST_CHOICES]]
    if name == "project":
        projects = Project.objects.filter(below(placed(book.area), "area__")).order_by("key")[:MOST_CHOICES]
        return [(row.key, name_text(row.names, row.key)) for row in projects]
    bodies = Organisation.objects.order_by("key")[:MOST_CHOICES]
    return [(row.key, name_text(row.names, row.key)) for row in bodies]


def _with_amount(names: Mapping[str, str], key: str, units: int, currency: str) -> str:
    return f"{name_text(names, key)}: {money(units, currency)}"


def _entry_words(entry: Entry) -> str:
    return f"{name_text(entry.book.names, entry.book.key)} · {entry.number} · {day(entry.on)}"


def _paths_above(area: Area) -> list[str]:
    path = area.path or ""
    return [path[:end] for end in range(8, len(path), 8)]


@dataclass(frozen=True)
class Sent:
    """A form that came: its book, what was typed, and the file."""

    actor: Actor
    book: Book
    form: str
    typed: Mapping[str, str]
    document: Any = None
    rows: list[ShareRow] = field(default_factory=list)

    def one(self, name: str, rows: Any, key: str = "key") -> Any:
        """The row that was chosen, or None. Raises ChoiceUnknown."""
        text = self.typed.get(name, "").strip()
        if not text:
            return None
        if key == "pk":
            number = reading.number_in(text)
            found = (
                rows.filter(pk=number).first() if number is not None and number < reading.LARGEST else None
            )
        else:
            found = rows.filter(**{key: text[:80]}).first()
        if found is None:
            raise ChoiceUnknown(
                field=name, given=reading.shown(text)[:40], allowed=words.said(words.FIELDS, name)
            )
        return found

    def fund(self) -> Fund | None:
        """The fund."""
        fund: Fund | None = self.one("fund", Fund.objects.select_related("book__area__level"))
        return fund

    def needed(self, name: str, found: Any) -> Any:
        """What was found, which has to be there. Raises ChoiceUnknown."""
        if found is None:
            raise ChoiceUnknown(field=name, given="-", allowed=words.said(words.FIELDS, name))
        return found

    def account(self, name: str = "account") -> Account:
        """An account of this book on which money lies. Raises AccountMissing, ChoiceUnknown."""
        rows = Account.objects.filter(book=self.book, role=Role.CASH.value).select_related(
            "book__area__level"
        )
        found: Account | None = self.one(name, rows)
        if found is None:
            raise AccountMissing(field=name, book=self.book.key, role=Role.CASH.value)
        return found

    def line(self) -> BudgetLine:
        """A line of this book."""
        rows = BudgetLine.objects.filter(book=self.book).select_related(
            "book__area__level", "fund", "project__area", "project__subject"
        )
        line: BudgetLine = self.needed("line", self.one("line", rows))
        return line

    def contract(self) -> Commitment | None:
        """A contract of this book."""
        rows = Commitment.objects.filter(entry__book=self.book).select_related(
            "entry__book__area__level", "line"
        )
        found: Commitment | None = self.one("contract", rows, "pk")
        return found

    def entry(self, name: str, rows: Any) -> Entry:
        """An entry."""
        found: Entry = self.needed(
            name, self.one(name, rows.select_related("book__area__level", "to_book"), "pk")
        )
        return found

    def payee(self) -> Organisation | None:
        """An organisation."""
        found: Organisation | None = self.one("payee", Organisation.objects.all())
        return found

    def area(self) -> Area | None:
        """A village by its number or by a code; None for none. Raises ChoiceUnknown."""
        text = self.typed.get("area", "").strip()
        return self.area_called(text) if text else None

    def area_called(self, text: str) -> Area:
        """An area of this book by its number or by a code. Raises ChoiceUnknown."""
        text = text.strip()
        number = reading.number_in(text)
        rows = Area.objects.filter(below(placed(self.book.area)))
        found = rows.filter(codes__code=text[:80]).first()
        if found is None and number is not None and number < reading.LARGEST:
            found = rows.filter(pk=number).first()
        area: Area = self.needed("area", found)
        return area

    def shares(self) -> list[tuple[Area, Amount]]:
        """What of the amount is for which village. Raises RowsRefused."""
        return shares_of(
            self.rows,
            self.area_called,
            lambda text: amount_in(text, self.typed.get("currency", ""), "amount"),
        )

    def amount(self, name: str = "amount", currency: str = "currency") -> Amount:
        """An amount as this page's language writes it."""
        return amount_in(self.typed.get(name, ""), self.typed.get(currency, ""), name)

    def count(self) -> int | None:
        """How many people were paid, or None."""
        return reading.number_in(self.typed.get("payees_count")) if self.typed.get("payees_count") else None

    def slip(self) -> Slip:
        """Day, form, document and reference. Raises DayUnreadable, DigestRefused."""
        try:
            token = UUID(self.typed.get("token", ""))
        except ValueError:
            token = uuid4()
        return Slip(
            on=reading.day_in(self.typed.get("on", ""), "on"),
            token=token,
            document_digest=self._digest(),
            reference=self.typed.get("reference", ""),
            again=reading.ticked([self.typed.get("again", "")]),
        )

    def _digest(self) -> str:
        if self.document is None:
            return self.typed.get("document_digest", "").strip()
        if not self.document.size or self.document.size > LARGEST_DOCUMENT:
            raise DigestRefused(field="document_digest")
        sha = hashlib.sha256()
        for part in self.document.chunks():
            sha.update(part)
        return sha.hexdigest()


def _conversion(sent: Sent) -> Outcome:
    return services.convert(
        actor=sent.actor,
        fund=sent.fund(),
        from_account=sent.account(),
        to_account=sent.account("to_account"),
        sold=sent.amount(),
        bought=sent.amount("bought", "bought_currency"),
        rate=parse_rate(sent.typed.get("rate", "").replace(signs()[0], ".")),
        rate_on=reading.day_in(sent.typed.get("rate_on", ""), "rate_on"),
        slip=sent.slip(),
    )


def _payment(sent: Sent) -> Outcome:
    return services.pay(
        actor=sent.actor,
        line=sent.line(),
        account=sent.account(),
        amount=sent.amount(),
        slip=sent.slip(),
        payee=sent.payee(),
        payees_count=sent.count(),
        payees_digest=sent.typed.get("payees_digest", ""),
        area=sent.area(),
        contract=sent.contract(),
        shares=sent.shares(),
    )


def _with_fund(service: Callable[..., Outcome], *, needed: bool = True) -> Callable[[Sent], Outcome]:
    def call(sent: Sent) -> Outcome:
        fund = sent.needed("fund", sent.fund()) if needed else sent.fund()
        return service(
            actor=sent.actor, fund=fund, account=sent.account(), amount=sent.amount(), slip=sent.slip()
        )

    return call


def _books() -> Any:
    return Book.objects.select_related("area__level")


CALLS: dict[str, Callable[[Sent], Outcome]] = {
    "pledge": lambda sent: services.record_pledge(
        actor=sent.actor,
        fund=sent.needed("fund", sent.fund()),
        amount=sent.amount(),
        slip=sent.slip(),
        payee=sent.payee(),
    ),
    "receipt": lambda sent: services.record_receipt(
        actor=sent.actor,
        fund=sent.needed("fund", sent.fund()),
        account=sent.account(),
        amount=sent.amount(),
        slip=sent.slip(),
        payee=sent.payee(),
    ),
    "send": lambda sent: services.send_allocation(
        actor=sent.actor,
        fund=sent.needed("fund", sent.fund()),
        account=sent.account(),
        to_book=sent.needed("to_book", sent.one("to_book", _books())),
        amount=sent.amount(),
        slip=sent.slip(),
    ),
    "receive": lambda sent: services.receive(
        actor=sent.actor,
        sent=sent.entry("sent", Entry.objects.filter(to_book=sent.book)),
        account=sent.account(),
        amount=sent.amount(),
        slip=sent.slip(),
    ),
    "contract": lambda sent: services.commit_contract(
        actor=sent.actor,
        line=sent.line(),
        amount=sent.amount(),
        payee=sent.needed("payee", sent.payee()),
        slip=sent.slip(),
        area=sent.area(),
    ),
    "release": lambda sent: services.release_commitment(
        actor=sent.actor,
        contract=sent.needed("contract", sent.contract()),
        amount=sent.amount(),
        slip=sent.slip(),
    ),
    "payment": _payment,
    "back": lambda sent: services.take_back(
        actor=sent.actor,
        payment=sent.entry("payment", Entry.objects.filter(book=sent.book)),
        account=sent.account(),
        amount=sent.amount(),
        slip=sent.slip(),
        area=sent.area(),
    ),
    "return": lambda sent: services.send_return(
        actor=sent.actor,
        fund=sent.needed("fund", sent.fund()),
        account=sent.account(),
        to_book=sent.one("to_book", _books()),
        amount=sent.amount(),
        slip=sent.slip(),
    ),
    "contribution": lambda sent: services.record_contribution(
        actor=sent.actor,
        book=sent.book,
        project=sent.needed(
            "project", sent.one("project", Project.objects.filter(below(placed(sent.book.area), "area__")))
        ),
        amount=sent.amount(),
        slip=sent.slip(),
        area=sent.area(),
        giver=sent.payee(),
    ),
    "conversion": _conversion,
    "charge": _with_fund(services.record_charge, needed=False),
    "opening": _with_fund(services.record_opening, needed=False),
}


def title(form: str) -> str:
    """The words of a form."""
    return gettext(words.FORMS[form])
