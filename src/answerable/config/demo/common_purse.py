"""What villages own together: a small book each, posted month by month, and one month that nobody posted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from answerable.kernel import clock
from answerable.money.models import Book
from answerable.money.services.villages import open_village_book, post_month, record_village_entry

from .courses import Course, Wait
from .people import slug
from .treasury import CURRENCY, digest, dollars
from .words import works

if TYPE_CHECKING:
    from .story import Story


@dataclass(frozen=True)
class Purse:
    """A village's book: how many months it has, and whether the last of them stays unposted."""

    village: int
    months: int
    posts_all: bool


PURSES = (Purse(0, 4, True), Purse(1, 3, False), Purse(30, 6, True), Purse(121, 5, True))
FEW = 2
#: Day of the month, account, and its share of what was sold in the month, in percent: less goes out than comes in.
MONTHLY = ((6, "sales", 100), (12, "rent", 9), (16, "inputs", 25), (22, "wages", 31), (25, "common-good", 8))
#: Of what is then left, in whole dollars a month: distributed among the members.
SHARED = 150


def purse(story: Story, wanted: Purse) -> Course:
    """The book of one village, from its opening on."""
    village, treasury = story.ground.villages[wanted.village], story.treasury
    month = _months_back(story.dates.today.replace(day=1), wanted.months)
    yield from _until(month)
    said = works()["books"]["village"]
    book = open_village_book(
        actor=story.people.operator or treasury.keeper(village),
        key=f"{slug(village)}-common",
        area=village,
        names={tag: f"{name}: {said[tag]}" for tag, name in village.names.items()},
        currency=CURRENCY,
        opened_on=clock.today(),
    )
    for n in range(wanted.months):
        sold = story.rng.randint(640, 1_400)
        for day, what, percent in MONTHLY:
            yield from _until(month.replace(day=day))
            yield from _enter(story, book, what, sold * percent // 100)
        if n == wanted.months - 2:
            yield from _enter(story, book, "distribution", SHARED * (n + 1), members=34)
        month = _months_back(month, -1)
        yield from _until(month.replace(day=3))
        if wanted.posts_all or n < wanted.months - 1:
            post_month(actor=treasury.keeper(village), book=book, month=_months_back(month, 1))


def _enter(story: Story, book: Book, what: str, whole: int, members: int | None = None) -> Course:
    treasury = story.treasury
    yield from treasury.posted(
        lambda: record_village_entry(
            actor=treasury.keeper(book.area),
            book=book,
            what=what,
            amount=dollars(whole),
            slip=treasury.slip(what, book.key),
            members=members,
            members_digest=digest("members", book.key) if members else "",
        ),
        story.ground.township_of(book.area),
    )


def _until(day: date) -> Course:
    """Wait for a day, if it is ahead."""
    ahead = (day - clock.today()) / timedelta(days=1)
    if ahead > 0:
        yield Wait(int(ahead), office=False)


def _months_back(month: date, n: int) -> date:
    year, rest = divmod(month.year * 12 + month.month - 1 - n, 12)
    return date(year, rest + 1, 1)
