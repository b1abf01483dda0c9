"""The demo's money: books of every level, three funds, and how money comes down to a project and is paid."""

from __future__ import annotations

import random
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from answerable.access.rules import Actor
from answerable.kernel import clock
from answerable.kernel.money import Amount, converted, plain
from answerable.money import services as money
from answerable.money.banking.mapping import read_statement_mapping
from answerable.money.banking.tables import OnPaper
from answerable.money.models import Account, Book, BudgetLine, Commitment, Entry, Fund, Posting
from answerable.money.problems import FundShort
from answerable.money.reconciliation import proposals, reconciled
from answerable.money.rules.drafts import Slip
from answerable.places.models import Area
from answerable.programme.models import Organisation
from answerable.programme.services import add_organisation
from answerable.projects.models import Project

from .courses import Course, Wait
from .ground import Ground
from .people import People, slug
from .scale import Dates
from .words import works

Posted = Generator[Wait, None, Entry]
CURRENCY = "USD"
#: From these sums on, in whole dollars, a second person checks.
THRESHOLDS = {"province": 30_000, "prefecture": 20_000, "county": 2_000, "township": 1_000, "village": 1_500}
#: Offices ask the one above for this much more than is needed at once.
LUMPS = {"prefecture": 15_000, "county": 5_000, "township": 50}
#: Working days that money rests on each level before it is passed on.
RESTS = {"province": (3, 9), "prefecture": (4, 14), "county": (1, 6)}
RATES = (Decimal("1.0850"), Decimal("1.0712"))
#: Which transfer to a township is entered there with another sum than was sent.
THE_SHORT_ONE = 3
#: How often somebody comes back to see whether the money is there.
MOST_TRIES = 12
#: The bank's statement covers so many days, and this is how its table is read.
STATEMENT_DAYS = 100
BANK_MAPPING = """
currency = "USD"
[day]
column = "day"
[amount]
signed = "amount"
decimal = "."
group = ""
[balance]
column = "balance"
[reference]
column = "reference"
"""


def dollars(whole: int) -> Amount:
    """So many whole dollars."""
    return Amount(whole * 100, CURRENCY)


def digest(*words: object) -> str:
    """The SHA-256 of a paper that somebody keeps."""
    return sha256("/".join(str(word) for word in words).encode()).hexdigest()


