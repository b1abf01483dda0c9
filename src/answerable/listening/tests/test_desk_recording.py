"""Recording on the desk: words, slips, sessions, batches; moving work; templates."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from answerable.access.problems import Denied
from answerable.listening.models import Case, CaseStep, Feedback, ReplyTemplate, Session
from answerable.listening.selectors import followed
from answerable.listening.services import record_session
from answerable.listening.services.batch import code_for
from answerable.listening.services.templates import save_template
from answerable.listening.template_files import import_templates
from answerable.register.models import Event
from answerable.safeguards import codes
from tests.support.world import DAY, World

from .factories import hear

pytestmark = pytest.mark.usefixtures("on_monday")
SECRET = "5a" * 16
#: What a program may send in place of true or false, and of an id.
NO_TRUTH: list[Any] = ["true", 1, "yes", "", None, []]
NO_ID: list[Any] = [[1], {}, True, "1", -1, 10**30]


def desk(world: World, name: str) -> Client:
    client = Client()
    client.force_login(world.staff[name])
    return client


def found_in(pattern: str, page: str) -> str:
    """The first group of the pattern, which the page has."""
    match = re.search(pattern, page)
    assert match, pattern
    return match[1]


def hear_form(client: Client, world: World, **sent: object) -> dict[str, object]:
    village = world.areas[str(sent.pop("place", "Ford"))]
    page = client.get(f"/desk/hear/?village={village.pk}").content.decode()
    token = re.search(r'name="token"\s+value="([^"]+)"', page)
    return {
        "village": village.pk,
        "token": token[1] if token else "",
        "channel": "paper",
        "on": DAY.isoformat(),
        "kind": "need",
        "subject": "water",
        "language": "ar",
        "text": "لا ماء",
        **sent,
    }


# --- hearing ---------------------------------------------------------------------------------------


def test_the_village_is_found_within_one_s_own_area_only(world):
    page = desk(world, "amina").get("/desk/hear/").content.decode()
    assert "Ford" in page
    assert "Peak" not in page
    assert "Peak" not in desk(world, "amina").get("/desk/hear/?q=peak").content.decode()
    for village in (world.areas["Peak"].pk, world.areas["Upper Ford"].pk, 999_999, "9" * 40, "x"):
        assert desk(world, "amina").get(f"/desk/hear/?village={village}").status_code == 422


def test_a_slip_gives_a_code_in_groups_in_the_language_that_was_spoken(world):
    client = desk(world, "farid")
    response = client.post("/desk/hear/", hear_form(client, world))
    page = response.content.decode()
    assert response.status_code == 200
    assert 'lang="ar" dir="rtl"' in page
    code = re.search(r'class="code">\s*<bdi dir="ltr">([0-9 ]+)<', page)
    assert code
    assert re.fullmatch(r"(\d{4} ){4}\d{4}", code[1])
    assert followed(code[1]).case == Case.objects.get()
    assert Feedback.objects.get().channel == "paper"


def test_a_double_click_records_once_and_gives_the_same_code(world):
    client = desk(world, "farid")
    form = hear_form(client, world)
    found = [
        found_in(r'ltr">([0-9 ]+)<', client.post("/desk/hear/", form).content.decode()) for _ in range(2)
    ]
    assert found[0] == found[1]
    assert Feedback.objects.count() == 1


def test_what_was_said_in_a_session_is_kept_with_it_and_the_next_one_is_a_click_away(world):
    session = record_session(
        actor=world.actor("farid"),
        area=world.areas["Ford"],
        kind="drop-in",
        on=DAY - timedelta(days=2),
        languages=["ar"],
        present=12,
    )
    client = desk(world, "farid")
    page = client.get(f"/desk/hear/?village={world.areas['Ford'].pk}&session={session.pk}").content.decode()
    assert '<option value="ar" selected>' in page
    form = hear_form(client, world, channel="session", session=session.pk)
    page = client.post("/desk/hear/", form).content.decode()
    assert f"session={session.pk}" in page
    assert "Another one for the same session" in page
    heard = Feedback.objects.get()
    assert (heard.session, heard.received_on) == (session, session.on)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"text": ""}, 400),
        ({"text": "x" * 4001}, 413),
        ({"text": "a\0b"}, 400),
        ({"kind": "gossip"}, 422),
        ({"subject": "nothing"}, 422),
        ({"channel": "web"}, 422),
        ({"channel": "session", "session": ""}, 422),
        ({"channel": "session", "session": "9" * 30}, 422),
        ({"on": "yesterday"}, 422),
        ({"on": "2027-01-01"}, 422),
        ({"on": "2020-01-01"}, 422),
        ({"token": "nonsense"}, 422),
        ({"other_language": "y" * 50}, 422),
        ({"other_language": "Samira of Upper Willow"}, 422),
        ({"language": ""}, 422),
    ],
)
def test_bad_input_keeps_the_words_and_records_nothing(world, sent, status):
    client = desk(world, "farid")
    response = client.post("/desk/hear/", hear_form(client, world, **{"text": "Kept words", **sent}))
    assert response.status_code == status
    assert 'role="alert"' in response.content.decode()
    if "text" not in sent:
        assert "Kept words" in response.content.decode()
    assert Feedback.objects.count() == 0


@pytest.mark.parametrize("value", ["on", "true", "no", "1"])
def test_whatever_a_box_sends_seals_the_case(world, value):
    client = desk(world, "farid")
    assert client.post("/desk/hear/", hear_form(client, world, sensitive=value)).status_code == 200
    assert Case.objects.get().sensitive


def test_a_used_form_comes_back_with_its_words_and_a_fresh_token(world):
    client = desk(world, "farid")
    form = hear_form(client, world)
    assert client.post("/desk/hear/", form).status_code == 200
    for token in (form["token"], "x"):
        refused = client.post("/desk/hear/", {**form, "text": "Other words", "token": token})
        page = refused.content.decode()
        assert refused.status_code == 422
        assert "Other words" in page
        assert found_in(r'name="token"\s+value="([^"]+)"', page) not in {form["token"], "x"}


def test_a_recorder_does_not_see_a_sensitive_matter_again(world):
    client = desk(world, "farid")
    page = client.post("/desk/hear/", hear_form(client, world, sensitive="yes", text="Secretword"))
    assert page.status_code == 200
    case = Case.objects.get()
    assert case.sensitive
    assert "Secretword" not in page.content.decode()
    assert client.get(f"/desk/case/{case.pk}/").status_code == 404


@pytest.mark.parametrize("name", ["chidi", "esi", "grace", "hana"])
def test_outsiders_record_nothing(world, name):
    client = desk(world, name)
    sent = {"village": world.areas["Ford"].pk}
    for path in ("/desk/hear/", "/desk/sessions/new/", "/desk/batch/"):
        assert client.post(path, sent).status_code == 403
    assert not Feedback.objects.exists()


# --- sessions --------------------------------------------------------------------------------------


def test_a_session_is_recorded_with_digits_of_any_script_and_once(world):
    client = desk(world, "farid")
    village = world.areas["Ford"].pk
    page = client.get(f"/desk/sessions/new/?village={village}").content.decode()
    key = found_in(r'name="key"\s+value="([^"]+)"', page)
    sent = {"village": village, "key": key, "kind": "public-meeting", "on": "٢٠٢٦-٠٣-٠١",
            "languages": "ar، en", "present": "٤٢", "present_women": "20"}  # fmt: skip
    for _ in range(2):
        assert client.post("/desk/sessions/new/", sent).status_code == 302
    session = Session.objects.get()
    assert (session.present, session.present_women, session.languages) == (42, 20, ["ar", "en"])
    page = desk(world, "chidi").get("/desk/sessions/").content.decode()
    assert "Public meeting" in page
    assert "Record a session" not in page
    assert "Public meeting" not in desk(world, "daudi").get("/desk/sessions/").content.decode()


@pytest.mark.parametrize(
    "sent", [{"present": "many"}, {"present": ""}, {"present": "3", "present_women": "4"}, {"kind": "spying"},
             {"on": "x"}, {"on": "2027-01-01"}, {"present": "9" * 40},
             {"languages": "ar, Samira of Upper Willow"}, {"languages": "ar, x"}]
)  # fmt: skip
def test_a_wrong_session_is_refused(world, sent):
    values = {
        "village": world.areas["Ford"].pk,
        "kind": "drop-in",
        "on": "2026-03-01",
        "present": "5",
        **sent,
    }
    assert desk(world, "farid").post("/desk/sessions/new/", values).status_code == 422
    assert not Session.objects.exists()


# --- batches ---------------------------------------------------------------------------------------


def record(world: World, **changes: object) -> dict[str, object]:
    return {
        "key": str(uuid4()),
        "village": world.areas["Ford"].pk,
        "kind": "need",
        "subject": "water",
        "language": "ar",
        "channel": "paper",
        "on": DAY.isoformat(),
        "text": "No water",
        **changes,
    }


def send(client: Client, body: object):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post("/desk/batch/", raw, content_type="application/json")


def test_a_batch_gives_a_code_for_each_and_the_same_answer_again(world):
    client = desk(world, "farid")
    records = [
        record(world),
        record(world, scheme="test", code="ford", text="Roads", subject="roads"),
        record(world, subject="bribery", text="Secretword"),
    ]
    del records[1]["village"]
    batch = {"secret": SECRET, "records": records}
    first, second = send(client, batch), send(client, batch)
    assert first.status_code == 200
    assert first.json() == second.json()
    assert Feedback.objects.count() == 3
    assert [row["key"] for row in first.json()["received"]] == [row["key"] for row in records]
    assert all(set(row) == {"key", "code"} for row in first.json()["received"])
    for row in first.json()["received"]:
        assert codes.read_code(row["code"]) == row["code"]
        assert str(followed(row["code"]).feedback.key) == row["key"]
    other = send(client, {**batch, "secret": "66" * 16}).json()["received"]
    assert [row["code"] for row in other] == [None] * 3


def test_one_wrong_record_keeps_all_of_them_out_and_is_named(world):
    client = desk(world, "farid")
    twice = str(uuid4())
    records = [
        record(world),
        record(world, text=""),
        record(world, village=world.areas["Peak"].pk),
        record(world, village=True),
        record(world, subject="nothing"),
        record(world, key="x"),
        record(world, on="x"),
        record(world, session=1),
        record(world, kind=7),
        "words",
        record(world, channel="web"),
    ]
    response = send(client, {"secret": SECRET, "records": records})
    assert response.status_code == 422
    assert response.json()["code"] == "listening-batch-refused"
    assert next(row["index"] for row in response.json()["records"]) == 2
    assert {row["index"] for row in response.json()["records"]} >= {2, 3, 4, 5, 6, 7, 9, 10}
    assert Feedback.objects.count() == 0
    response = send(client, {"secret": SECRET, "records": [record(world), record(world, text="")]})
    assert [(row["index"], row["code"]) for row in response.json()["records"]] == [(1, "text-missing")]
    response = send(
        client, {"secret": SECRET, "records": [record(world, key=twice), record(world, key=twice)]}
    )
    assert [(row["index"], row["code"]) for row in response.json()["records"]] == [
        (1, "listening-key-unreadable")
    ]
    unknown, elsewhere = (
        send(client, {"secret": SECRET, "records": [record(world, village=pk)]}).json()
        for pk in (999_999, world.areas["Peak"].pk)
    )
    assert unknown == elsewhere


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b"{}", 400),
        (b'{"records": []}', 400),
        (b'{"records": [{}]}', 400),
        (b'{"secret": "5a", "records": [{}]}', 400),
        (b'{"secret": 5, "records": [{}]}', 400),
        (json.dumps({"secret": SECRET, "records": [{}] * 501}).encode(), 413),
        (b" " * 2_000_000, 413),
    ],
)
def test_what_is_no_batch_is_refused(world, body, status):
    response = send(desk(world, "farid"), body)
    assert response.status_code == status
    assert not Feedback.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        *[({name: value}, name) for name in ("sensitive", "urgent") for value in NO_TRUTH],
        *[({"village": value}, "village") for value in NO_ID],
        *[({"session": value}, "session") for value in NO_ID],
        ({"language": "Samira of Upper Willow"}, "language"),
        ({"language": "ar\ud800"}, "language"),
        ({"code": "\ud800", "scheme": "test"}, "village"),
        ({"code": "ford", "scheme": "\udfff"}, "village"),
        ({"code": "fo\0rd", "scheme": "test"}, "village"),
        ({"kind": "\ud800"}, "kind"),
        ({"on": "\ud800"}, "on"),
        ({"text": "a\ud800"}, "text"),
    ],
)
def test_what_a_record_may_not_hold_is_named_and_never_read_as_something_else(world, changes, field):
    wrong = record(world, **changes)
    if "code" in changes:
        del wrong["village"]
    response = send(desk(world, "farid"), {"secret": SECRET, "records": [record(world), wrong]})
    assert response.status_code == 422
    assert [(row["index"], row["field"]) for row in response.json()["records"]] == [(1, field)]
    assert not Feedback.objects.exists()


def test_a_batch_needs_the_token_of_a_desk_form(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.staff["farid"])
    page = client.get(f"/desk/hear/?village={world.areas['Ford'].pk}").content.decode()
    token = found_in(r'csrfmiddlewaretoken"\s+value="([^"]+)"', page)
    body = json.dumps({"secret": SECRET, "records": [record(world)]})
    refused = client.post("/desk/batch/", body, content_type="application/json")
    assert refused.status_code == 403
    given = client.post("/desk/batch/", body, content_type="application/json", headers={"X-CSRFToken": token})
    assert given.status_code == 200


def test_codes_of_a_batch_depend_on_the_device_s_secret_and_the_key():
    key = uuid4()
    made = {code_for(b"a" * 16, key), code_for(b"b" * 16, key), code_for(b"a" * 16, uuid4())}
    assert len(made) == 3
    assert all(codes.read_code(code) == code for code in made)


# --- moving work -----------------------------------------------------------------------------------


def review(client: Client, world: World, **changes: int):
    asked: dict[str, Any] = {
        "from": world.posts["upper-ford-desk"].pk,
        "to": world.posts["fordland-desk"].pk,
        **changes,
    }
    response = client.get("/desk/reassign/", asked)
    digest = re.search(r'name="digest"\s+value="(\w+)"', response.content.decode())
    return response, {**asked, "digest": digest[1] if digest else "", "reason": "holder-left"}


def test_work_is_reviewed_and_just_that_is_moved(world):
    case, sealed = hear(world).case, hear(world, subject="bribery").case
    client = desk(world, "baraka")
    page, act = review(client, world)
    assert f"/desk/case/{case.pk}/" in page.content.decode()
    assert f"/desk/case/{sealed.pk}/" not in page.content.decode()
    more = hear(world).case
    stale = client.post("/desk/reassign/", act)
    assert stale.status_code == 409
    assert f"/desk/case/{more.pk}/" in stale.content.decode()
    assert not CaseStep.objects.filter(step="reassigned").exists()
    _, act = review(client, world)
    assert client.post("/desk/reassign/", {**act, "reason": ""}).status_code == 422
    done = client.post("/desk/reassign/", act)
    assert done.headers["Location"] == "/desk/reassign/?done=1"
    page = client.get("/desk/reassign/?moved=999").content.decode()
    assert "999" not in page
    assert "Done." not in page
    assert set(Case.objects.filter(owner=world.posts["fordland-desk"])) == {case, more}
    assert client.post("/desk/reassign/", act).status_code == 409


def test_work_moves_only_between_posts_that_may_own_it(world):
    hear(world)
    client = desk(world, "baraka")
    page, _ = review(client, world, to=world.posts["high-hill-desk"].pk)
    assert page.status_code == 422
    page, _ = review(client, world, to=world.posts["upper-ford-desk"].pk)
    assert page.status_code == 422
    for name in ("amina", "chidi", "esi"):
        assert desk(world, name).get("/desk/reassign/").status_code == 403


# --- templates -------------------------------------------------------------------------------------


def test_templates_are_saved_by_the_operator_once_and_shipped_in_three_languages(world):
    grace = world.actor("grace")
    assert import_templates(actor=grace).added == ReplyTemplate.objects.count() > 0
    events = Event.objects.count()
    assert import_templates(actor=grace).added == 0
    assert Event.objects.count() == events
    assert all(set(row.texts) == {"en", "ar", "zh-hans"} for row in ReplyTemplate.objects.all())
    with pytest.raises(Denied):
        save_template(actor=world.actor("amina"), key="x", names={"en": "x"}, texts={"en": "x"})
    assert not ReplyTemplate.objects.filter(key="x").exists()
