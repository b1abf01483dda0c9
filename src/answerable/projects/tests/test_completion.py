"""Claimed and confirmed are different; only residents confirm; snags and a "not done" open it again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from answerable.access.problems import Denied
from answerable.access.rules import PUBLIC
from answerable.kernel import clock
from answerable.kernel.ids import day_key
from answerable.kernel.labels import ChoiceUnknown
from answerable.projects import selectors, services
from answerable.projects.models import CodesSaid, Project, ResidentsWord
from answerable.projects.problems import (
    ClaimRefused,
    CloseRefused,
    NothingClaimed,
    ProjectChanged,
    SnagOver,
    SnagTooEarly,
    VerdictAgainstCounts,
)
from answerable.projects.rules.confirming import Counts, verdict_of
from answerable.register.models import Event
from answerable.safeguards.reading import PointsAtSomebody
from tests.support.world import DAY, World

from .factories import TEXTS, by, claimed, propose, under_way

pytestmark = pytest.mark.usefixtures("on_monday")


def now(project: Project) -> Project:
    project.refresh_from_db()
    return project


def code(project: Project, verdict: str) -> CodesSaid:
    return services.hear_a_code(actor=PUBLIC, project=project.pk, verdict=verdict)


def test_the_office_claims_and_says_what_was_done(world: World) -> None:
    project = claimed(world)
    assert (project.phase, project.claimed_on, project.confirmed_on) == ("completion", DAY, None)
    assert project.last_word_on == DAY
    assert selectors.words_of(project)[0].texts == TEXTS
    assert selectors.standing_of(project) == "waiting"
    assert selectors.state_of(project).percent == 100


def test_a_proposal_or_a_claimed_one_can_not_be_claimed(world: World) -> None:
    for project in (propose(world, key="a"), claimed(world, key="b")):
        with pytest.raises(ClaimRefused):
            services.claim_completion(**by(world, project), texts=TEXTS)
    with pytest.raises(Denied):
        services.claim_completion(**by(world, under_way(world, key="c"), "farid"), texts=TEXTS)
    with pytest.raises(PointsAtSomebody):
        services.claim_completion(
            **by(world, under_way(world, key="d")), texts={"en": "Ask 0912 345 678 if it drips."}
        )


def test_a_second_click_claims_nothing(world: World) -> None:
    project = under_way(world)
    form = by(world, project)
    services.claim_completion(**form, texts=TEXTS)
    with pytest.raises(ProjectChanged):
        services.claim_completion(**form, texts=TEXTS)
    assert now(project).claims == 1


def test_a_meeting_confirms(world: World) -> None:
    project = claimed(world)
    services.hear_residents(
        **by(world, project, "farid"), way="meeting", verdict="done", said_done=31, said_not=2
    )
    found = now(project)
    assert (found.confirmed_on, found.verdict, found.phase) == (DAY, "done", "completion")
    assert selectors.standing_of(found) == "confirmed"
    found = services.close_project(**by(world, found))
    assert found.phase == "completed"


def test_no_word_in_thirty_days_is_unconfirmed_and_stays_so(world: World) -> None:
    project = claimed(world)
    with clock.held_at(DAY + timedelta(days=29)):
        assert selectors.standing_of(project) == "waiting"
        with pytest.raises(CloseRefused):
            services.close_project(**by(world, project))
    with clock.held_at(DAY + timedelta(days=30)):
        assert selectors.standing_of(project) == "unconfirmed"
        project = services.close_project(**by(world, project))
        assert project.phase == "completed"
        assert selectors.standing_of(project) == "unconfirmed"
        gap = selectors.gap()
        assert (gap.claimed, gap.confirmed, gap.unconfirmed, gap.gap) == (1, 0, 1, 1)
        # Late is better than never.
        code(project, "done")
        assert selectors.standing_of(now(project)) == "confirmed"


def test_a_not_done_opens_it_again_and_the_first_claim_stays(world: World) -> None:
    project = claimed(world)
    with clock.held_at(DAY + timedelta(days=3)):
        services.hear_residents(
            **by(world, project, "farid"), way="visit", verdict="not", said_not=4, said_done=1
        )
        found = now(project)
        assert (found.phase, found.claimed_on, found.first_claimed_on, found.verdict) == (
            "implementation",
            None,
            DAY,
            "not",
        )
        assert selectors.standing_of(found) == "reopened"
        with pytest.raises(NothingClaimed):
            code(found, "done")
        found = services.claim_completion(**by(world, found), texts={"en": "Now it is."})
        assert (found.claims, found.first_claimed_on, found.verdict) == (2, DAY, "")
    gap = selectors.gap(world.areas["Ford"])
    assert (gap.claimed, gap.confirmed, gap.reopened) == (1, 0, 0)


def test_codes_count_together_and_one_no_is_kept(world: World) -> None:
    project = claimed(world)
    for verdict in ("done", "done", "not"):
        code(project, verdict)
    found = now(project)
    assert found.verdict == "done"
    assert selectors.heard_of(found).codes == Counts(2, 0, 1)
    code(project, "not")
    assert (now(project).phase, now(project).verdict) == ("implementation", "not")
    assert ResidentsWord.objects.count() == 0
    bodies = [e.body for e in Event.objects.filter(kind="projects.heard")]
    assert [set(body) for body in bodies] == [{"project", "n", "phase", "reason"}] * 4


def test_a_partly_leaves_it_claimed_and_unconfirmed(world: World) -> None:
    project = claimed(world)
    services.hear_residents(
        **by(world, project, "farid"), way="meeting", verdict="partly", said_partly=9, said_done=7
    )
    found = now(project)
    assert (found.claimed_on, found.confirmed_on, selectors.standing_of(found)) == (DAY, None, "partly")


def test_a_verdict_against_its_counts_is_refused(world: World) -> None:
    project = claimed(world)
    for counts in (
        {"verdict": "done"},
        {"verdict": "done", "said_done": 5, "said_not": 5},
        {"verdict": "done", "said_not": 5},
        {"verdict": "not", "said_done": 5, "said_not": 4},
        {"verdict": "partly", "said_done": 5},
        {"verdict": "done", "said_done": 20_001},
    ):
        with pytest.raises(VerdictAgainstCounts):
            services.hear_residents(**by(world, project), way="meeting", **counts)
    with pytest.raises(ChoiceUnknown):
        services.hear_residents(**by(world, project), way="telephone", verdict="done", said_done=2)
    for who in ("daudi", "public"):
        with pytest.raises(Denied):
            services.hear_residents(**by(world, project, who), way="meeting", verdict="done", said_done=1)
    with pytest.raises(Denied):
        services.hear_a_code(actor=world.actor("amina"), project=project.pk, verdict="done")
    with pytest.raises(ChoiceUnknown):
        services.hear_residents(**by(world, project), way="codes", verdict="done", said_done=1)
    assert ResidentsWord.objects.count() == 0


def test_the_database_keeps_no_row_of_a_voice_by_code(world: World) -> None:
    project = claimed(world)
    word = ResidentsWord(project=project, claim=1, way="codes", on=DAY, verdict="done", said_done=1)
    word.key = day_key(DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        word.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        CodesSaid.objects.create(project=project, claim=2)


def test_what_was_said_of_an_earlier_claim_stays(world: World) -> None:
    project = claimed(world)
    code(project, "not")
    services.claim_completion(**by(world, now(project)), texts=TEXTS)
    code(project, "done")
    found = now(project)
    assert selectors.heard_of(found).codes == Counts(1, 0, 0)
    assert [(one.codes, one.claimed_on) for one in selectors.heard_before(found)] == [(Counts(0, 0, 1), DAY)]


def test_the_same_form_hears_once(world: World) -> None:
    project, key = claimed(world), day_key(DAY)
    form = by(world, project, "farid")
    for _ in range(2):
        services.hear_residents(**form, way="meeting", verdict="done", said_done=12, key=key)
    assert ResidentsWord.objects.count() == 1


def test_a_snag_opens_it_again_until_it_is_repaired(world: World) -> None:
    project = claimed(world)
    code(project, "done")
    services.close_project(**by(world, now(project)))
    with clock.held_at(DAY + timedelta(days=60)):
        form = by(world, now(project), "farid")
        services.report_snag(**form, kind="broken", texts={"en": "The handle is off."})
        found = now(project)
        assert (found.phase, found.confirmed_on, found.claimed_on) == ("implementation", None, None)
        assert selectors.state_of(found).open_snags == 1
        with pytest.raises(ClaimRefused):
            services.claim_completion(**by(world, found), texts=TEXTS)
        services.repair_snag(**by(world, found, "farid"), n=1)
        with pytest.raises(SnagOver):
            services.repair_snag(**by(world, now(project), "farid"), n=1)
        found = services.claim_completion(**by(world, now(project)), texts=TEXTS)
        assert (found.claims, found.first_claimed_on) == (2, DAY)


def test_before_a_claim_there_is_nothing_to_find_wanting(world: World) -> None:
    with pytest.raises(SnagTooEarly):
        services.report_snag(**by(world, under_way(world)), kind="broken", texts={"en": "The handle is off."})


def test_the_database_closes_nothing_over_an_open_snag(world: World) -> None:
    project = claimed(world)
    services.report_snag(**by(world, project), kind="broken", texts={"en": "The handle is off."})
    for change in ({"phase": "completed"}, {"confirmed_on": DAY, "verdict": "done"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Project.objects.filter(pk=project.pk).update(**change)
    word = ResidentsWord(project=project, claim=9, way="meeting", on=DAY, verdict="done", said_done=1)
    word.key = day_key(DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        word.save()


def test_the_gap_is_counted_where_a_project_lives_and_for_its_sponsor(world: World) -> None:
    from answerable.programme.models import Sponsor

    lake = Sponsor.objects.create(key="lake", names={"en": "Lake"})
    for n, village in enumerate(("Ford", "Well", "Mill")):
        project = (
            claimed(world, key=f"p{n}", village=village, who="ama", sponsor=lake if n else None)
            if (village != "Mill")
            else propose(world, key="p2", village="Mill", who="baraka", sponsor=lake)
        )
        if village == "Ford":
            code(project, "done")
    assert (selectors.gap().projects, selectors.gap().claimed, selectors.gap().confirmed) == (3, 2, 1)
    assert selectors.gap(world.areas["Upper Ford"]).gap == 1
    assert selectors.gap(sponsor=lake).projects == 2
    assert selectors.gap(sponsor=lake).confirmed == 0
    assert selectors.gap(world.areas["Hillland"]).projects == 0


counts = st.builds(Counts, st.integers(0, 50), st.integers(0, 50), st.integers(0, 50)).filter(
    lambda c: c.total
)


@given(counts)
def test_done_needs_most_of_them_and_more_noes_never_help(said: Counts) -> None:
    order = ("not", "partly", "done")
    verdict = verdict_of(said)
    if verdict == "done":
        assert 2 * said.done > said.total
    assert order.index(verdict_of(said + Counts(0, 0, 1))) <= order.index(verdict)
    assert order.index(verdict_of(said + Counts(1, 0, 0))) >= order.index(verdict)
