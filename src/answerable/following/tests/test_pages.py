"""The thread of a need, for whoever has the code, staff and everybody; and a project's public page."""

from __future__ import annotations

import gzip

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.test import Client

from answerable.following.models import SpokenCode
from answerable.following.problems import CodeSpokeAlready, NothingToConfirm, VerdictUnknown
from answerable.following.services import say_by_code, unlink_case
from answerable.kernel import clock
from answerable.listening.models import Case
from answerable.listening.services import claim_done, confirm, mark_sensitive
from answerable.listening.tests.factories import WORDS, hear
from answerable.projects import services as projects
from answerable.projects.models import CodesSaid, ProjectStep, ResidentsWord
from answerable.promises.tests.factories import project as bare_project
from answerable.register.models import Event
from tests.support.world import World

from .story import AFTER, Story, add_picture, tell_story


@pytest.fixture
def story(world: World) -> Story:
    return tell_story(world)


def read(path: str, **form: str) -> str:
    client = Client()
    with clock.held_at(AFTER):
        return (client.post(path, form) if form else client.get(path)).content.decode()


def follow(story: Story, lang: str = "en") -> str:
    return read(f"/{lang}/follow/", code=story.codes[0])


def test_a_code_leads_from_the_need_to_the_payment_and_the_picture(story: Story) -> None:
    page = follow(story)
    digest = story.offices.line.key
    for said in (
        "The township buys a new pump.",
        "A new pump at the school",
        "1,000.00\u00a0USD",
        "Wells",
        "612.50\u00a0USD",
        "Builder Ltd",
        "The pump at the school",
        "Kept by:",
        "Yes, it is done",
        "/picture/small/",
    ):
        assert said in page, said
    assert digest
    assert WORDS not in page
    assert page.count("<img ") == 2


def test_the_page_is_small_and_keeps_nothing(story: Story) -> None:
    client = Client()
    with clock.held_at(AFTER):
        for lang in ("en", "ar", "zh-hans"):
            answer = client.post(f"/{lang}/follow/", {"code": story.codes[0]})
            assert len(gzip.compress(answer.content)) < 14_000
            assert story.codes[0].replace(" ", "") not in answer.request["PATH_INFO"]
            assert set(answer.cookies) <= {settings.CSRF_COOKIE_NAME}
            assert "no-store" in answer["Cache-Control"]
            for path in (f"/{lang}/project/pump/", f"/{lang}/project/pump/follow/"):
                assert len(gzip.compress(client.get(path).content)) < 14_000
        assert client.get("/en/follow/").status_code == 302
        assert client.get("/en/follow/say/").status_code == 302
        assert client.post("/en/follow/", {"code": "123"}).status_code == 422


def test_missing_links_are_said(world: World, on_monday: None) -> None:
    heard = hear(world)
    page = Client().post("/en/follow/", {"code": heard.code}).content.decode()
    for said in ("No answer yet.", "No project answers this need yet.", "Nothing was paid for it yet."):
        assert said in page
    assert page.count("Missing:") == 8
    bare_project(world)
    public = Client().get("/en/project/pump/follow/").content.decode()
    assert "Nobody has said which need this answers." in public
    assert "No budget line names this project." in public
    page = Client().get("/en/project/pump/").content.decode()
    assert page.count("Missing:") == 4


def test_one_code_one_voice(story: Story) -> None:
    first = read("/en/follow/say/", code=story.codes[0], project="pump", verdict="done")
    assert "Your word counts" in first
    assert "Done, and residents say so. One voice or few: fewer than 10." in first
    assert "Yes, it is done" not in first
    again = read("/en/follow/say/", code=story.codes[0], project="pump", verdict="not")
    assert "Each code counts once" in again
    assert SpokenCode.objects.count() == 1
    story.project.refresh_from_db()
    assert story.project.confirmed_on == AFTER
    kinds = set(Event.objects.values_list("kind", flat=True))
    assert "following.code-spoke" in kinds
    mark = SpokenCode.objects.get().mark
    assert all(mark not in str(body) for body in Event.objects.values_list("body", flat=True))


