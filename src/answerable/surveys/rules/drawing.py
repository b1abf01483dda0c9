"""Which places are drawn: a seed that nobody could choose, and a systematic draw in proportion to size.

The office commits to 32 random bytes and to the list of places, by their digests, in the act that designs the survey.
Later, before others, somebody throws dice. The seed is the digest of all three: who knew the bytes didn't know the
dice, and who threw the dice didn't know the bytes. Everybody can repeat the draw (docs/guides/surveys.md).

Places at least as large as the step are taken for certain, one after the other, and the rest is drawn systematically
with a random start (W. G. Cochran, 1977, section 9A.10; L. Kish, 1965, section 7.4): no place is drawn twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from answerable.merkle.draws import digest_of as digest_of
from answerable.merkle.draws import lot
from answerable.surveys.problems import DiceTooFew, DrawNotAsCommitted

FEWEST_DICE, MOST_DICE = 6, 60
Sizes = Mapping[int, int]


def commitment_of(secret: bytes) -> str:
    """What the office says of its 32 random bytes before the draw."""
    return hashlib.sha256(b"answerable/survey-secret/v1\n" + secret).hexdigest()


def frame_text(strata: Sequence[tuple[int, int, Sizes]]) -> str:
    """The list that is drawn from, as the text whose digest is committed to: stratum, places wanted, place, its size.

    Strata and places are the numbers of their areas, as in the addresses of their pages.
    """
    return "".join(
        f"{stratum},{wanted},{place},{size}\n"
        for stratum, wanted, sizes in sorted(strata, key=lambda one: one[0])
        for place, size in sorted(sizes.items())
    )


def dice_in(typed: str) -> str:
    """The digits 1 to 6 that were thrown, in their order. Raises DiceTooFew."""
    digits = "".join(typed.split())
    if not (FEWEST_DICE <= len(digits) <= MOST_DICE) or set(digits) - set("123456"):
        raise DiceTooFew(field="dice", fewest=FEWEST_DICE, most=MOST_DICE)
    return digits


def seed_of(frame: str, secret: bytes, dice: str, *, commitment: str) -> bytes:
    """The seed of the draw. Raises DrawNotAsCommitted when the bytes are not those that were committed to."""
    if commitment_of(secret) != commitment:
        raise DrawNotAsCommitted(field="seed")
    return hashlib.sha256(f"answerable/survey-draw/v1\n{frame}\n{secret.hex()}\n{dice}\n".encode()).digest()


def share_from(seed: bytes, *names: object) -> Fraction:
    """A number from 0 up to 1 that follows from the seed and the names: 64 bits."""
    said = ":".join(str(name) for name in names).encode()
    return Fraction(int.from_bytes(lot(seed, said)[:8], "big"), 2**64)


def one_of(seed: bytes, count: int, *names: object) -> int:
    """A whole number from 1 to `count` that follows from the seed and the names."""
    return int(share_from(seed, *names) * count) + 1


@dataclass(frozen=True)
class Drawn:
    """The places of one stratum that were drawn: those that were certain to be, and those that chance took."""

    certain: tuple[int, ...]
    by_chance: tuple[int, ...]


def draw(seed: bytes, stratum: int, wanted: int, sizes: Sizes) -> Drawn:
    """Draw places of one stratum in proportion to size, as `sizes` by place says. The same seed draws the same.

    Where chance would draw one place alone of several, it draws two: from one place no spread can be seen. So a few more
    than wanted may be drawn, where one large place after the other is certain.
    """
    certain: list[int] = []
    rest = dict(sorted(sizes.items()))
    while rest and (left := wanted - len(certain)) > 0:
        step = Fraction(sum(rest.values()), left)
        large = [place for place, size in rest.items() if size >= step]
        if not large:
            break
        certain += large
        for place in large:
            del rest[place]
    left = wanted - len(certain)
    if left == 1:
        left = 2
    if left <= 0 or not rest:
        return Drawn(tuple(sorted(certain)), ())
    if left >= len(rest):
        return Drawn(tuple(sorted([*certain, *rest])), ())
    step = Fraction(sum(rest.values()), left)
    if any(
        size >= step for size in rest.values()
    ):  # two are drawn where one was wanted: one of them is certain now
        return draw(seed, stratum, wanted + 1, sizes)
    at, end, chosen = share_from(seed, "start", stratum) * step, Fraction(0), []
    for place, size in rest.items():
        end += size
        if at < end:
            chosen.append(place)
            at += step
    return Drawn(tuple(sorted(certain)), tuple(chosen))
