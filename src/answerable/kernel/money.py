"""Money: whole minor units in one currency. No floats, and no amount that could be read two ways.

Exponents are those of ISO 4217 (list one, as published by its maintenance agency, SIX): digits after the decimal
sign that the currency itself has. CLDR's are fewer where coins fell out of use (IQD, UGX); books follow ISO.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation, localcontext

from .problem import Problem, gettext_noop

#: The largest amount in minor units: an event's body holds it exactly (below 2**53), and a thousand of them fit 64 bits.
LARGEST_UNITS = 9_000_000_000_000_000

#: ISO 4217 list one: codes in use. Funds' codes and metals (no minor unit) stand apart and are not for books.
_IN_USE = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLF CLP
CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR
ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT
MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD
SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UYW UZS VED
VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
"""
#: ISO 4217 list three: withdrawn since 2000; older files of transactions still carry them.
_WITHDRAWN = """
ANG AZM BYR CUC EEK GHC HRK LTL LVL MRO MZM ROL SDD SKK SLL SRG STD TMM TRL VEB VEF ZMK ZWD ZWL ZWN ZWR
ATS BEF DEM ESP FIM FRF GRD IEP ITL LUF NLG PTE SIT MTL CYP XDR
"""
CURRENCIES = frozenset((_IN_USE + _WITHDRAWN).split())
#: Exponents other than 2 in list one (and what list three had before).
_EXPONENTS = {
    code: digits
    for digits, codes in (
        (
            0,
            "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF BYR ESP ITL LUF BEF GRD PTE TRL",
        ),
        (3, "BHD IQD JOD KWD LYD OMR TND"),
        (4, "CLF UYW"),
    )
    for code in codes.split()
}


class CurrencyUnknown(Problem, ValueError):
    """No code of ISO 4217."""

    code = "currency-unknown"
    sentence = gettext_noop("“{currency}” is no currency code. Write three letters of ISO 4217, such as USD.")


class AmountUnreadable(Problem, ValueError):
    """No amount, or its signs stand where this language has none."""

    code = "amount-unreadable"
    sentence = gettext_noop("“{text}” can't be read as an amount in {currency}. Write it as {example}.")


class AmountAmbiguous(Problem, ValueError):
    """Another language would read another amount."""

    code = "amount-ambiguous"
    sentence = gettext_noop(
        "“{text}” could be {one} or {other}. Write it without a sign between thousands: {one_plain} or {other_plain}."
    )


class AmountTooFine(Problem, ValueError):
    """More digits after the decimal sign than the currency has."""

    code = "amount-too-fine"
    sentence = gettext_noop(
        "“{text}” has more digits after the decimal sign than {currency} has ({digits}). Write it as {example}."
    )


class AmountTooLarge(Problem, ValueError):
    """Beyond what the books keep."""

    code = "amount-too-large"
    sentence = gettext_noop("“{text}” is too large an amount. The books keep at most {limit} {currency}.")


class CurrenciesDiffer(Problem, ValueError):
    """Two amounts in two currencies don't add up."""

    code = "currencies-differ"
    sentence = gettext_noop("{one} and {other} are two currencies: record a conversion with its rate first.")


class RateUnreadable(Problem, ValueError):
    """No rate of exchange."""

    code = "rate-unreadable"
    sentence = gettext_noop(
        "“{text}” is no rate of exchange. Write digits and a decimal point, such as 1.0842."
    )


def known_currency(code: str, *, field: str = "currency") -> str:
    """The code in capitals. Raises CurrencyUnknown."""
    code = code.strip().upper()
    if code not in CURRENCIES:
        raise CurrencyUnknown(field=field, currency=code[:20])
    return code


def exponent(currency: str) -> int:
    """How many digits the currency has after the decimal sign. Raises CurrencyUnknown."""
    return _EXPONENTS.get(known_currency(currency), 2)


@dataclass(frozen=True, slots=True)
class Amount:
    """Whole minor units of one currency: Amount(123450, "USD") is 1234.50 dollars."""

    units: int
    currency: str

    def __add__(self, other: Amount) -> Amount:
        self._same(other)
        return Amount(self.units + other.units, self.currency)

    def __sub__(self, other: Amount) -> Amount:
        self._same(other)
        return Amount(self.units - other.units, self.currency)

    def __neg__(self) -> Amount:
        return Amount(-self.units, self.currency)

    def __bool__(self) -> bool:
        return self.units != 0

    def __str__(self) -> str:
        return f"{plain(self)} {self.currency}"

    def _same(self, other: Amount) -> None:
        if self.currency != other.currency:
            raise CurrenciesDiffer(one=self.currency, other=other.currency)


def plain(amount: Amount) -> str:
    """The amount as programs and people of any language read it: "1234.50", with no sign between thousands."""
    digits = exponent(amount.currency)
    sign = "-" if amount.units < 0 else ""
    text = str(abs(amount.units)).rjust(digits + 1, "0")
    return f"{sign}{text[:-digits]}.{text[-digits:]}" if digits else f"{sign}{text}"