def test_no_mark_can_be_paired_with_a_verdict(world: World) -> None:
    """Whatever the order of the voices, the rows that they leave are the same, and none has an order."""
    story = tell_story(world, voices=4)
    verdicts = ("done", "done", "not", "partly")
    left = []
    for order in ((0, 1, 2, 3), (1, 3, 0, 2)):
        with clock.held_at(AFTER), transaction.atomic():
            for n in order:
                say_by_code(code=story.codes[n], project="pump", verdict=verdicts[n])
            spoke = Event.objects.filter(kind__in=["following.code-spoke", "projects.heard"])
            left.append(
                (
                    list(SpokenCode.objects.values_list("mark").order_by("mark")),
                    list(CodesSaid.objects.values_list("claim", "said_done", "said_partly", "said_not")),
                    sorted((e.kind, *sorted(set(e.body) - {"n"})) for e in spoke),
                )
            )
            marks = {mark for (mark,) in left[-1][0]}
            assert not [e for e in spoke if any(mark in str(e.body) for mark in marks)]
            assert not [e for e in spoke if "verdict" in e.body or e.body.get("number")]
            steps = ProjectStep.objects.filter(project=story.project)
            assert set(steps.filter(step="heard").values_list("reason", "number")) == {("codes", None)}
            # One change of how it stands, and no more, whoever else says so.
            assert steps.filter(step="confirmed").count() == 1
            assert not ResidentsWord.objects.exists()
            if connection.vendor == "sqlite":
                with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute("SELECT rowid FROM following_spokencode")
            transaction.set_rollback(True)
    assert left[0] == left[1]
    assert [field.name for field in SpokenCode._meta.get_fields()] == ["mark"]


def test_each_voice_of_a_joined_matter_has_its_own_word(world: World) -> None:
    story = tell_story(world, voices=2)
    with clock.held_at(AFTER):
        say_by_code(code=story.codes[1], project="pump", verdict="done")
        say_by_code(code=story.codes[0], project="pump", verdict="not")
    assert SpokenCode.objects.count() == 2
    story.project.refresh_from_db()
    assert story.project.claimed_on is None
    with pytest.raises(NothingToConfirm), clock.held_at(AFTER):
        say_by_code(code=story.codes[0], project="pump", verdict="done")


def test_a_strange_code_and_a_strange_word_change_nothing(story: Story) -> None:
    with clock.held_at(AFTER):
        other = hear(story.world, subject="roads")
        with pytest.raises(NothingToConfirm):
            say_by_code(code=other.code or "", project="pump", verdict="done")
        with pytest.raises(VerdictUnknown):
            say_by_code(code=story.codes[0], project="pump", verdict="perhaps")
        say_by_code(code=story.codes[0], project="pump", verdict="partly")
        with pytest.raises(CodeSpokeAlready):
            say_by_code(code=story.codes[0], project="pump", verdict="partly")
    assert SpokenCode.objects.count() == 1


def test_everybody_reads_the_project_and_no_small_number(story: Story) -> None:
    page = read("/en/project/pump/")
    for said in ("Fewer than 10 voices", "612.50\u00a0USD", "Builder Ltd", "The pump runs", "42 days of work",
                 "without a price", "Residents have not said so yet", "/picture/small/"):  # fmt: skip
        assert said in page, said
    thread = read("/en/project/pump/follow/")
    assert "Fewer than 10 voices asked for it." in thread
    assert "The township buys a new pump." not in thread
    assert WORDS not in thread
    assert Client().get("/en/project/nothing-here/").status_code == 404
    assert 'dir="rtl"' in read("/ar/project/pump/")


def test_staff_see_the_thread_of_their_own_cases(story: Story) -> None:
    for who, status in (("amina", 200), ("chidi", 200), ("daudi", 404), ("esi", 404)):
        client = Client()
        client.force_login(story.world.staff[who])
        with clock.held_at(AFTER):
            assert client.get(f"/desk/follow/case/{story.case.pk}/").status_code == status, who
    client = Client()
    client.force_login(story.world.staff["amina"])
    with clock.held_at(AFTER):
        assert (
            f"/desk/follow/case/{story.case.pk}/"
            in client.get(f"/desk/case/{story.case.pk}/").content.decode()
        )


def test_a_project_is_linked_and_unlinked_at_the_desk(world: World, on_monday: None) -> None:
    case, pump = hear(world).case, bare_project(world)
    client = Client()
    client.force_login(world.staff["amina"])
    assert pump.names["en"] in client.get("/desk/follow/gaps/").content.decode()
    client.post(f"/desk/follow/case/{case.pk}/", {"project": pump.pk})
    assert client.get("/desk/follow/gaps/").context["projects"] == []
    client.post(f"/desk/follow/case/{case.pk}/remove/", {"project": pump.pk})
    assert client.get("/desk/follow/gaps/").context["projects"] == [pump]
    page = client.post("/desk/follow/project/pump/", {"case": case.pk}, follow=True)
    assert page.context["cases"] == [case]
    assert client.post("/desk/follow/project/pump/", {"case": 999_999}).status_code == 422
    assert client.post(f"/desk/follow/case/{case.pk}/", {"project": 999_999}).status_code == 422


