"""Taking statements in, and accepting which of their lines are which postings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from answerable.access.gate import acting
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.kernel.tables import ImportReport
from answerable.money.banking.files import read_statements
from answerable.money.banking.mapping import StatementMapping
from answerable.money.banking.problems import MatchGone, MatchRefused, NotABankAccount, StatementTwice
from answerable.money.banking.statement import Before, Statement, faults_of, follow
from answerable.money.banking.tables import OnPaper
from answerable.money.models import (
    Account,
    BankLine,
    BankMatch,
    BankStatement,
    MatchedLine,
    MatchedPosting,
    Posting,
)
from answerable.money.rules.stages import Role


@dataclass
class Taken:
    """What taking a file in did: the rows that were written, or the faults for which none was."""

    report: ImportReport
    statements: list[BankStatement] = field(default_factory=list)


def take_statements(
    *,
    actor: Actor,
    account: Account,
    path: str | Path,
    mapping: StatementMapping | None = None,
    paper: OnPaper | None = None,
    name: str = "",
) -> Taken:
    """Keep the statements in a file, all of them or, with a single fault, none.

    Raises Denied, NotABankAccount, StatementTwice, MappingNeeded, CamtRefused and the problems of kernel.tables.
    """
    with acting(actor, Right.KEEP_BOOKS, account.book.area) as act:
        # One at a time an account: the second waits here and then meets what the first kept.
        account = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
        if account.role != Role.CASH.value or not account.currency:
            raise NotABankAccount(field="account", account=account.key)
        read = read_statements(path, mapping, paper, name=name)
        taken = Taken(ImportReport(files=[name or str(path)], faults=list(read.faults), skipped=read.skipped))
        _refuse_known(account, read.statements)
        last = BankStatement.objects.filter(account=account).order_by("-n").first()
        for statement, before in follow(read.statements, _before(last)):
            taken.report.rows += len(statement.lines)
            taken.report.faults += faults_of(
                statement, currency=account.currency, before=before, today=clock.today()
            )
        if taken.report.faults:
            taken.report.kept = False
            act.idle = True
            return taken
        for statement in read.statements:
            last = _keep(account, statement, last, act.post_id)
            taken.statements.append(last)
            act.record(
                "money.statement-taken",
                account=account.pk,
                statement=last.pk,
                lines=last.lines_count,
                opening_units=last.opening_units,
                closing_units=last.closing_units,
                first_on=last.first_on,
                last_on=last.last_on,
                file=last.file_digest,
            )
        taken.report.added = taken.report.rows
        if not taken.statements:
            act.idle = True
        return taken


def _refuse_known(account: Account, statements: Sequence[Statement]) -> None:
    for statement in statements:
        rows = BankStatement.objects.filter(file_digest=statement.sha256) | BankStatement.objects.filter(
            account=account, key_digest=statement.key
        )
        known = rows.order_by("pk").first()
        if known is not None:
            raise StatementTwice(field="file", file=statement.file, day=known.kept_on.isoformat())


def _before(last: BankStatement | None) -> Before | None:
    return Before(last.last_on, last.closing_units, last.account_digest) if last else None


def _keep(
    account: Account, statement: Statement, last: BankStatement | None, post_id: int | None
) -> BankStatement:
    row = BankStatement.objects.create(
        account=account,
        n=last.n + 1 if last else 1,
        currency=statement.currency,
        opening_units=statement.opening_units,
        closing_units=statement.closing_units,
        first_on=statement.first_on,
        last_on=statement.last_on,
        lines_count=len(statement.lines),
        file_digest=statement.sha256,
        key_digest=statement.key,
        account_digest=statement.account or (last.account_digest if last else ""),
        kept_on=clock.today(),
        post_id=post_id,
    )
    BankLine.objects.bulk_create(
        [
            BankLine(
                statement=row, n=n, on=line.on, units=line.units, reference=line.reference, digest=line.digest
            )
            for n, line in enumerate(statement.lines, 1)
        ],
        batch_size=500,
    )
    return row


def accept_match(
    *, actor: Actor, account: Account, lines: Sequence[int], postings: Sequence[int]
) -> BankMatch:
    """Say that these lines of the bank and these postings are the same money.

    One side has one, the other one or several; the sums are equal. Raises Denied, MatchRefused.
    """
    with acting(actor, Right.KEEP_BOOKS, account.book.area) as act:
        Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
        wanted, booked = set(lines), set(postings)
        bank = list(BankLine.objects.filter(pk__in=wanted, statement__account=account, matched__isnull=True))
        ours = list(Posting.objects.filter(pk__in=booked, account=account, matched__isnull=True))
        if not wanted or not booked or 1 not in {len(wanted), len(booked)}:
            raise MatchRefused(why="sides")
        if len(bank) != len(wanted) or len(ours) != len(booked):
            raise MatchRefused(why="taken")
        if sum(line.units for line in bank) != sum(posting.units for posting in ours):
            raise MatchRefused(why="sums")
        match = BankMatch.objects.create(account=account, on=clock.today(), post_id=act.post_id)
        MatchedLine.objects.bulk_create([MatchedLine(match=match, line=line) for line in bank])
        MatchedPosting.objects.bulk_create([MatchedPosting(match=match, posting=posting) for posting in ours])
        act.record(
            "money.bank-matched",
            account=account.pk,
            match=match.pk,
            lines=sorted(wanted),
            postings=sorted(booked),
            units=sum(line.units for line in bank),
        )
        return match


def undo_match(*, actor: Actor, account: Account, match_id: int) -> None:
    """Say that they were not the same money after all. Raises Denied, MatchGone."""
    with acting(actor, Right.KEEP_BOOKS, account.book.area) as act:
        match = BankMatch.objects.filter(pk=match_id, account=account).first()
        if match is None:
            raise MatchGone
        lines = sorted(match.lines.values_list("line", flat=True))
        postings = sorted(match.postings.values_list("posting", flat=True))
        act.record("money.bank-unmatched", account=account.pk, match=match.pk, lines=lines, postings=postings)
        match.delete()