def decimal_of(amount: Amount) -> Decimal:
    """The amount as an exact decimal number, for writers of other formats and for Babel."""
    return Decimal(amount.units).scaleb(-exponent(amount.currency))


#: Signs that only ever stand between thousands.
_SPACES = str.maketrans(dict.fromkeys("\u00a0\u2007\u2009\u202f", " ") | {"’": "'", "−": "-", "٬": "'"})
_GROUPS = re.compile(r"\d{1,3}(?:(?P<sign>[.,' ])\d{3})(?:(?P=sign)\d{3})*|\d{1,2}(?:,\d{2})+,\d{3}")


def parse_amount(
    text: str,
    currency: str,
    *,
    decimal: str = ".",
    group: str = ",",
    sure: bool = False,
    field: str = "amount",
) -> Amount:
    """The amount that `text` says with these signs; digits of any script.

    An amount with a sign between thousands that reads otherwise where point and comma change places is refused
    ("1,234" in a currency of three decimals), unless `sure`: a file whose mapping names its signs.
    Groups of thousands must be whole (1,234,567 or 12,34,567).

    Raises CurrencyUnknown, AmountUnreadable, AmountAmbiguous, AmountTooFine, AmountTooLarge.
    """
    currency = known_currency(currency)
    digits = exponent(currency)
    shown = " ".join(text.split())[:40]
    example = plain(Amount(123450 if digits else 1234, currency)) if digits != 3 else "1234.500"
    example = example.replace(".", decimal)
    unreadable = AmountUnreadable(field=field, text=shown, currency=currency, example=example)
    bare = _latin(text.strip().translate(_SPACES).replace("٫", decimal), unreadable)
    sign, bare = (-1, bare[1:]) if bare.startswith("-") else (1, bare.removeprefix("+"))
    read = _number(bare, decimal, group)
    if read is None:
        raise unreadable
    whole, fraction = read
    if len(fraction.rstrip("0")) > digits:
        raise AmountTooFine(field=field, text=shown, currency=currency, digits=digits, example=example)
    amount = Amount(sign * int(whole + fraction.ljust(digits, "0")[:digits]), currency)
    if abs(amount.units) > LARGEST_UNITS:
        limit = plain(Amount(LARGEST_UNITS, currency))
        raise AmountTooLarge(field=field, text=shown, currency=currency, limit=limit)
    if not sure and {decimal, group} == {".", ","} and group in bare:
        other = _number(bare, group, decimal)
        if other is not None and len(other[1].rstrip("0")) <= digits:
            swapped = Amount(sign * int(other[0] + other[1].ljust(digits, "0")[:digits]), currency)
            if swapped != amount:
                raise AmountAmbiguous(
                    field=field,
                    text=shown,
                    one=str(amount),
                    other=str(swapped),
                    one_plain=plain(amount).replace(".", decimal),
                    other_plain=plain(swapped).replace(".", decimal),
                )
    return amount


def _latin(text: str, unreadable: AmountUnreadable) -> str:
    """Digits of any script as 0 to 9; any other letter is refused."""
    if len(text) > 40:
        raise unreadable
    found = []
    for char in text:
        value = unicodedata.decimal(char, None)
        if value is None and char not in "-+., '":
            raise unreadable
        found.append(char if value is None else str(value))
    return "".join(found)


def _number(text: str, decimal: str, group: str) -> tuple[str, str] | None:
    """Digits before and after the decimal sign, or None when the signs don't stand as they should."""
    whole, mark, fraction = text.partition(decimal)
    if (mark and not fraction.isdigit()) or not whole:
        return None
    if whole.isdigit():
        return whole, fraction
    if not _GROUPS.fullmatch(whole):
        return None
    used = {char for char in whole if not char.isdigit()}
    allowed = {group, " ", "'"} - {decimal, ""} if group else set()
    return ("".join(filter(str.isdigit, whole)), fraction) if used <= allowed else None


def parse_rate(text: str, *, field: str = "rate") -> Decimal:
    """A rate of exchange: digits with a decimal point, above zero, at most 12 places each side. Raises RateUnreadable."""
    try:
        if not re.fullmatch(r"\d{1,12}(\.\d{1,12})?", text.strip(), re.ASCII):
            raise InvalidOperation
        rate = Decimal(text.strip())
    except InvalidOperation:
        rate = Decimal(0)
    if rate <= 0:
        raise RateUnreadable(field=field, text=text.strip()[:40])
    return rate


def converted(amount: Amount, currency: str, rate: Decimal) -> Amount:
    """The amount in another currency at `rate` (units of it for one of the first), halves to the even unit."""
    with localcontext() as context:
        context.prec = 60
        value = (decimal_of(amount) * rate).scaleb(exponent(currency))
        return Amount(int(value.to_integral_value(ROUND_HALF_EVEN)), currency)
