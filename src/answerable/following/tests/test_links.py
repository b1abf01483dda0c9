"""The link from a need to a project: made, refused, followed through joining, let go when a case is sealed."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from answerable.access.problems import Denied, NotThere
from answerable.following.models import CaseProject
from answerable.following.problems import LinkRefused
from answerable.following.selectors import cases_of_project, links_of_case, needs_count
from answerable.following.services import link_case, unlink_case
from answerable.listening.models import Case
from answerable.listening.services import clear_sensitive, join_case, mark_sensitive
from answerable.listening.tests.factories import hear
from answerable.projects.models import ProjectStep
from answerable.projects.problems import NeedLinked
from answerable.projects.services import describe_project
from answerable.promises.tests.factories import project
from answerable.register.models import Event
from tests.support.world import World


def test_a_case_is_linked_once_and_unlinked(world: World, on_monday: None) -> None:
    case, pump, amina = hear(world).case, project(world), world.actor("amina")
    link = link_case(actor=amina, case=case.pk, project=pump)
    assert link_case(actor=amina, case=case.pk, project=pump).pk == link.pk
    assert [row.project for row in links_of_case(case)] == [pump]
    assert needs_count(pump)[0] == 1
    assert needs_count(pump)[1].hidden
    unlink_case(actor=amina, case=case.pk, project=pump)
    assert links_of_case(case) == []
    kinds = Event.objects.filter(kind__startswith="following.").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["following.linked", "following.unlinked"]


def test_linking_takes_back_that_there_is_no_need(world: World, on_monday: None) -> None:
    case, amina = hear(world).case, world.actor("amina")
    county = project(world, "county", area="Fordland", no_linked_need=True)
    link_case(actor=amina, case=case.pk, project=county)
    county.refresh_from_db()
    assert (county.no_linked_need, county.version) == (False, 1)
    event = Event.objects.get(kind="projects.changed")
    assert (event.area_id, event.sealed) == (county.area_id, False)
    assert (event.body["what"], event.body["no_linked_need"]) == ("need-linked", False)
    assert ProjectStep.objects.get(project=county).step == "changed"
    # The same link again changes nothing.
    link_case(actor=amina, case=case.pk, project=county)
    assert Event.objects.filter(kind__in=["projects.changed", "following.linked"]).count() == 2


def test_what_answers_a_need_can_not_say_that_it_answers_none(world: World, on_monday: None) -> None:
    case, amina = hear(world).case, world.actor("amina")
    pump = project(world)
    link_case(actor=amina, case=case.pk, project=pump)
    said: dict[str, Any] = {"names": pump.names, "descriptions": {}, "subject": None, "sponsor": None}
    said |= {"implementer": None, "no_linked_need": True}
    with pytest.raises(NeedLinked):
        describe_project(actor=amina, project=pump.pk, version=None, **said)
    unlink_case(actor=amina, case=case.pk, project=pump)
    assert describe_project(actor=amina, project=pump.pk, version=None, **said).no_linked_need


def test_the_desk_list_does_not_contradict_a_link(world: World, on_monday: None) -> None:
    case, amina, pump = hear(world).case, world.actor("amina"), project(world, no_linked_need=True)
    client = Client()
    client.force_login(world.staff["amina"])
    assert "no linked need" in client.get("/desk/projects/").content.decode()
    link_case(actor=amina, case=case.pk, project=pump)
    assert "no linked need" not in client.get("/desk/projects/").content.decode()
    assert "no linked need" not in client.get(f"/desk/projects/p/{pump.key}/").content.decode()


def test_what_does_not_belong_together_is_not_linked(world: World, on_monday: None) -> None:
    case, amina = hear(world).case, world.actor("amina")
    elsewhere, dead = project(world, "peak", area="Peak"), project(world, "dead")
    dead.phase = "cancelled"
    dead.save()
    for row in (elsewhere, dead):
        with pytest.raises(LinkRefused):
            link_case(actor=amina, case=case.pk, project=row)
    higher = project(world, "county", area="Fordland")
    assert link_case(actor=amina, case=case.pk, project=higher).case_id == case.pk


def test_an_outsider_links_nothing(world: World, on_monday: None) -> None:
    case, pump = hear(world).case, project(world)
    for who, met in (("daudi", NotThere), ("public", NotThere), ("farid", Denied), ("chidi", Denied)):
        with pytest.raises(met):
            link_case(actor=world.actor(who), case=case.pk, project=pump)
    assert CaseProject.objects.count() == 0


def test_joined_cases_follow_the_one_that_survives(world: World, on_monday: None) -> None:
    first, second, pump, amina = hear(world).case, hear(world).case, project(world), world.actor("amina")
    link_case(actor=amina, case=second.pk, project=pump)
    joined = join_case(actor=amina, case=second.pk, version=second.version, into=first.pk)
    first.refresh_from_db()
    assert joined.duplicate_of_id == first.pk
    assert [row.project for row in links_of_case(first)] == [pump]
    assert [row.project for row in links_of_case(joined)] == [pump]
    assert list(cases_of_project(pump)) == [first]
    other = project(world, "well")
    assert link_case(actor=amina, case=joined.pk, project=other).case_id == first.pk
    unlink_case(actor=amina, case=first.pk, project=pump)
    assert [row.project for row in links_of_case(first)] == [other]


def test_a_sealed_case_loses_its_links_in_the_same_act(world: World, on_monday: None) -> None:
    case, pump, amina, esi = hear(world).case, project(world), world.actor("amina"), world.actor("esi")
    link_case(actor=amina, case=case.pk, project=pump)
    case.refresh_from_db()
    sealed = mark_sensitive(actor=amina, case=case.pk, version=case.version)
    assert CaseProject.objects.count() == 0
    assert Event.objects.get(kind="following.unlinked").sealed
    with pytest.raises(NotThere):
        link_case(actor=amina, case=case.pk, project=pump)
    for who in (esi, world.actor("ama")):
        with pytest.raises((Denied, NotThere)):
            link_case(actor=who, case=case.pk, project=pump)
    clear_sensitive(actor=esi, case=case.pk, version=sealed.version)
    assert links_of_case(Case.objects.get(pk=case.pk)) == []


def test_the_database_itself_refuses_it_from_both_sides(world: World, on_monday: None) -> None:
    sealed, case, pump = hear(world, subject="bribery").case, hear(world).case, project(world)
    with pytest.raises(DatabaseError), transaction.atomic():
        CaseProject.objects.create(case=sealed, project=pump, on=case.received_on)
    link = CaseProject.objects.create(case=case, project=pump, on=case.received_on)
    with pytest.raises(DatabaseError), transaction.atomic():
        CaseProject.objects.filter(pk=link.pk).update(case=sealed)
    with pytest.raises(DatabaseError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(sensitive=True)
