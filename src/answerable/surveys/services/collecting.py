"""Collecting: cards are printed, each is used once, and paper is counted. What is kept are sums (docs/decisions/0017)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import connection, transaction
from django.db.models import Case, F, Value, When

from answerable.access.gate import acting, post_for
from answerable.access.rules import PUBLIC, Actor, Right
from answerable.kernel import clock
from answerable.register.sqlite_log import empty_the_log
from answerable.surveys import cards
from answerable.surveys.models import CardMark, Cluster, Survey, Tally
from answerable.surveys.problems import CardsAll, CardUnknown, NotTheCollector, PlaceFull
from answerable.surveys.rules.collecting import Counts, check_collector, check_paper, check_seats, chosen_in
from answerable.surveys.rules.questions import questions_in
from answerable.surveys.selectors import (
    answered_by_card,
    belongs_to,
    card_for,
    check_open,
    cluster_for,
    rated_in,
    rated_seats,
)

from .core import locked

#: So many milliseconds an answer waits for readers before it leaves the log to the next answer or tick.
LOG_WAITS = 100


def check_may_collect(actor: Actor, survey: Survey) -> None:
    """The one who acts fills the collector's seat, and no seat or team that is rated, on this day.

    Raises NotTheCollector, CollectorRated, SeatRated.
    """
    today = clock.today()
    own = [held.post_id for held in actor.holdings]
    teams, sponsors = belongs_to(own, today)
    check_collector(rated_in(survey.area, survey.starts_on, survey.ends_on), teams, sponsors)
    if survey.collector_post_id not in own:
        raise NotTheCollector(field="collector", post=survey.collector_post.key)
    check_seats(rated_seats(own, survey.area, today))


def print_cards(*, actor: Actor, cluster: int, count: int) -> list[str]:
    """New cards for a village, as many as are left to ask at most; their numbers are told once and kept nowhere.

    Raises NotThere, Denied, NotTheCollector, CollectorRated, SeatRated, SurveyState, CardsAll.
    """
    found = cluster_for(actor, cluster)
    survey = found.stratum.survey
    post_for(actor, Right.COLLECT_SURVEYS, survey.area)
    check_may_collect(actor, survey)
    with acting(actor, Right.COLLECT_SURVEYS, survey.area) as act:
        locked(survey, "drawn")
        row = Cluster.objects.select_for_update().get(pk=found.pk)
        left = row.take - row.printed
        if not 1 <= count <= left:
            raise CardsAll(field="count", place=found.area.name, left=left)
        numbers = [cards.new_number() for _ in range(count)]
        # In the order of their marks, which is none: not in the order of the sheet.
        CardMark.objects.bulk_create(
            [CardMark(mark=mark, cluster=row) for mark in sorted(cards.mark_of(number) for number in numbers)]
        )
        row.printed += count
        row.save(update_fields=["printed"])
        act.record("surveys.cards-printed", survey=survey.pk, cluster=row.pk, count=count)
    return numbers


def answer(*, code: str, sent: Mapping[str, str]) -> None:
    """Count the one answer of a card: the card goes and the sums grow in one transaction, and nothing else is kept.

    Raises CardIncomplete, CardMistyped, CardTries, CardUnknown, SurveyOver, PlaceFull,
    AnswerMissing.
    """
    found = card_for(code)
    survey = found.cluster.stratum.survey
    check_open(survey)
    chosen = chosen_in(questions_in(survey.questions), sent)
    with acting(PUBLIC, Right.SPEAK, found.cluster.area) as act:
        # No event: it would say that somebody answered now, and which sums it raised (docs/decisions/0017).
        act.idle = True
        # SQLite's log would show one answer after the other, each beside the mark that went with it.
        transaction.on_commit(lambda: empty_the_log(connection, wait=LOG_WAITS), robust=True)
        cluster = Cluster.objects.select_for_update().get(pk=found.cluster_id)
        locked(survey, "drawn")
        if answered_by_card([cluster.pk]).get(cluster.pk, 0) + cluster.paper >= cluster.take:
            raise PlaceFull
        gone, _ = CardMark.objects.filter(mark=found.mark).delete()
        if not gone:
            raise CardUnknown(field="code")
        rows = Tally.objects.filter(cluster=found.cluster_id)
        picked = [row.pk for row in rows if (row.question, row.option) in chosen]
        # All rows of the village are written, in one statement: the last one written is none of them.
        rows.update(cards=F("cards") + Case(When(pk__in=picked, then=Value(1)), default=Value(0)))


def count_paper(*, actor: Actor, cluster: int, answers: int, counts: Counts) -> Cluster:
    """Write down a village's answers on paper as sums, in place of those that were written down before.

    Raises NotThere, Denied, NotTheCollector, CollectorRated, SeatRated, SurveyState, PaperTooFew, PaperTooMany,
    PaperUneven.
    """
    found = cluster_for(actor, cluster)
    survey = found.stratum.survey
    post_for(actor, Right.COLLECT_SURVEYS, survey.area)
    check_may_collect(actor, survey)
    with acting(actor, Right.COLLECT_SURVEYS, survey.area) as act:
        locked(survey, "drawn")
        row = Cluster.objects.select_for_update().get(pk=found.pk)
        by_card = answered_by_card([row.pk]).get(row.pk, 0)
        questions = questions_in(survey.questions)
        check_paper(questions, counts, answers=answers, cards=by_card, take=row.take)
        _write_paper(row, counts)
        row.paper = answers
        row.save(update_fields=["paper"])
        act.record("surveys.paper-counted", survey=survey.pk, cluster=row.pk, answers=answers)
    return row


def _write_paper(cluster: Cluster, counts: Counts) -> None:
    rows: Sequence[Tally] = list(Tally.objects.filter(cluster=cluster))
    for row in rows:
        row.paper = counts.get((row.question, row.option), 0)
    Tally.objects.bulk_update(rows, ["paper"])
