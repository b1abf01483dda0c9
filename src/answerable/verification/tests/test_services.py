"""From a commitment to a checked repair, and what is refused on the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from answerable.access.rules import Role
from answerable.kernel import clock
from answerable.kernel.problem import Problem
from answerable.merkle.draws import digest_of, sample_of, sample_text
from answerable.register.models import Event
from answerable.verification import listing, results, services
from answerable.verification.models import Draw, Drawn, Finding, Visit
from answerable.verification.selectors import deciding, draws, given_up, list_of
from tests.support.world import DAY, World, make_post, make_staff
from tests.support.write_guard import outside_the_gate

from .factories import BEST, FRIDAY, commit, drawn, projects, sign_week

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
LATER = FRIDAY + timedelta(days=3)


def refused(code: str, call: Callable[..., object], **given: Any) -> None:
    with pytest.raises(Problem) as caught:
        call(**given)
    assert f"{caught.value.code}:{caught.value.field}".rstrip(":") == code


def visit(world: World, one: Drawn, who: str = "chidi", **answers: str) -> Visit:
    return services.record_visit(
        actor=world.actor(who),
        drawn=one.pk,
        answers=BEST | {key.replace("_", "-"): answer for key, answer in answers.items()},
        severities=dict.fromkeys(BEST, "serious"),
        owner=world.posts["upper-ford-desk"].pk,
        due=LATER + timedelta(days=30),
    )


def test_a_draw_waits_for_the_weeks_checkpoint_and_is_made_once(world: World) -> None:
    projects(world)
    chidi = world.actor("chidi")
    draw = commit(world, wanted=2, lottery="State lottery", lottery_on=FRIDAY)
    event = Event.objects.get(kind="verification.committed")
    assert event.body["list"] == f"sha256:{draw.commitment}"
    assert digest_of(list_of(draw)) == draw.commitment
    refused("verification-value-not-yet", services.draw_units, actor=chidi, draw=draw.pk, number="7")
    sign_week(DAY)  # of the same day, so not later
    assert deciding(draw) is None
    services.tell_own_gap(actor=world.actor("farid"), key="project:check-0", question="sign-shown")
    value = sign_week(FRIDAY)
    refused("verification-value-not-yet", services.draw_units, actor=chidi, draw=draw.pk, number="7")
    with clock.held_at(FRIDAY):
        for number in ("", "seven"):
            refused(
                "verification-lottery-number:number",
                services.draw_units,
                actor=chidi,
                draw=draw.pk,
                number=number,
            )
        refused(
            "verification-already-public",
            services.abandon_draw,
            actor=chidi,
            draw=draw.pk,
            reason="list-wrong",
        )
        done = services.draw_units(actor=chidi, draw=draw.pk, number="4 12")
        assert (done.size, done.number) == (value.size, "4-12")
        again = {"actor": chidi, "draw": draw.pk}
        refused("verification-drawn-already", services.draw_units, number="4 13", **again)
        refused("verification-drawn-already", services.abandon_draw, reason="list-wrong", **again)
    keys = list(Drawn.objects.order_by("key").values_list("key", flat=True))
    assert keys == sample_of(list_of(draw), done.root, "4-12")
    assert done.sample_digest == digest_of(sample_text(keys))
    # Nor by SQL: what was drawn with is settled.
    with outside_the_gate(), pytest.raises(DatabaseError), transaction.atomic():
        Draw.objects.filter(pk=draw.pk).update(number="4-13")


def test_a_list_is_committed_to_once_and_given_up_in_the_open(world: World) -> None:
    projects(world)
    chidi = world.actor("chidi")
    first = commit(world)
    refused("verification-list-open", commit, world=world)
    refused(
        "verification-list-open", commit, world=world, first=DAY, who="baraka", kinds=["project", "asset"]
    )
    refused("verification-reason:reason", services.abandon_draw, actor=chidi, draw=first.pk, reason="")
    services.abandon_draw(actor=chidi, draw=first.pk, reason="list-wrong")
    second = commit(world)
    assert given_up(second) == [first]
    refused("verification-draw-state", services.draw_units, actor=chidi, draw=first.pk)
    with outside_the_gate():
        Draw.objects.filter(pk=second.pk).update(commitment="0" * 64)
    sign_week()
    with clock.held_at(FRIDAY):
        refused("verification-list-changed", services.draw_units, actor=chidi, draw=second.pk)
    for code, more in (
        ("verification-list-empty:kinds", {"kinds": ["visit"]}),
        ("verification-kinds:kinds", {"kinds": ["village"]}),
        ("verification-period:ends_on", {"last": DAY + timedelta(days=1)}),
        ("verification-sample-too-large:wanted", {"wanted": 4, "area": world.areas["Ford"]}),
        ("verification-lottery-unclear:lottery", {"lottery": "State lottery"}),
        ("access-denied", {"who": "amina"}),
        ("access-denied", {"who": "daudi"}),
    ):
        refused(code, commit, world=world, **more)


def test_a_visit_is_made_from_outside_and_each_gap_gets_an_owner(world: World) -> None:
    one = drawn(world)
    chidi, baraka = world.actor("chidi"), world.actor("baraka")
    own = world.posts["upper-ford-desk"].pk
    with clock.held_at(LATER):
        name: dict[str, Any] = {"actor": baraka, "drawn": one.pk}
        for post in ("fordland-desk", "ford-team", "upper-ford-desk", "director"):
            refused(
                "verification-visitor-in-line:visitor",
                services.name_visitor,
                visitor=world.posts[post].pk,
                **name,
            )
        refused("verification-visitor-unfit:visitor", services.name_visitor, visitor=None, **name)
        refused("verification-not-the-visitor", visit, world=world, one=one)
        # From the other county, where nobody answers for this.
        services.name_visitor(visitor=world.posts["high-hill-desk"].pk, **name)
        refused("verification-not-the-visitor", visit, world=world, one=one)
        typed: dict[str, Any] = {
            "actor": world.actor("daudi"), "drawn": one.pk, "answers": BEST | {"safe": "no"},
            "severities": {"safe": "dangerous"}, "owner": own, "due": LATER,
        }  # fmt: skip
        for code, more in (
            ("verification-finding-unowned:owner", {"owner": None}),
            ("verification-finding-unowned:owner", {"owner": world.posts["high-hill-desk"].pk}),
            ("verification-finding-unowned:due_on", {"due": None}),
            ("verification-severity:safe", {"severities": {}}),
            ("verification-answer-unknown:safe", {"answers": BEST | {"safe": "the mayor says no"}}),
        ):
            refused(code, services.record_visit, **(typed | more))
        made = services.record_visit(**typed)
        refused("verification-visited-already", services.record_visit, **typed)
        finding = Finding.objects.get(visit=made)
        assert (made.gaps, finding.owner_post_id, finding.severity) == (1, own, "dangerous")
        refused(
            "verification-repair-state", services.check_repair, actor=chidi, finding=finding.pk, holds=True
        )
        services.say_repaired(actor=world.actor("amina"), finding=finding.pk)
        refused(
            "verification-visitor-in-line:visitor",
            services.check_repair,
            actor=baraka,
            finding=finding.pk,
            holds=True,
        )
        services.check_repair(actor=chidi, finding=finding.pk, holds=False)
        services.say_repaired(actor=world.actor("amina"), finding=finding.pk)
        assert services.check_repair(actor=chidi, finding=finding.pk, holds=True).state == "checked"
        with pytest.raises(Problem):
            services.say_repaired(actor=world.actor("hana"), finding=finding.pk)


def test_what_the_team_told_itself_before_does_not_count(world: World) -> None:
    farid = world.actor("farid")
    with clock.held_at(DAY - timedelta(days=1)):
        projects(world, 1)
        services.tell_own_gap(actor=farid, key="project:check-0", question="sign-shown")
    draw = commit(world)
    services.tell_own_gap(actor=farid, key="project:check-0", question="safe")  # too late: the list is fixed
    tell: dict[str, Any] = {"actor": farid, "key": "project:check-0"}
    refused("verification-own-report-twice:question", services.tell_own_gap, question="safe", **tell)
    refused("verification-own-report-unfit:question", services.tell_own_gap, question="works", **tell)
    refused(
        "verification-own-report-unfit:key",
        services.tell_own_gap,
        **(tell | {"key": "project:no", "question": "safe"}),
    )
    sign_week()
    with clock.held_at(LATER):
        services.draw_units(actor=world.actor("chidi"), draw=draw.pk)
        one = Drawn.objects.get(draw=draw)
        services.name_visitor(
            actor=world.actor("chidi"), drawn=one.pk, visitor=world.posts["fordland-audit"].pk
        )
        made = visit(world, one, sign_shown="no", safe="partly")
    assert made.gaps == 1
    assert dict(made.findings.values_list("question", "own")) == {"sign-shown": True, "safe": False}


def test_second_looks_are_drawn_among_visits_and_made_by_somebody_else(world: World) -> None:
    one = drawn(world)
    baraka = world.actor("baraka")
    other = make_post("second-audit", Role.AUDITOR, world.areas["Fordland"])
    world.staff["kofi"] = make_staff("kofi", other)
    with clock.held_at(LATER):
        services.name_visitor(actor=baraka, drawn=one.pk, visitor=world.posts["fordland-audit"].pk)
        first = visit(world, one, safe="no")
        draw = commit(world, kinds=["visit"], first=LATER, last=LATER)
        assert list_of(draw).splitlines()[1] == f"unit,visit:{first.pk},visit-m0-c0"
    with clock.held_at(LATER + timedelta(days=4)):
        sign_week(LATER + timedelta(days=4))
        services.draw_units(actor=baraka, draw=draw.pk)
        again = Drawn.objects.get(draw=draw)
        name: dict[str, Any] = {"actor": baraka, "drawn": again.pk}
        refused(
            "verification-same-visitor:visitor",
            services.name_visitor,
            visitor=world.posts["fordland-audit"].pk,
            **name,
        )
        services.name_visitor(visitor=other.pk, **name)
        second = visit(world, again, "kofi")
    assert (second.agreed, second.compared, second.findings.count()) == (5, 6, 0)
    found = results.results_of(draws())
    assert found.whole is not None
    assert (found.whole.found, found.whole.of, found.agreed, found.compared) == (1, 1, 5, 6)
    assert found.agreement is not None
    assert found.agreement.share == 0
    assert [row.of.key for row in found.tables[1].others] == ["village"]
    assert not found.tables[1].compared, "one visit is not compared"


def test_assets_and_payments_are_listed_by_public_names(world: World) -> None:
    from answerable.assets.tests.factories import tap
    from answerable.money.tests.ledger import behind_doors

    asset = tap(world, DAY - timedelta(days=40), key="old-pump")
    behind_doors(world)
    with outside_the_gate():
        pass
    units = listing.units_in(
        world.areas["Riverland"], ["project", "asset", "payment"], DAY - timedelta(days=900), DAY
    )
    keys = [one.key for one in units]
    assert f"asset:{asset.pk}" in keys
    facts = listing.facts_of(keys)
    assert set(facts) == set(keys)
    assert facts[f"asset:{asset.pk}"].area == world.areas["Ford"]
    assert listing.facts_of(["payment:none/1", "payment:x", "asset:x", "visit:9", "what:1"]) == {}