def test_a_sealed_case_has_no_thread(story: Story) -> None:
    case = Case.objects.get(pk=story.case.pk)
    with clock.held_at(AFTER):
        unlink_case(actor=story.world.actor("amina"), case=case.pk, project=story.project)
        mark_sensitive(actor=story.world.actor("amina"), case=case.pk, version=case.version)
        client = Client()
        client.force_login(story.world.staff["esi"])
        assert client.get(f"/desk/follow/case/{case.pk}/").status_code == 404
    page = follow(story)
    assert "A new pump at the school" not in page
    assert "The township buys a new pump." not in page


def test_the_code_page_leads_to_the_thread(story: Story) -> None:
    page = read("/en/code/", code=story.codes[0])
    assert 'action="/en/follow/"' in page


def test_the_headline_says_who_opened_it_again_and_earlier_words_stay(story: Story) -> None:
    with clock.held_at(AFTER):
        projects.hear_residents(**story.at("farid"), way="meeting", verdict="done", said_done=24)
        page = read("/en/project/pump/")
        assert "Done, and residents say so." in page
        assert "One voice or few" not in page
        projects.report_snag(**story.at("farid"), kind="broken", texts={"en": "The handle is off."})
        page = read("/en/project/pump/")
        assert "something was found wanting. It is open again." in page
        assert "residents said that it is not" not in page
        desk = Client()
        desk.force_login(story.world.staff["amina"])
        assert "Opened again: a snag was found" in desk.get("/desk/projects/p/pump/").content.decode()
        projects.repair_snag(**story.at("farid"), n=1)
        projects.claim_completion(**story.at("amina"), texts={"en": "The handle is on."})
        page = read("/en/project/pump/")
        assert "Earlier, when it was called done on" in page
        assert "At a meeting: about 25 spoke; about 25 of them said: done" in page
        projects.hear_residents(**story.at("farid"), way="visit", verdict="not", said_not=3)
        assert "residents said that it is not. It is open again." in read("/en/project/pump/")
        assert "Opened again: residents said" in desk.get("/desk/projects/p/pump/").content.decode()


def test_no_share_of_steps_stands_beside_called_done(story: Story) -> None:
    assert 'class="bar"' not in read("/en/project/pump/")
    with clock.held_at(AFTER):
        projects.report_snag(**story.at("farid"), kind="broken", texts={"en": "The handle is off."})
    assert 'class="bar"' in read("/en/project/pump/")


def test_further_pictures_of_a_spot_are_shown_small(story: Story) -> None:
    with clock.held_at(AFTER):
        for n in range(6):
            add_picture(story, "after", (30 * n, 120, 250 - 40 * n))
    page = read("/en/project/pump/")
    assert page.count("<img ") == 2 + 4
    assert "and 2 more" in page
    assert len(gzip.compress(page.encode())) < 14_000


def test_who_may_see_no_case_reads_what_everybody_reads(story: Story) -> None:
    client = Client()
    client.force_login(story.world.staff["farid"])
    with clock.held_at(AFTER):
        client.force_login(story.world.staff["amina"])
        assert client.get("/desk/follow/project/pump/").context["cases"] == [story.case]
        for who in story.world.staff:
            client.force_login(story.world.staff[who])
            answer = client.get("/desk/follow/project/pump/")
            if answer.status_code == 200 and not answer.context["cases"]:
                page = answer.content.decode()
                assert "Fewer than 10 voices asked for it." in page, who
                assert "Nobody has said" not in page, who


def test_the_thread_knows_what_the_page_of_the_code_asks(world: World, on_monday: None) -> None:
    heard, amina = hear(world), world.actor("amina")
    case, code = heard.case, heard.code or ""
    claim_done(actor=amina, case=case.pk, version=case.version, text="Done.", language="en")
    page = Client().post("/en/follow/", {"code": code}).content.decode()
    assert "There is nothing to confirm yet." not in page
    assert "The page of your code asks whether it is so." in page
    confirm(code=code)
    page = Client().post("/en/follow/", {"code": code}).content.decode()
    assert "asks whether it is so" not in page
    assert "Confirmed: it was done." in page


def test_a_confirmed_matter_is_not_asked_the_same_again(story: Story) -> None:
    case = Case.objects.get(pk=story.case.pk)
    amina = story.world.actor("amina")
    with clock.held_at(AFTER):
        claim_done(actor=amina, case=case.pk, version=case.version, text="Done.", language="en")
        confirm(code=story.codes[0])
    page = follow(story)
    assert "Was it really done?" not in page
    assert "And the project?" in page
