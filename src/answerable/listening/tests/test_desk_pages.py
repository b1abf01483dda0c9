"""The desk's pages by role: what they show, what they offer, and what they never show."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from answerable.kernel import clock
from answerable.listening import desk_words, services, words
from answerable.listening.models import Case, CaseStep, Feedback, PublicAnswer, ReplyTemplate
from answerable.listening.views import desk_case
from tests.support.world import DAY, World

from .factories import hear

pytestmark = pytest.mark.usefixtures("on_monday")


def desk(world: World, name: str) -> Client:
    client = Client()
    client.force_login(world.staff[name])
    return client


def act(client: Client, case: Case, key: str, **sent: object):
    version = sent.pop("version", Case.objects.get(pk=case.pk).version)
    return client.post(f"/desk/case/{case.pk}/{key}/", {"version": version, **sent})


def answer(client: Client, case: Case, **sent: object):
    values = {"decision": "explained", "text": "A pump comes.", "language": "en", **sent}
    return act(client, case, "answer", **values)


# --- the inbox -------------------------------------------------------------------------------------


def test_inbox_shows_what_is_due_next_first_and_in_words(world):
    with clock.held_at(DAY - timedelta(days=9)):
        late = hear(world, text="The well is dry").case
    new = hear(world, text="A lamp is needed").case
    page = desk(world, "amina").get("/desk/").content.decode()
    assert page.index(f"/desk/case/{late.pk}/") < page.index(f"/desk/case/{new.pk}/")
    assert "late by 1 day" not in page
    with clock.held_at(DAY + timedelta(days=8)):
        page = desk(world, "amina").get("/desk/?late=yes").content.decode()
    assert "late by" in page
    assert "The well is dry" in page


def test_inbox_of_a_handler_holds_their_own_work_and_the_area_tab_the_rest(world):
    own, other = hear(world).case, hear(world, village="Mill").case
    baraka = desk(world, "baraka")
    mine = baraka.get("/desk/?whose=mine").content.decode()
    area = baraka.get("/desk/?whose=area").content.decode()
    assert f"/desk/case/{own.pk}/" not in mine
    assert f"/desk/case/{own.pk}/" in area
    assert f"/desk/case/{other.pk}/" in area


def test_a_coordinator_finds_the_work_of_vacant_posts(world):
    case = hear(world).case
    world.staff["amina"].holdings.all().delete()
    page = desk(world, "baraka").get("/desk/?whose=vacant").content.decode()
    assert f"/desk/case/{case.pk}/" in page
    assert "post vacant" in page
    assert "whose=vacant" not in desk(world, "chidi").get("/desk/").content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=pump", True),
        ("q=no+such+word", False),
        ("q=water", True),
        ("q=ford", True),
        ("state=acknowledged", True),
        ("state=closed", False),
        ("kind=need", True),
        ("kind=thanks", False),
        ("age=30", False),
        ("late=yes", False),
        ("q=%00", True),
        ("page=99999999999999999999999", True),
        ("subject=99999999999999999999999", True),
        ("state=nonsense", True),
    ],
)
def test_filters_and_search(world, query, found):
    case = hear(world).case
    response = desk(world, "amina").get(f"/desk/?{query}")
    assert response.status_code == 200
    assert (f"/desk/case/{case.pk}/" in response.content.decode()) is found


def test_filter_by_subject_and_area(world):
    case = hear(world).case
    client = desk(world, "baraka")
    water, roads = world.subjects["water"].pk, world.subjects["roads"].pk
    upper, lower = world.areas["Upper Ford"].pk, world.areas["Lower Ford"].pk
    for query, found in (
        (f"subject={water}", True),
        (f"subject={roads}", False),
        (f"area={upper}", True),
        (f"area={lower}", False),
    ):
        page = client.get(f"/desk/?whose=area&{query}").content.decode()
        assert (f"/desk/case/{case.pk}/" in page) is found


@pytest.mark.parametrize("area", ["Peak", "999999999", "9" * 30, "x"])
def test_an_area_that_is_not_ones_own_is_not_there(world, area):
    asked = world.areas[area].pk if area in world.areas else area
    assert desk(world, "amina").get(f"/desk/?area={asked}").status_code == 404


def test_the_lists_keep_filters_and_search_and_an_empty_one_leads_to_the_whole_area(world):
    case = hear(world, text="The blue pump").case
    client = desk(world, "baraka")
    page = client.get("/desk/?q=blue+pump&kind=need&page=1").content.decode()
    assert "No case fits these filters." in page
    assert page.count('href="?whose=area&amp;q=blue+pump&amp;kind=need"') == 2
    found = client.get("/desk/?whose=area&q=blue+pump&kind=need").content.decode()
    assert f"/desk/case/{case.pk}/" in found
    assert 'href="?whose=mine&amp;q=blue+pump&amp;kind=need"' in found
    assert "Search in the whole area" not in client.get("/desk/?whose=area&q=nothing").content.decode()


def test_inbox_of_50_rows_takes_few_queries(world):
    for n in range(55):
        hear(world, text=f"Pump {n}", with_code=False, channel="web")
    client = desk(world, "amina")
    client.get("/desk/")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = client.get("/desk/").content.decode()
    assert page.count('class="open"') == 50
    assert "page 1 of 2" in page
    assert len(asked) <= 9, "\n".join(q["sql"][:100] for q in asked.captured_queries)


def test_who_fills_no_post_is_told_so_and_an_operator_comes_to_the_programme(world):
    assert "You fill no post today" in desk(world, "hana").get("/desk/").content.decode()
    assert desk(world, "grace").get("/desk/").headers["Location"] == "/desk/programme/"
    assert Client().get("/desk/").headers["Location"].startswith("/desk/sign-in/")


# --- one case --------------------------------------------------------------------------------------


def test_case_page_tells_the_whole_course_and_names_posts_never_people(world):
    case = hear(world).case
    client = desk(world, "amina")
    answer(client, case)
    page = client.get(f"/desk/case/{case.pk}/").content.decode()
    main = page[page.index("<main") :]
    assert "upper-ford-desk" in main
    assert "Amina" not in main
    assert "A pump comes." in main
    assert "done on 2 March 2026, in time" in main


def test_a_handler_is_offered_what_the_state_allows_and_an_auditor_nothing(world):
    case = hear(world).case
    page = desk(world, "amina").get(f"/desk/case/{case.pk}/").content.decode()
    assert "?act=answer" in page
    assert "?act=close" not in page
    for name in ("chidi", "farid"):
        page = desk(world, name).get(f"/desk/case/{case.pk}/").content.decode()
        assert "What can be done now" not in page
        assert "?act=" not in page


@pytest.mark.parametrize("name", ["daudi", "esi", "grace", "hana"])
def test_a_case_that_one_may_not_see_is_not_there_or_not_open(world, name):
    case = hear(world).case
    response = desk(world, name).get(f"/desk/case/{case.pk}/")
    assert response.status_code == 404
    before = CaseStep.objects.count()
    response = act(desk(world, name), case, "answer", decision="explained", text="x", language="en")
    assert response.status_code == 404
    assert CaseStep.objects.count() == before


@pytest.mark.parametrize("name", ["chidi", "farid"])
def test_who_only_sees_cannot_act(world, name):
    case = hear(world).case
    before = CaseStep.objects.count()
    response = answer(desk(world, name), case, text="My words")
    assert response.status_code == 403
    assert "My words" in response.content.decode()
    assert CaseStep.objects.count() == before


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 19, "9" * 40])
def test_unknown_and_huge_numbers_are_not_there(world, pk):
    assert desk(world, "amina").get(f"/desk/case/{pk}/").status_code == 404


def test_every_plain_act_works_from_its_form(world):
    client = desk(world, "amina")
    case = hear(world, channel="paper", actor=world.actor("farid")).case

    def done(key: str, **sent: object) -> str:
        response = act(client, case, key, **sent)
        assert response.status_code == 302, response.content.decode()
        case.refresh_from_db()
        return case.state

    said = {"text": "Words.", "language": "en"}
    assert done("acknowledge") == "acknowledged"
    assert done("screen", subject="roads", kind="complaint", urgent="yes") == "assigned"
    assert (case.subject.key, case.kind, case.urgent) == ("roads", "complaint", True)
    assert done("start") == "in_progress"
    assert done("tell", **said) == "in_progress"
    assert done("ask", **said) == "awaiting_resident"
    assert done("answer", decision="will-do", **said) == "in_progress"
    assert done("plan", until="2026-05-01", **said) == "planned"
    assert done("claim-done", **said) == "claimed_done"
    session = services.record_session(
        actor=world.actor("farid"),
        area=case.area,
        kind="public-meeting",
        on=DAY,
        languages=["en"],
        present=40,
    )
    assert done("residents-word", session=session.pk, done="yes") == "confirmed"
    assert done("close", reason="confirmed-by-residents") == "closed"


@pytest.mark.parametrize(
    ("key", "sent", "state"),
    [
        ("decline", {"reason": "no-money", "text": "x", "language": "en"}, "declined"),
        ("out-of-scope", {"text": "x", "language": "en", "body": ""}, "out_of_scope"),
        ("cannot-verify", {"reason": "place-not-found", "text": "x", "language": "en"}, "cannot_verify"),
    ],
)
def test_endings_without_delivery(world, key, sent, state):
    case = hear(world).case
    assert act(desk(world, "amina"), case, key, **sent).status_code == 302
    case.refresh_from_db()
    assert case.state == state


def test_reroute_offers_posts_that_cover_the_village_only(world):
    case = hear(world).case
    client = desk(world, "amina")
    page = client.get(f"/desk/case/{case.pk}/?act=reroute").content.decode()
    assert "fordland-desk" in page
    assert "high-hill-desk" not in page
    wrong = act(client, case, "reroute", post=world.posts["high-hill-desk"].pk, reason="wrong-office")
    assert wrong.status_code == 422
    right = act(client, case, "reroute", post=world.posts["fordland-desk"].pk, reason="wrong-office")
    assert right.status_code == 302
    case.refresh_from_db()
    assert case.owner == world.posts["fordland-desk"]
    page = client.get(f"/desk/case/{case.pk}/").content.decode()
    assert "?act=answer" not in page


def test_join_suggests_like_cases_and_separate_undoes_it(world):
    main, case = hear(world).case, hear(world).case
    elsewhere = hear(world, village="Well").case
    client = desk(world, "amina")
    page = client.get(f"/desk/case/{case.pk}/?act=join").content.decode()
    assert f'value="{main.pk}"' in page
    assert f'value="{elsewhere.pk}"' not in page
    assert act(client, case, "join", into_other=elsewhere.pk).status_code == 422
    assert act(client, case, "join", into=main.pk).status_code == 302
    main.refresh_from_db()
    assert main.voices == 2
    assert f"/desk/case/{case.pk}/" in client.get(f"/desk/case/{main.pk}/").content.decode()
    assert act(client, case, "separate").status_code == 302
    case.refresh_from_db()
    assert case.state == "screened"


def test_an_appeal_is_decided_by_the_post_it_went_to(world):
    heard = hear(world)
    answer(desk(world, "amina"), heard.case)
    services.appeal(code=heard.code or "", text="It is not so.", language="en")
    assert (
        "?act=decide-appeal" not in desk(world, "amina").get(f"/desk/case/{heard.case.pk}/").content.decode()
    )
    baraka = desk(world, "baraka")
    assert f"/desk/case/{heard.case.pk}/" in baraka.get("/desk/").content.decode()
    page = baraka.get(f"/desk/case/{heard.case.pk}/?act=decide-appeal").content.decode()
    assert "Decide the appeal" in page
    sent = {"upheld": "yes", "text": "You are right.", "language": "en"}
    assert act(desk(world, "amina"), heard.case, "decide-appeal", **sent).status_code == 403
    assert act(baraka, heard.case, "decide-appeal", **sent).status_code == 302
    heard.case.refresh_from_db()
    assert heard.case.state == "reopened"


def test_the_resident_s_language_is_chosen_first_and_a_template_fills_the_form(world):
    case = hear(world, language="ar").case
    ReplyTemplate.objects.create(
        key="done", names={"en": "Done"}, texts={"en": "It is done.", "ar": "أُنجز العمل."}
    )
    client = desk(world, "amina")
    page = client.get(f"/desk/case/{case.pk}/?act=answer").content.decode()
    assert "They spoke Arabic." in page
    assert '<option value="ar" selected>' in page
    page = client.get(f"/desk/case/{case.pk}/?act=answer&template=done&language=ar").content.decode()
    assert "أُنجز العمل." in page
    page = client.get(f"/desk/case/{case.pk}/?act=answer&template=done&language=zh-hans").content.decode()
    assert "It is done." in page
    assert "not there in that language" in page


def test_a_public_text_needs_the_word_that_it_points_at_nobody(world):
    case = hear(world).case
    client = desk(world, "amina")
    refused = answer(client, case, public_text="The pump was replaced.")
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "A pump comes." in page
    assert "The pump was replaced." in page
    assert "points at nobody" in page
    assert not PublicAnswer.objects.exists()
    refused = answer(client, case, public_text="Ask 0171 234 5678.", public_read="yes")
    assert refused.status_code == 422
    assert CaseStep.objects.filter(step="answered").count() == 0
    assert answer(client, case, public_text="The pump was replaced.", public_read="yes").status_code == 302
    assert PublicAnswer.objects.get().text == "The pump was replaced."


# --- two at once, twice the same -------------------------------------------------------------------


def test_the_second_of_two_handlers_is_told_what_changed_and_keeps_the_text(world):
    case = hear(world).case
    version = case.version
    first = act(desk(world, "baraka"), case, "tell", text="We look at it.", language="en", version=version)
    assert first.status_code == 302
    second = answer(desk(world, "amina"), case, text="My long answer", version=version)
    page = second.content.decode()
    assert second.status_code == 409
    assert "Word was given (2 March 2026)" in page
    assert "fordland-desk" in page
    assert "My long answer" in page
    assert f'name="version" value="{version + 1}"' in page
    assert CaseStep.objects.filter(step="answered").count() == 0
    assert answer(desk(world, "amina"), case, text="My long answer").status_code == 302


def test_when_the_act_is_not_possible_any_more_the_text_is_still_there(world):
    case = hear(world).case
    version = case.version
    answer(desk(world, "baraka"), case, version=version)
    late = act(
        desk(world, "amina"), case, "decline", reason="no-money", text="Sorry", language="en", version=version
    )
    page = late.content.decode()
    assert late.status_code == 409
    assert "readonly" in page
    assert "Sorry" in page


def test_a_case_that_was_sealed_meanwhile_gives_the_words_back(world):
    case = hear(world).case
    version = case.version
    client = desk(world, "amina")
    assert act(client, case, "mark-sensitive", sure="yes").status_code == 302
    gone = answer(client, case, text="My <long> answer", public_text="For all", version=version)
    page = gone.content.decode()
    assert gone.status_code == 404
    assert "My &lt;long&gt; answer" in page
    assert "For all" in page
    assert "sensitive" not in page
    never = client.post("/desk/case/99/answer/", {"version": 1, "text": "My <long> answer"})
    assert never.status_code == 404
    assert "My &lt;long&gt; answer" in never.content.decode()
    assert "readonly" not in client.get(f"/desk/case/{case.pk}/").content.decode()


def test_what_was_done_is_said_from_the_log_and_not_from_the_address(world):
    case = hear(world).case
    client = desk(world, "amina")
    assert "Done: " not in client.get(f"/desk/case/{case.pk}/?done=close").content.decode()
    done = answer(client, case)
    assert "Done: Answer." in client.get(done.headers["Location"]).content.decode()


def test_a_title_is_plain_text(world):
    page = desk(world, "amina").get(f"/desk/case/{hear(world).case.pk}/").content.decode()
    title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
    assert title is not None
    assert "bdi" not in title[1]


def test_what_is_late_at_the_top_did_not_go_up(world):
    heard = hear(world)
    top = CaseStep(step="escalated", reason="answer-late")
    assert desk_words.entry(top) == "Late, and already with the highest post for it"
    assert words.entry(top) == "It is late, and already with the highest office for it"
    above = CaseStep(step="escalated", reason="answer-late", to_post=heard.case.owner)
    assert (desk_words.entry(above), words.entry(above)) == (
        "Went up a level",
        "It went up to the next level",
    )
    judged = CaseStep(step="escalated", reason="appeal-late")
    assert (desk_words.entry(judged), words.entry(judged)) == ("This is late.", "This is late.")


def test_a_main_case_out_of_sight_is_not_linked(world, monkeypatch):
    main, other = hear(world).case, hear(world).case
    act(desk(world, "amina"), other, "join", into=main.pk)
    address = f"/desk/case/{other.pk}/"
    assert f"/desk/case/{main.pk}/" in desk(world, "amina").get(address).content.decode()
    monkeypatch.setattr(desk_case, "cases_for", lambda actor: Case.objects.none())
    assert f"/desk/case/{main.pk}/" not in desk(world, "amina").get(address).content.decode()


def test_a_double_click_does_it_once(world):
    case = hear(world).case
    version = case.version
    client = desk(world, "amina")
    assert answer(client, case, version=version).status_code == 302
    assert answer(client, case, version=version).status_code == 409
    assert CaseStep.objects.filter(step="answered").count() == 1


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"version": ""}, 400),
        ({"version": "x"}, 400),
        ({"version": "9" * 50}, 400),
        ({"version": "-1"}, 400),
        ({"version": "99"}, 400),
        ({"text": "a\0b"}, 422),
        ({"text": ""}, 422),
        ({"text": "y" * 4001}, 413),
        ({"decision": "maybe"}, 422),
        ({"language": "xx-nonsense"}, 422),
    ],
)
def test_bad_input_is_refused_with_a_sentence_and_nothing_is_lost(world, sent, status):
    case = hear(world).case
    response = answer(desk(world, "amina"), case, public_text="Kept words", public_read="yes", **sent)
    assert response.status_code in {status, 400 if status == 422 else status}
    assert "Kept words" in response.content.decode()
    assert 'role="alert"' in response.content.decode()
    assert CaseStep.objects.filter(step="answered").count() == 0


@pytest.mark.parametrize("until", ["", "tomorrow", "2026-13-40", "2026-03-02", "2020-01-01", "2099-01-01"])
def test_a_plan_needs_a_day_to_come(world, until):
    case = hear(world).case
    response = act(desk(world, "amina"), case, "plan", until=until, text="Plan", language="en")
    assert response.status_code == 422
    assert "Plan" in response.content.decode()


def test_ten_megabytes_are_too_much_and_change_nothing(world):
    case = hear(world).case
    response = answer(desk(world, "amina"), case, text="z" * 10_000_000)
    assert response.status_code == 413
    assert CaseStep.objects.filter(step="answered").count() == 0


# --- the sensitive boundary ------------------------------------------------------------------------


def test_sensitive_cases_are_nowhere_but_with_the_focal_point(world):
    case = hear(world, subject="bribery", text="Secretword about the officer").case
    ordinary = hear(world).case
    for name in ("amina", "baraka", "ama", "chidi", "farid"):
        client = desk(world, name)
        for path in (
            "/desk/?whose=area&all=yes",
            "/desk/?whose=area&q=secretword",
            "/desk/?whose=mine&all=yes",
            f"/desk/?whose=area&q={case.pk}",
            f"/desk/case/{ordinary.pk}/?act=join",
            "/desk/figures/",
            "/desk/sessions/",
        ):
            page = client.get(path).content.decode()
            assert f"/desk/case/{case.pk}/" not in page
            assert "Secretword" not in page
        assert client.get(f"/desk/case/{case.pk}/").status_code == 404
        assert act(client, case, "tell", text="x", language="en").status_code == 404
    tabs = desk(world, "ama").get("/desk/?whose=area").content.decode()
    assert "Whole area <b>1</b>" in tabs
    joined = act(desk(world, "amina"), ordinary, "join", into_other=case.pk)
    unknown = act(desk(world, "amina"), ordinary, "join", into_other=999_999)
    assert joined.status_code == unknown.status_code == 422
    strip = lambda r: r.content.decode().partition("refusal")[2][:300]  # noqa: E731
    assert strip(joined) == strip(unknown)
    esi = desk(world, "esi")
    assert f"/desk/case/{case.pk}/" in esi.get("/desk/").content.decode()
    assert f"/desk/case/{ordinary.pk}/" not in esi.get("/desk/?whose=area&all=yes").content.decode()
    assert "Secretword" in esi.get(f"/desk/case/{case.pk}/").content.decode()
    assert act(esi, case, "tell", text="x", language="en").status_code == 302


def test_marking_sensitive_takes_two_clicks_and_the_case_out_of_sight(world):
    case = hear(world).case
    client = desk(world, "amina")
    assert act(client, case, "mark-sensitive").status_code == 422
    response = act(client, case, "mark-sensitive", sure="yes")
    assert response.headers["Location"] == "/desk/?said=sealed"
    assert "The focal point has it now" in client.get(response.headers["Location"]).content.decode()
    assert client.get(f"/desk/case/{case.pk}/").status_code == 404
    esi = desk(world, "esi")
    response = act(esi, case, "clear-sensitive", sure="yes")
    assert response.headers["Location"] == "/desk/?said=passed"
    assert client.get(f"/desk/case/{case.pk}/").status_code == 200


def test_pages_of_the_programme_and_figures_open_for_those_who_may(world):
    hear(world)
    for name, status in (("amina", 200), ("chidi", 200), ("grace", 200), ("hana", 403)):
        for part in ("", "rounds/", "teams/", "posts/", "matrix/", "standards/"):
            assert desk(world, name).get(f"/desk/programme/{part}").status_code == status
    assert desk(world, "amina").get("/desk/programme/nonsense/").status_code == 404
    assert desk(world, "amina").get("/desk/figures/").status_code == 200
    client = desk(world, "amina")
    assert client.get("/desk/figures/?from=x").status_code == 422
    assert client.get("/desk/figures/?from=2026-03-01&to=2020-01-01").status_code in {400, 422}
    assert client.get(f"/desk/figures/?area={world.areas['Peak'].pk}").status_code == 404
    assert Feedback.objects.count() == 1


def test_a_focal_point_sees_the_figures_of_the_sensitive_cases_and_no_others(world):
    hear(world, subject="bribery")
    for _ in range(2):
        hear(world)
    squeezed = lambda name, query="": " ".join(  # noqa: E731
        desk(world, name).get(f"/desk/figures/{query}").content.decode().split()
    ).replace("> <", "><")
    told = "<dt>Received</dt><dd><bdi>{}</bdi></dd>"
    page = squeezed("esi")
    assert told.format(1) in page
    assert "Figures of sensitive cases" in page
    assert "<caption>" not in page
    assert told.format(2) in squeezed("amina")
    assert told.format(2) in squeezed("amina", "?of=sensitive")
    assert "Figures of sensitive cases" not in squeezed("amina", "?of=sensitive")


def test_pages_take_few_queries_however_long_their_lists(world):
    for n in range(30):
        case = hear(world, text=f"Pump {n}", with_code=False).case
    answer(desk(world, "amina"), case)
    most = {
        f"/desk/case/{case.pk}/": 12,
        f"/desk/case/{case.pk}/?act=claim-done": 14,
        f"/desk/hear/?village={world.areas['Ford'].pk}": 7,
        "/desk/sessions/": 5,
        "/desk/reassign/": 6,
        "/desk/programme/posts/": 7,
        "/desk/programme/matrix/": 6,
        "/desk/figures/": 11,
    }
    client = desk(world, "baraka")
    found = {}
    for path in most:
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        found[path] = len(asked)
    assert {path: n for path, n in found.items() if n > most[path]} == {}