@dataclass
class Treasury:
    """Books by area, the account where each has its money, funds, and what nobody has asked for yet."""

    ground: Ground
    people: People
    dates: Dates
    rng: random.Random
    #: How large the funds are, in percent.
    percent: int = 100
    books: dict[int, Book] = field(default_factory=dict)
    tills: dict[int, Account] = field(default_factory=dict)
    funds: dict[str, Fund] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    euros: Account | None = None
    _free: dict[tuple[int, int], int] = field(default_factory=dict)
    _sent: int = 0
    _orders: int = 0

    # --- who ------------------------------------------------------------------------------------

    def keeper(self, area: Area) -> Actor:
        """Who keeps the books there: the county's bookkeeper keeps those of its townships and villages too."""
        at: Area | None = area
        while at is not None:
            post = self.people.posts.get(f"{slug(at)}-bookkeeping")
            if post is not None:
                return self._holder(post.pk)
            at = at.parent
        raise LookupError(area.name)

    def checker(self, area: Area) -> Actor:
        """Who checks there: the coordinator."""
        at = area if f"{slug(area)}-coordination" in self.people.posts else area.parent
        assert at is not None  # noqa: S101 - every township has one
        return self._holder(self.people.posts[f"{slug(at)}-coordination"].pk)

    def _holder(self, post: int) -> Actor:
        actor = self.people.actor_in(post, clock.today())
        assert actor is not None  # noqa: S101 - offices are filled from the first day on
        return actor

    # --- setting up -----------------------------------------------------------------------------

    def open(self, actor: Actor) -> None:
        """Add the organisations, thresholds, books and funds."""
        sponsors = {sponsor.key: sponsor for sponsor in self.people.sponsors}
        for row in works()["organisation"]:
            self.organisations[row["key"]] = add_organisation(
                actor=actor,
                key=row["key"],
                names=row["name"],
                kind=row["kind"],
                sponsor=sponsors.get(row.get("sponsor", "")),
            )
        for level, sum_ in THRESHOLDS.items():
            money.set_threshold(actor=actor, level=self.ground.levels[level], amount=dollars(sum_))
        money.set_threshold(
            actor=actor, level=self.ground.levels["province"], amount=Amount(3_000_000, "EUR")
        )
        province = self.ground.province
        assert province is not None  # noqa: S101 - the ground is laid
        offices = [province, *self.ground.prefectures, *self.ground.counties, *self.ground.townships]
        for area in offices:
            self._open_book(actor, area, with_bank=area in (province, self.ground.counties[0]))
        self.euros = money.add_account(
            actor=actor,
            book=self.books[province.pk],
            key="bank-eur",
            names=works()["books"]["bank_eur"],
            currency="EUR",
        )
        self._open_funds(actor, province)

    def _open_book(self, actor: Actor, area: Area, *, with_bank: bool) -> None:
        said = works()["books"]
        names = {tag: f"{name}: {said['office'][tag]}" for tag, name in area.names.items()}
        book = money.open_book(
            actor=actor, key=slug(area), area=area, names=names, opened_on=self.dates.founded
        )
        self.books[area.pk] = book
        if with_bank:
            self.tills[book.pk] = money.add_account(
                actor=actor, book=book, key="bank-usd", names=said["bank_usd"], currency=CURRENCY
            )
        else:
            self.tills[book.pk] = Account.objects.get(book=book, key="cash")
        self.tills[book.pk].book = book

    def _open_funds(self, actor: Actor, province: Area) -> None:
        sponsors = {sponsor.key: sponsor for sponsor in self.people.sponsors}
        subjects = self.ground.subjects
        rules: dict[str, dict[str, Any]] = {
            "clean-water": {
                "currency": CURRENCY,
                "sponsor": sponsors["water-board"],
                "subjects": [subjects["water"]],
                "areas": [self.ground.prefectures[0]],
                "ends_on": self.dates.today + timedelta(days=60),
            },
            "village-works": {"currency": CURRENCY},
            "school-roofs": {"currency": "EUR", "subjects": [subjects["school"]]},
        }
        for row in works()["fund"]:
            self.funds[row["key"]] = money.open_fund(
                actor=actor,
                key=row["key"],
                names=row["name"],
                book=self.books[province.pk],
                starts_on=self.dates.founded,
                **rules[row["key"]],
            )

    # --- from the sources -----------------------------------------------------------------------

    def sources(self) -> list[Course]:
        """What happens by itself: pledges, receipts, the change of euros into dollars."""
        return [
            self._grant(),
            self._tranches("village-works", (80_000, 75_000, 70_000, 55_000), 360_000),
            self._tranches("clean-water", (55_000, 40_000), 110_000),
        ]

    def _share(self, whole: int) -> int:
        return whole * self.percent // 100

    def _grant(self) -> Course:
        """A grant in euros: pledged whole, received twice, changed at the rate of the day; some of it goes back."""
        fund, giver = self.funds["school-roofs"], self.organisations["northern-lights"]
        province, euros = fund.book.area, self.euros
        assert euros is not None  # noqa: S101 - opened before
        euros.book = fund.book
        total = Amount(self._share(120_000) * 100, "EUR")
        yield from self.posted(
            lambda: money.record_pledge(
                actor=self.keeper(province), fund=fund, amount=total, slip=self.slip("agreement"), payee=giver
            ),
            province,
        )
        for n, (part, rate) in enumerate(zip((75_000, 35_000), RATES, strict=True), 1):
            yield Wait(4 if n == 1 else self.dates.days // 2)
            came = Amount(self._share(part) * 100, "EUR")
            yield from self.posted(
                lambda came=came: money.record_receipt(  # type: ignore[misc]
                    actor=self.keeper(province),
                    fund=fund,
                    account=euros,
                    amount=came,
                    slip=self.slip("credit"),
                    payee=giver,
                ),
                province,
            )
            yield Wait(2)
            sold = Amount(came.units * 9 // 10, "EUR")
            yield from self.posted(
                lambda sold=sold, rate=rate: money.convert(  # type: ignore[misc]
                    actor=self.keeper(province),
                    fund=fund,
                    from_account=euros,
                    to_account=self.tills[fund.book.pk],
                    sold=sold,
                    bought=converted(sold, CURRENCY, rate),
                    rate=rate,
                    rate_on=clock.today(),
                    slip=self.slip("exchange"),
                ),
                province,
            )
        yield Wait(20)
        yield from self.posted(
            lambda: money.send_return(
                actor=self.keeper(province),
                fund=fund,
                account=euros,
                amount=Amount(self._share(4_000) * 100, "EUR"),
                slip=self.slip("return"),
            ),
            province,
        )

    def _tranches(self, key: str, parts: tuple[int, ...], pledged: int) -> Course:
        row = next(row for row in works()["fund"] if row["key"] == key)
        fund, giver = self.funds[key], self.organisations[row["giver"]]
        area = fund.book.area
        yield from self.posted(
            lambda: money.record_pledge(
                actor=self.keeper(area),
                fund=fund,
                amount=dollars(self._share(pledged)),
                slip=self.slip("agreement"),
                payee=giver,
            ),
            area,
        )
        for n, part in enumerate(parts):
            yield Wait(3 if n == 0 else self.dates.days // 5)
            yield from self.posted(
                lambda part=part: money.record_receipt(  # type: ignore[misc]
                    actor=self.keeper(area),
                    fund=fund,
                    account=self.tills[fund.book.pk],
                    amount=dollars(self._share(part)),
                    slip=self.slip("credit"),
                    payee=giver,
                ),
                area,
            )

    def forgotten(self) -> Course:
        """A leak to find: money that a township got and never used."""
        fund, township = self.funds["school-roofs"], self.ground.townships[-1]
        yield Wait(self.dates.days - 140)
        yield from self.bring(township, fund, dollars(6_400).units)

    # --- down the levels ------------------------------------------------------------------------

    def bring(self, area: Area, fund: Fund, units: int) -> Course:
        """See to it that an office has so much of a fund; what is short is asked of the office above, and so on."""
        book = self.books[area.pk]
        spot = (book.pk, fund.pk)
        self._free[spot] = self._free.get(spot, 0) - units
        above = area.parent
        if self._free[spot] >= 0 or above is None:
            return
        step = dollars(max(self._share(LUMPS[area.level.key]), 50)).units
        lump = -(self._free[spot] // step) * step
        self._free[spot] += lump
        yield from self.bring(above, fund, lump)
        yield Wait(self.rng.randint(*RESTS[above.level.key]))
        sent = yield from self.posted(
            lambda: money.send_allocation(
                actor=self.keeper(above),
                fund=fund,
                account=self.tills[self.books[above.pk].pk],
                to_book=book,
                amount=Amount(lump, CURRENCY),
                slip=self.slip("transfer"),
            ),
            above,
        )
        yield Wait(self.rng.randint(1, 3))
        at_last = area.level.key == "township" and fund.key != "school-roofs"
        self._sent += at_last
        # A leak to find: one office enters less than the one above has sent.
        came = lump - 25_000 if self._sent == THE_SHORT_ONE and at_last else lump
        yield from self.posted(
            lambda: money.receive(
                actor=self.keeper(area),
                sent=sent,
                account=self.tills[book.pk],
                amount=Amount(came, CURRENCY),
                slip=self.slip("transfer"),
            ),
            area,
        )
        if came < lump:
            self._free[spot] += came - lump
            yield from self.bring(area, fund, 0)

    def send_back(self, area: Area, fund: Fund, units: int) -> Course:
        """What isn't needed goes back up, and is entered there."""
        above = area.parent
        assert above is not None  # noqa: S101 - only offices below give back
        amount = Amount(units, CURRENCY)
        sent = yield from self.posted(
            lambda: money.send_return(
                actor=self.keeper(area),
                fund=fund,
                account=self.tills[self.books[area.pk].pk],
                amount=amount,
                slip=self.slip("return"),
                to_book=self.books[above.pk],
            ),
            area,
        )
        yield Wait(2)
        yield from self.posted(
            lambda: money.receive(
                actor=self.keeper(above),
                sent=sent,
                account=self.tills[self.books[above.pk].pk],
                amount=amount,
                slip=self.slip("return"),
            ),
            above,
        )
        spot = (self.books[above.pk].pk, fund.pk)
        self._free[spot] = self._free.get(spot, 0) + units

    # --- the bank -------------------------------------------------------------------------------

    def reconcile(self) -> None:
        """Take in the bank's statement of the last months and match it; two of its lines are nowhere in the books."""
        county = self.ground.counties[0]
        account, actor = self.tills[self.books[county.pk].pk], self.keeper(county)
        first = clock.today() - timedelta(days=STATEMENT_DAYS)
        booked = Posting.objects.filter(account=account).select_related("entry").order_by("entry__on", "pk")
        opening = sum(row.units for row in booked if row.entry.on < first)
        rows = [(row.entry.on, row.entry.reference, row.units) for row in booked if row.entry.on >= first]
        rows += [
            (first + timedelta(days=30), "CHARGE-1", -1_250),
            (first + timedelta(days=60), "INTEREST-2", 310),
        ]
        with TemporaryDirectory() as folder:
            mapping, file = Path(folder) / "mapping.toml", Path(folder) / "statement.csv"
            mapping.write_text(BANK_MAPPING)
            lines, balance = ["day,reference,amount,balance"], opening
            for day, reference, units in sorted(rows, key=lambda row: row[0]):
                balance += units
                lines.append(
                    f"{day},{reference},{plain(Amount(units, CURRENCY))},{plain(Amount(balance, CURRENCY))}"
                )
            file.write_text("\n".join(lines) + "\n")
            taken = money.take_statements(
                actor=actor,
                account=account,
                path=file,
                mapping=read_statement_mapping(mapping),
                paper=OnPaper(first_on=first, last_on=clock.today()),
                name="statement.csv",
            )
        if taken.report.faults:
            raise RuntimeError(f"the bank's statement has faults: {taken.report.faults[0].sentence}")
        for pair in proposals(reconciled(account, clock.today())):
            money.accept_match(actor=actor, account=account, lines=pair.lines, postings=pair.postings)

    # --- for a project --------------------------------------------------------------------------

    def set_line(self, project: Project, area: Area, fund: Fund, units: int) -> BudgetLine:
        """A budget line in the books of an office."""
        return money.set_line(
            actor=self.checker(area),
            book=self.books[area.pk],
            fund=fund,
            key=project.key,
            names=project.names,
            amount=Amount(units, CURRENCY),
            project=project,
        )

    def commit(self, line: BudgetLine, units: int, payee: Organisation) -> Generator[Wait, None, Commitment]:
        """A contract under a line."""
        area = line.book.area
        entry = yield from self.posted(
            lambda: money.commit_contract(
                actor=self.keeper(area),
                line=line,
                amount=Amount(units, CURRENCY),
                payee=payee,
                slip=self.slip("contract", line.key),
            ),
            area,
        )
        contract = Commitment.objects.select_related("line").get(entry=entry)
        contract.entry, contract.line = entry, line
        return contract

    def pay(self, contract: Commitment, units: int, paper: str, *, payee: Organisation) -> Posted:
        """A payment under a contract."""
        return (
            yield from self.posted(
                lambda: self.propose(contract, units, paper, payee), contract.line.book.area
            )
        )

    def propose(self, contract: Commitment, units: int, paper: str, payee: Organisation) -> money.Outcome:
        """Enter a payment; over the threshold it waits for somebody else."""
        line = contract.line
        return money.pay(
            actor=self.keeper(line.book.area),
            line=line,
            account=self.tills[line.book.pk],
            amount=Amount(units, CURRENCY),
            slip=self.slip(paper, line.key),
            payee=payee,
            contract=contract,
        )

    def pay_people(self, line: BudgetLine, units: int, count: int) -> Posted:
        """Day labour: so many people, whose list the village keeps."""
        area = line.book.area
        return (
            yield from self.posted(
                lambda: money.pay(
                    actor=self.keeper(area),
                    line=line,
                    account=self.tills[line.book.pk],
                    amount=Amount(units, CURRENCY),
                    slip=self.slip("wages", line.key),
                    payees_count=count,
                    payees_digest=digest("list", line.key),
                ),
                area,
            )
        )

    def posted(self, enter: Callable[[], money.Outcome], area: Area) -> Posted:
        """Enter something and let it be checked where that is needed; while the money isn't there, wait for it."""
        for left in reversed(range(MOST_TRIES)):
            try:
                outcome = enter()
                break
            except FundShort:
                if not left:
                    raise
                yield Wait(5)
        if outcome.entry is not None:
            return outcome.entry
        yield Wait(self.rng.randint(1, 2))
        assert outcome.proposal is not None  # noqa: S101 - one of the two is there
        return money.check_proposal(actor=self.checker(area), proposal=outcome.proposal)

    def slip(self, *words: str) -> Slip:
        """The paper of an entry of today, with a number of its own."""
        self._orders += 1
        today = clock.today()
        return Slip(
            on=today,
            document_digest=digest(*words, self._orders),
            reference=f"{today:%y%m}-{self._orders:04}",
        )
