"""A funder goes from a grant to a thing that residents confirmed; a resident from a code to the payment."""

import json

import pytest

from tests.support.demo_server import look, run


@pytest.fixture
def live(demo_server):
    """The pages of this journey are the demo's."""
    return demo_server.url


@pytest.fixture(scope="module")
def counted(untouched_demo):
    """What stands in the small demo's database as it was told, as one process counts it."""
    found = run(untouched_demo.env, "shell", "-c", COUNT)
    assert found.returncode == 0, found.stderr
    return json.loads(found.stdout.strip().splitlines()[-1])


COUNT = """
import json
from answerable.assets.models import Check
from answerable.evidence.models import Item
from answerable.following.models import CaseProject
from answerable.kernel import clock
from answerable.money.answers import Scope
from answerable.money.enterprise import village_books
from answerable.money.leaks import leaks
from answerable.money.models import BankLine, BankStatement, Entry, PostedMonth, Proposal
from answerable.money.rules.villages import months_over
from answerable.money.models import Book
from answerable.projects.models import Choice, CodesSaid, Contribution, Project, ResidentsWord, Snag
from answerable.projects.selectors import silent_today, standing_of
from answerable.promises.models import Promise
def kinds(rows, *names):
    return sorted({"/".join(map(str, row)) for row in rows.objects.values_list(*names)})
found = leaks(Scope(), clock.today())
owed = 0
for book in Book.objects.filter(kind="village"):
    owed += len(list(months_over(book.opened_on, clock.today()))) - PostedMonth.objects.filter(book=book).count()
tour = Project.objects.filter(verdict="done").order_by("pk").first()
print(json.dumps({
    "phases": kinds(Project, "phase"),
    "standings": sorted({standing_of(p).value for p in Project.objects.all()}),
    "silent": sum(silent_today(p) for p in Project.objects.all()),
    "linked": Project.objects.filter(case_links__isnull=False).distinct().count(),
    "stages": kinds(Entry, "stage"),
    "proposals": kinds(Proposal, "state"),
    "reversals": Entry.objects.filter(reverses__isnull=False).count(),
    "words": kinds(ResidentsWord, "way", "verdict"),
    "by_code": CodesSaid.objects.filter(said_done__gte=1).count(),
    "promises": kinds(Promise, "state"),
    "late": Promise.objects.filter(late_from__lte=clock.today()).count(),
    "snags": Snag.objects.count(),
    "choices": Choice.objects.count(),
    "gifts": kinds(Contribution, "kind"),
    "checks": kinds(Check, "months", "result"),
    "pictures": kinds(Item, "kind", "publishable"),
    "leaks": [len(found.idle), len(found.paid_not_done), len(found.done_not_paid), len(found.gaps)],
    "bank": [BankStatement.objects.count(), BankLine.objects.filter(matched__isnull=True).count()],
    "months": [PostedMonth.objects.count(), owed],
    "code_links": CaseProject.objects.filter(project=tour).count(),
    "tour": tour.key,
}))
"""


def test_nothing_broke_off(demo_server):
    assert "Broken off" not in demo_server.complaints


def test_projects_are_in_every_phase_and_claims_in_every_standing(counted):
    assert counted["phases"] == sorted(
        [
            "identification",
            "preparation",
            "implementation",
            "completion",
            "completed",
            "cancelled",
            "suspended",
        ]
    )
    assert counted["standings"] == sorted(
        ["not-claimed", "waiting", "unconfirmed", "partly", "confirmed", "reopened"]
    )
    assert counted["silent"]
    assert counted["linked"] >= 10
    assert {"meeting/done", "meeting/not", "meeting/partly"} <= set(counted["words"])
    assert counted["by_code"]
    assert counted["snags"]
    assert counted["choices"]
    assert {"labour", "goods"} <= set(counted["gifts"])
    assert "3/working" in counted["checks"]
    assert {"picture/True", "document/False"} <= set(counted["pictures"])


def test_money_goes_through_every_stage_and_every_leak_is_there_to_be_found(counted):
    wanted = {
        "pledge",
        "receipt",
        "conversion",
        "allocation",
        "commitment",
        "payment",
        "return",
        "contribution",
    }
    assert wanted <= set(counted["stages"])
    assert {"posted", "waiting", "refused"} <= set(counted["proposals"])
    assert counted["reversals"] == 1
    assert all(counted["leaks"]), counted["leaks"]
    assert counted["bank"] == [1, 2]
    posted, owed = counted["months"]
    assert posted
    assert owed == 1


def test_promises_are_kept_taken_up_declined_and_late(counted):
    assert counted["promises"] == ["declined", "kept", "open", "taken-up"]
    assert counted["late"]


def test_the_books_balance(demo_server):
    checked = demo_server.run("books", "check")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "all are equal" in checked.stdout


def test_no_project_promise_or_entry_names_anybody(demo_server):
    found = demo_server.run("shell", "-c", NAMES)
    assert found.stdout.strip().splitlines()[-1] == "[]", found.stdout + found.stderr


NAMES = """
from answerable.access.models import Staff
from answerable.assets.models import Asset, Task
from answerable.money.models import Book, BudgetLine, Entry, Fund
from answerable.programme.models import Organisation
from answerable.projects.models import Project, ProjectEvidence, ProjectWord, Snag
from answerable.promises.models import Promise, Saying
said = []
for model, column in (
    (Asset, "names"), (Task, "names"), (Book, "names"), (BudgetLine, "names"), (Fund, "names"),
    (Organisation, "names"), (Project, "names"), (Project, "descriptions"), (ProjectEvidence, "texts"),
    (ProjectWord, "texts"), (Snag, "texts"), (Promise, "texts"),
):
    said += [text for texts in model.objects.values_list(column, flat=True) for text in texts.values()]
said += list(Saying.objects.values_list("text", flat=True)) + list(Entry.objects.values_list("reference", flat=True))
everything = "\\n".join(said)
print([name for name in Staff.objects.values_list("name", flat=True) if name in everything])
"""


def test_a_funder_goes_from_a_grant_to_what_residents_confirmed(page_for, usable, counted):
    page = page_for(1280, 900, js=False)
    page.goto("/en/fund/clean-water/")
    usable(page)
    look(page, "fund")
    page.locator(f"a[href*='/en/project/{counted['tour']}/']").first.click()
    usable(page)
    assert page.locator("img").count() >= 2
    assert "residents say so" in page.locator("main").inner_text()
    look(page, "project")


def test_a_resident_goes_from_a_code_to_the_payment(demo_server, page_for, usable, counted):
    phone = page_for(360, 740, js=False)
    phone.goto("/en/code/")
    phone.fill("#f-code", demo_server.codes["done and paid: follow it"])
    phone.click("main form button")
    phone.click("form[action='/en/follow/'] button")
    usable(phone)
    look(phone, "follow")
    thread = phone.locator("main").inner_text()
    for word in ("Its budget", "What was paid", "Pictures", "hand pump"):
        assert word.lower() in thread.lower(), word
    # Every link of the chain is there: none is shown as a gap.
    assert not phone.locator("main .gap, main .gap-words").count()
    assert counted["code_links"]
