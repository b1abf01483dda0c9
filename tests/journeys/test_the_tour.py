"""The README's tour, walked in a browser: one need from the village to the figures."""

import pytest

from tests.support.demo_server import PASSWORD, look

NEED = "مصباح الشارع عند المدرسة مطفأ منذ أسبوع."
REPLY = "سيأتي كهربائي ويبدّل المصباح."
PUBLIC = "بُدّل مصباح الشارع عند المدرسة."


@pytest.fixture
def live(demo_server):
    """The pages of this journey are the demo's."""
    return demo_server.url


def sign_in(page, name):
    page.goto("/desk/sign-in/")
    page.fill("#username", name)
    page.fill("#password", PASSWORD)
    page.click("main button")


def find(page, tab):
    """Find the case as a reader of the README does: by the tabs and the search. Returns its address."""
    page.goto("/desk/")
    page.click(f".tabs a:has-text('{tab}')")
    page.fill("#q", "مصباح الشارع عند المدرسة مطفأ")
    page.click("main form .acts button[type=submit]")
    found = page.locator("table.inbox a[href*='/desk/case/']")
    return found.first.get_attribute("href") if found.count() else None


def act(page, case, key, **typed):
    """Open a form of the case by its button, fill it in and send it."""
    page.click(f"a[href='{case}']") if page.locator(f"table.inbox a[href='{case}']").count() else page.goto(
        case
    )
    page.click(f".ways a[href^='?act={key}#']")
    for field, value in typed.items():
        page.fill(f"#form textarea[name={field}]", value)
    if page.locator("#form select#f-language option[value=ar]").count():
        page.select_option("#form select#f-language", "ar")
    if key == "answer":
        page.check("#form input[name=decision][value=will-do]")
    if page.locator("#form input[name=public_read]").count():
        page.check("#form input[name=public_read]")
    page.click(f"#form form[action$='/{key}/'] button[type=submit], #form form[action$='/{key}/'] button.btn")
    assert page.locator("main [role=status]").first.inner_text().startswith("Done: ")


def test_one_need_from_the_village_to_the_figures(demo_server, page_for, usable):
    # A resident, in Arabic, on a narrow screen, without scripts.
    phone = page_for(360, 740, js=False, locale="ar")
    phone.goto("/ar/")
    usable(phone)
    look(phone, "home-ar")
    found = demo_server.run("shell", "-c", VILLAGE)
    village = found.stdout.strip().splitlines()[-1]
    phone.goto(f"/ar/area/{village}/")
    usable(phone)
    look(phone, "village-ar")
    phone.goto(f"/ar/area/{village}/tell/")
    look(phone, "tell-ar")
    phone.check("input[name=subject][value=light]", force=True)
    phone.check("input[name=kind][value=need]", force=True)
    phone.fill("#f-text", NEED)
    phone.click("main button.full")
    code = phone.locator(".code bdi").inner_text()
    assert len(code.replace(" ", "")) == 20
    usable(phone)
    look(phone, "receipt-ar")

    # The township's desk finds it and promises.
    desk = page_for(1280, 900)
    sign_in(desk, "handler")
    case = find(desk, "My work")
    look(desk, "inbox")
    act(desk, case, "answer", text=REPLY)
    desk.goto(case)
    look(desk, "case")

    # Nothing is done: the machinery passes it up, and the resident sees that.
    said = demo_server.go_on(75)
    assert "steps in" in said
    follow(phone, code)
    assert REPLY in phone.content()
    assert "المستوى" in phone.content()
    usable(phone)
    look(phone, "code-late-ar")

    # It went up past the county, whose coordinator finds it in the whole area and says that it is done.
    county = page_for(1280, 900)
    sign_in(county, "county")
    assert find(county, "My work") is None
    county.click("a:has-text('Search in the whole area')")
    assert county.locator("table.inbox a[href*='/desk/case/']").first.get_attribute("href") == case
    assert find(county, "Whole area") == case
    act(county, case, "claim-done", text=PUBLIC, public_text=PUBLIC)

    # Only the resident makes it done.
    follow(phone, code)
    phone.click("#f-confirm summary") if not phone.locator("#f-confirm[open]").count() else None
    phone.click("#f-confirm button")
    usable(phone)
    look(phone, "confirmed-ar")

    # The village's page has the answer, in the office's words and not in the resident's.
    phone.goto(f"/ar/area/{village}/")
    assert PUBLIC in phone.content()
    assert NEED not in phone.content()
    look(phone, "answered-ar")

    # The township's staff see it in their figures.
    desk.goto("/desk/figures/?by=child")
    assert "Upper Willow" in desk.content()
    look(desk, "figures")
    desk.goto(case)
    assert "confirmed" in desk.content().lower()


VILLAGE = (
    "from answerable.places.models import Area; "
    "print(Area.objects.filter(level__is_village=True).order_by('pk').first().pk)"
)


def follow(page, code):
    """Look a need up by its code."""
    page.goto("/ar/code/")
    page.fill("#f-code", code)
    page.click("main form button")


def test_the_printed_codes_open_their_cases(demo_server, page_for):
    page = page_for(360, 740, js=False)
    for label, code in demo_server.codes.items():
        page.goto("/en/code/")
        page.fill("#f-code", code)
        page.click("main form button")
        assert page.locator("ol.time").count() == 1, label


def test_every_state_is_there_and_everything_was_recorded(demo_server):
    found = demo_server.run("shell", "-c", STATES)
    assert found.stdout.strip().splitlines()[-1] == "[] 0", found.stdout + found.stderr


STATES = """
from answerable.listening.models import Case, CaseStep
from answerable.listening.rules.states import State
from answerable.register.models import Event
told = set(CaseStep.objects.values_list("state", flat=True))
bodies = Event.objects.filter(kind__startswith="listening.case-").values_list("body", flat=True)
recorded = {(body.get("case"), body.get("n")) for body in bodies}
missing = [s for s in CaseStep.objects.exclude(n=1).values_list("case_id", "n") if s not in recorded]
first = Case.objects.count() - Event.objects.filter(kind="listening.case-received").count()
print(sorted({s.value for s in State} - told), first + len([m for m in missing if m[1] > 2]))
"""


def test_a_tick_after_a_tick_does_nothing(demo_server):
    demo_server.run("tick")
    again = demo_server.run("tick")
    assert again.returncode == 0
    assert "nothing was due" in again.stdout


def test_a_taken_port_is_said_in_a_sentence(demo_server):
    port = demo_server.url.rpartition(":")[2]
    refused = demo_server.run("serve", "--port", port)
    assert refused.returncode == 1
    assert f"127.0.0.1:{port} can't be listened on" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_clock_takes_sensible_days_only(demo_server):
    refused = demo_server.run("demo", "--here", "--days", "0")
    assert refused.returncode == 1
    assert "from 1 to" in refused.stderr


def test_a_database_with_something_in_it_is_left_alone(demo_server):
    refused = demo_server.run("demo", "--here", "--small", "--no-serve")
    assert refused.returncode == 1
    assert "not empty" in refused.stderr
