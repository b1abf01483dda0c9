"""Residents' pages: what they answer, what they carry, what they never set, and how much they weigh."""

from __future__ import annotations

import re
from datetime import date, timedelta

import brotli
import pytest
from django.apps import apps
from django.http import HttpResponse
from django.test import Client

from answerable.access.models import Holding, Post
from answerable.kernel import clock
from answerable.listening import selectors
from answerable.listening.models import Case, Feedback, Word
from answerable.listening.services import new_form_token
from answerable.listening.services.releasing import release_due
from answerable.safeguards import codes
from answerable.safeguards.limits import TokenBucket
from answerable.web.styles import style_hash
from tests.support.village import Village, tell_and_answer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
LANGUAGES = ("en", "ar", "zh-hans")
WITHOUT_FORM = (
    "",
    "tell/",
    "promise/",
    "what-we-hold/",
    "what-we-hold/money/",
    "standards/",
    "figures/",
    "?q=Willow",
    "?q=zzz",
)


def pages(village: Village) -> list[str]:
    """Every page that GET opens, without its language."""
    county = village.world.areas["Fordland"].pk
    return [*WITHOUT_FORM, village.path, f"area/{county}/", f"{village.path}tell/", "code/", "nowhere/"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_page_is_light_closed_to_others_and_in_its_language(village, lang, client):
    for page in pages(village):
        response = client.get(f"/{lang}/{page}")
        assert response.status_code == (404 if page == "nowhere/" else 200), page
        text = response.content.decode()
        assert len(brotli.compress(response.content, quality=4)) < 14_000, page
        assert f'<html lang="{lang}" dir="{"rtl" if lang == "ar" else "ltr"}">' in text
        assert not re.search(r"(?:src|href|action)=[\"']?(?:https?:)?//", text), page
        assert "<script" not in text, page
        assert " style=" not in text, page
        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy, page
        assert style_hash() in policy, page
        assert response["Content-Language"] == lang
        for other in set(LANGUAGES) - {lang}:
            assert f'hreflang="{other}"' in text, page
        with_form = "csrfmiddlewaretoken" in text
        assert bool(response.cookies) == with_form, page
        assert set(response.cookies) <= {"form"}, page


def test_a_page_is_small_on_the_wire(village, client):
    response = client.get(f"/en/{village.path}", headers={"accept-encoding": "gzip, br"})
    assert response["Content-Encoding"] == "br"
    assert response["Content-Length"] == str(len(response.content))
    assert b"Upper Willow" in brotli.decompress(response.content)
    assert "Accept-Encoding" in response["Vary"]
    response = client.get(f"/en/{village.path}", headers={"accept-encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"
    code = tell_and_answer(village)
    response = client.post("/ar/code/", {"code": code}, headers={"accept-encoding": "br"})
    assert response["Content-Encoding"] == "br"
    assert len(response.content) < 14_000
    assert not client.get("/en/", headers={"accept-encoding": "identity"}).has_header("Content-Encoding")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_village_page_asks_at_most_eight_questions(village, lang, client, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        assert client.get(f"/{lang}/{village.path}").status_code == 200


def test_the_first_page_follows_the_browsers_language(client):
    response = client.get("/", headers={"accept-language": "ar, en;q=0.5"})
    assert (response.status_code, response["Location"]) == (302, "/ar/")
    assert "Accept-Language" in response["Vary"]
    assert client.get("/", headers={"accept-language": "zh-CN"})["Location"] == "/zh-hans/"
    assert client.get("/", headers={"accept-language": "xx"})["Location"] == "/en/"


def test_a_village_shows_rounded_counts_answers_and_its_team(village, client):
    release_due()
    text = client.get(f"/en/{village.path}").content.decode()
    for words in (
        "About 45 matters were raised here; about 35 have an answer.",
        "The pump at the school was replaced",
        "Team 7",
        "Lake University",
        "within 7 working days",
        "Stone Bridge County",
        'lang="ar" dir="rtl"',
        "in Arabic",
    ):
        assert words in text, words
    assert "October 2025 to December 2025, as of 2 March 2026." in text
    assert "<dd>46</dd>" not in text


def test_before_the_first_release_a_page_says_when_it_comes(village, client):
    text = client.get(f"/en/{village.path}").content.decode()
    assert "The first figures are published on 15 April 2026." in text
    assert 'class="stats"' not in text
    township = client.get(f"/en/area/{village.world.areas['Upper Ford'].pk}/").content.decode()
    assert "The first figures are published" in township


def test_small_counts_are_said_in_words(village, client):
    Case.objects.filter(pk__gt=9).update(state="withdrawn")
    release_due()
    text = client.get(f"/en/{village.path}").content.decode()
    assert "Fewer than 10 matters were raised here" in text
    assert text.count("fewer than 10") == 4
    assert 'class="bar"' not in text


def test_a_count_that_would_give_a_smaller_one_away_is_not_shown(village, client):
    """Nine here and nine next door: their township is between 18 and 22, and could be nothing else."""
    quarter = Case.objects.filter(received_on__range=("2025-10-01", "2025-12-31")).order_by("pk")
    pks = list(quarter.values_list("pk", flat=True))
    Case.objects.filter(pk__in=pks[:9]).update(area=village.world.areas["Well"])
    Case.objects.filter(pk__in=pks[18:]).update(state="withdrawn")
    release_due()
    township = client.get(f"/en/area/{village.world.areas['Upper Ford'].pk}/").content.decode()
    assert "How much was raised here is not shown: it would give a smaller count away." in township
    assert township.count("<dd>not shown</dd>") >= 2
    assert "<dd>20</dd>" not in township


def test_sensitive_matters_are_in_no_count(village, client):
    unanswered = Case.objects.filter(public_answer__isnull=True).order_by("pk")
    Case.objects.filter(pk__in=list(unanswered.values_list("pk", flat=True)[:30])).update(sensitive=True)
    left = Case.objects.filter(sensitive=False, received_on__range=("2025-10-01", "2025-12-31")).count()
    assert 23 <= left <= 27
    release_due()
    for area in (village.area, village.world.areas["Fordland"]):
        text = client.get(f"/en/area/{area.pk}/").content.decode()
        assert "About 25 matters" in text


def test_what_is_published_does_not_move(village, client):
    release_due()
    before = client.get(f"/en/{village.path}").content
    Case.objects.update(received_on=date(2025, 11, 1))
    release_due()
    assert client.get(f"/en/{village.path}").content == before


def test_an_area_lists_the_places_below_with_their_figures(village, client):
    release_due()
    township = village.world.areas["Upper Ford"]
    text = client.get(f"/en/area/{township.pk}/").content.decode()
    assert "Upper Willow Village" in text
    assert re.search(r"Upper Willow Village</a></th><td class=\"num\">45</td><td class=\"num\">35</td>", text)
    assert re.search(r"Old Well Village</a></th><td class=\"num\">fewer than 10</td>", text)


def test_a_place_is_found_by_its_name_in_any_language(village, client):
    for sought in ("upper willow", "上柳", "الصفصاف العليا"):
        text = client.get("/en/", {"q": sought}).content.decode()
        assert f"/en/area/{village.area.pk}/" in text, sought
    text = client.get("/en/tell/", {"q": "willow"}).content.decode()
    assert f"/en/area/{village.area.pk}/tell/" in text
    assert "No place found" in client.get("/en/", {"q": "<b>x"}).content.decode()
    assert client.get("/en/", {"q": "a\0b"}).status_code == 200


@pytest.mark.parametrize("number", ["0", "99999999", "9" * 30, "9" * 5000])
def test_an_unknown_area_is_not_there(village, client, number):
    for page in (f"/en/area/{number}/", f"/en/area/{number}/tell/"):
        response = client.get(page)
        assert response.status_code == 404
        assert b"There is nothing here" in response.content


def test_a_closed_village_names_its_successor(village, client):
    village.area.valid_to = clock.today() - timedelta(days=1)
    village.area.successor = village.world.areas["Well"]
    village.area.save()
    text = client.get(f"/en/{village.path}").content.decode()
    assert "This place is now part of another" in text
    assert "Old Well Village" in text
    assert f"{village.path}tell/" not in text
    assert client.get(f"/en/{village.path}tell/").status_code == 302


# --- telling ---


def form(village: Village, **changes: str) -> dict[str, str]:
    """What a browser sends for a form filled well."""
    sent = {
        "token": new_form_token(),
        "kind": "need",
        "subject": "water",
        "finer": "",
        "text": "لا يوجد ماء في المدرسة",
    }
    return {**sent, **changes}


def code_in(response: HttpResponse) -> str:
    found = re.search(r'class="code"[^>]*><bdi dir="ltr">([\d ]+)<', response.content.decode())
    assert found
    return found[1]


def test_telling_gives_a_code_and_dates_and_keeps_nothing_about_who(village, client):
    response = client.post(
        f"/ar/{village.path}tell/", form(village, finer="water-supply"), headers={"user-agent": "Phone 7"}
    )
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    code = code_in(response)
    assert re.fullmatch(r"(?:\d{4} ){4}\d{4}", code)
    feedback = Feedback.objects.get()
    assert (feedback.language, feedback.channel, feedback.locator) == (
        "ar",
        "web",
        code.replace(" ", "")[:6],
    )
    assert feedback.case.subject.key == "water-supply"
    assert "11 مارس 2026" in response.content.decode()
    assert client.post("/ar/code/", {"code": code}).status_code == 200


def test_sent_twice_it_is_one_feedback_with_one_code(village, client):
    sent = form(village)
    first, second = (client.post(f"/en/{village.path}tell/", sent) for _ in range(2))
    assert code_in(first) == code_in(second)
    assert Feedback.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"text": "  "}, 422, "Please write something first."),
        ({"text": "a\0b"}, 422, "characters that are no writing"),
        ({"text": "a\x07b"}, 422, "characters that are no writing"),
        ({"text": "x" * 4001}, 413, "The text is too long: 4,001 characters, at most 4,000."),
        ({"text": "x" * 90_000}, 413, "The text is too long"),
        ({"subject": ""}, 422, "Please choose what it is about"),
        ({"subject": "nonsense"}, 422, "Please choose what it is about"),
        ({"subject": "roads", "finer": "water-supply"}, 422, "Please choose what it is about"),
        ({"kind": "gossip"}, 422, "Please choose what it is:"),
        ({"token": ""}, 422, "This form was opened too long ago."),
        ({"token": "Ω" * 80}, 422, "This form was opened too long ago."),
        ({"token": "QUJD" * 30}, 422, "This form was opened too long ago."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_written_is_kept(village, client, changes, status, words):
    response = client.post(
        f"/en/{village.path}tell/", form(village, **{"text": "Dry pump & <dust>", **changes})
    )
    text = response.content.decode()
    assert response.status_code == status
    assert words in text
    assert 'role="alert"' in text
    if "text" not in changes:
        assert "Dry pump &amp; &lt;dust&gt;" in text
    assert Feedback.objects.count() == 0
    fresh = re.search(r'name="token" value="([^"]+)"', text)
    assert fresh
    again = client.post(f"/en/{village.path}tell/", form(village, token=fresh[1]))
    assert again.status_code == 200


def test_a_form_of_last_week_is_stale(village, client):
    with clock.held_at(clock.today() - timedelta(days=7)):
        old = new_form_token()
    response = client.post(f"/en/{village.path}tell/", form(village, token=old))
    assert response.status_code == 422
    assert "لا يوجد ماء في المدرسة" in response.content.decode()


def test_bytes_of_another_encoding_are_refused(village, client):
    body = (
        b"kind=need&subject=water&token="
        + new_form_token().encode()
        + b"&text="
        + "水管坏了".encode("gb18030")
    )
    where, kind = f"/en/{village.path}tell/", "application/x-www-form-urlencoded"
    response = client.post(where, body, content_type=kind)
    assert response.status_code == 422
    assert b"characters that are no writing" in response.content
    response = client.generic("POST", where, body, content_type=f"{kind}; charset=gb18030")
    assert response.status_code == 400
    assert b"What arrived could not be read." in response.content
    assert not Word.objects.exists()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_ten_megabytes_are_too_much_in_the_readers_language(village, lang):
    words = {
        "en": "more than can be sent at once",
        "ar": "أكثر مما يمكن إرساله",
        "zh-hans": "一次发送的内容太多",
    }
    client = Client(raise_request_exception=False)
    response = client.post(f"/{lang}/{village.path}tell/", form(village, text="x" * 10_000_000))
    assert response.status_code in {400, 413}
    body = f"text={'x' * 10_000_000}"
    response = client.post(
        f"/{lang}/{village.path}tell/", body, content_type="application/x-www-form-urlencoded"
    )
    assert response.status_code == 413
    assert words[lang] in response.content.decode()
    assert Feedback.objects.count() == 0


def test_a_form_without_its_cookie_keeps_people_going(village):
    client = Client(enforce_csrf_checks=True)
    response = client.post(f"/en/{village.path}tell/", form(village))
    text = response.content.decode()
    assert response.status_code == 403
    assert "This form was open too long" in text
    assert f'href="/en/{village.path}tell/"' in text


def test_feedback_needs_a_village(village, client):
    county = village.world.areas["Fordland"].pk
    assert client.get(f"/en/area/{county}/tell/").status_code == 302
    response = client.post(f"/en/area/{county}/tell/", form(village))
    assert response.status_code == 422
    assert b"Please choose a village" in response.content


def test_the_tick_keeps_it_for_the_focal_point(village, client):
    response = client.post(f"/en/{village.path}tell/", form(village, sensitive="yes"))
    assert b"independent focal point alone" in response.content
    case = Feedback.objects.get().case
    assert case.sensitive
    assert case.owner == village.world.posts["focal-point"]


@pytest.mark.parametrize("value", ["on", "true", "1", "no"])
def test_whatever_the_box_sends_seals_the_case(village, client, value):
    client.post(f"/en/{village.path}tell/", form(village, sensitive=value))
    assert Case.objects.latest("pk").sensitive


def test_a_form_that_holds_a_code_is_kept_nowhere(village, client):
    assert client.get(f"/en/{village.path}tell/")["Cache-Control"] == "no-store"
    assert client.post(f"/en/{village.path}tell/", form(village))["Cache-Control"] == "no-store"


def test_a_used_form_comes_back_with_its_words_and_a_fresh_token(village, client):
    sent = form(village)
    client.post(f"/en/{village.path}tell/", sent)
    response = client.post(f"/en/{village.path}tell/", {**sent, "text": "Other words"})
    page = response.content.decode()
    assert response.status_code == 422
    assert "Other words" in page
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token is not None
    assert token[1] != sent["token"]


def test_without_a_focal_point_the_words_are_kept(village, client):
    Holding.objects.filter(post__role="focal-point").delete()
    Post.objects.filter(role="focal-point").delete()
    response = client.post(f"/en/{village.path}tell/", form(village, sensitive="yes"))
    assert response.status_code in {409, 422}
    assert "No independent focal point" in response.content.decode()
    assert "لا يوجد ماء في المدرسة" in response.content.decode()


def test_the_emergency_number_is_shown_where_it_is_set(village, client, settings):
    settings.EMERGENCY_NUMBER = ""
    assert b"tel:" not in client.get(f"/en/{village.path}tell/").content
    settings.EMERGENCY_NUMBER = "112"
    assert b'href="tel:112"' in client.get(f"/en/{village.path}tell/").content


# --- the code page ---


def test_a_code_shows_the_matter_and_never_the_residents_words(village, client):
    code = tell_and_answer(village)
    response = client.post("/en/code/", {"code": f" {codes.shown(code).replace(' ', '-')} "})
    text = response.content.decode()
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert "The pump was replaced. Please say whether water comes." in text
    assert "Willow Township service desk" in text
    assert "since August" not in text
    arabic = client.post("/ar/code/", {"code": code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))})
    assert arabic.status_code == 200
    assert 'lang="en" dir="ltr"' in arabic.content.decode()


@pytest.mark.parametrize(
    ("typed", "status", "words"),
    [
        ("", 422, "A code has 20 digits; you gave 0."),
        ("1234", 422, "A code has 20 digits; you gave 4."),
        ("swap", 422, "One digit of the code is wrong, or two are swapped."),
        ("other", 404, "We know no such code."),
        ("<script>\0", 422, "A code has 20 digits"),
    ],
)
def test_a_wrong_code_is_told_what_kind_of_mistake_it_is(village, client, typed, status, words):
    if typed == "swap":
        code = codes.new_code()
        typed = code[:-1] + str((int(code[-1]) + 1) % 10)
    elif typed == "other":
        typed = codes.new_code()
    response = client.post("/en/code/", {"code": typed})
    assert response.status_code == status
    assert words in response.content.decode()
    assert "<script" not in response.content.decode()


def test_too_many_tries_have_to_wait(village, client, settings, monkeypatch):
    bucket = TokenBucket(rate=1, burst=2)
    monkeypatch.setattr(selectors, "_tries", lambda: bucket)
    statuses = [client.post("/en/code/", {"code": codes.new_code()}).status_code for _ in range(3)]
    assert statuses == [404, 404, 429]
    response = client.post("/ar/code/", {"code": codes.new_code()})
    assert int(response["Retry-After"]) > 0
    assert "رمزك في أمان" in response.content.decode()


def test_a_resident_confirms_rates_and_sees_it(village, client):
    code = tell_and_answer(village)
    with clock.held_at(clock.today() + timedelta(days=12)):
        response = client.post("/en/code/confirm/", {"code": code})
        assert "It now counts as done, because you said so." in response.content.decode()
        again = client.post("/en/code/confirm/", {"code": code})
        assert again.status_code == 200
        assert client.post("/en/code/rate/", {"code": code, "stars": "5"}).status_code == 200
        assert client.post("/en/code/rate/", {"code": code, "stars": "9"}).status_code == 422
    case = Feedback.objects.get(locator=code[:6]).case
    assert (case.state, case.rating) == ("confirmed", 5)


def test_a_resident_says_not_done_adds_words_and_appeals(village, client):
    code = tell_and_answer(village)
    with clock.held_at(clock.today() + timedelta(days=12)):
        assert client.post("/en/code/add/", {"code": code, "text": ""}).status_code == 422
        assert client.post("/en/code/add/", {"code": code, "text": "Only a trickle."}).status_code == 200
        kept = client.post("/en/code/appeal/", {"code": code, "text": "Dry\0again"})
        assert kept.status_code == 422
        assert "Dryagain" in kept.content.decode()
        response = client.post("/en/code/not-done/", {"code": code, "text": ""})
        assert "Open again" in response.content.decode()
        refused = client.post("/en/code/appeal/", {"code": code, "text": "It is not settled."})
        assert refused.status_code == 409
        assert "not possible any more" in refused.content.decode()


def test_taking_back_asks_once_more(village, client):
    code = tell_and_answer(village)
    with clock.held_at(clock.today() + timedelta(days=12)):
        response = client.post("/en/code/withdraw/", {"code": code})
        assert "Take it back?" in response.content.decode()
        assert Feedback.objects.get(locator=code[:6]).case.state == "claimed_done"
        response = client.post("/en/code/withdraw/", {"code": code, "sure": "yes"})
        assert "Taken back by you" in response.content.decode()
    assert Word.objects.filter(by_office=False).exclude(text="").count() == 0


def test_what_was_taken_back_offers_nothing_more(village, client):
    code = tell_and_answer(village)
    Feedback.objects.filter(locator=code[:6]).update(withdrawn_on=clock.today())
    text = client.post("/en/code/", {"code": code}).content.decode()
    assert "<h1>Taken back by you</h1>" in text
    assert "What you can do" not in text


def test_lateness_is_said_honestly(village, client):
    code = tell_and_answer(village, claimed=False)
    with clock.held_at(clock.today() + timedelta(days=20)):
        text = client.post("/en/code/", {"code": code}).content.decode()
    assert "This is late." in text
    assert "An answer was promised by 11 March 2026. That was 11 days ago." in text


def test_acts_have_no_address_to_open(village, client):
    assert client.get("/en/code/confirm/")["Location"] == "/en/code/"
    assert client.post("/en/code/nonsense/", {"code": "1"}).status_code == 404


def test_what_we_hold_names_every_table(client):
    text = client.get("/en/what-we-hold/").content.decode()
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        assert table in text
        part = f"/en/what-we-hold/{table.partition('_')[0]}/"
        assert f'href="{part}"' in text
        columns = client.get(part).content.decode()
        for field in model._meta.concrete_fields:
            assert f"<code>{field.column}</code>" in columns
    assert client.get("/en/what-we-hold/nothing/").status_code == 404
