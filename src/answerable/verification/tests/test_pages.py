"""The pages of checks, and a stranger who draws again with ten lines and with the command."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from answerable.config import drawing
from answerable.kernel import clock
from answerable.merkle.draws import sample_of
from answerable.verification import services
from answerable.verification.models import Draw, Drawn, Finding, OwnGap
from tests.support.world import DAY, World

from .factories import BEST, FRIDAY, drawn, projects, sign_week

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
DOCUMENT = Path(__file__).resolve().parents[4] / "docs" / "reference" / "draws.md"
ASKED = {"kinds": ["project"], "starts_on": "2026-02-01", "ends_on": "2026-03-02", "wanted": "2"}


def desk(world: World, name: str) -> Client:
    client = Client()
    client.force_login(world.staff[name])
    return client


def test_plan_commit_draw_and_draw_again_with_ten_lines(world: World, tmp_path: Path) -> None:
    projects(world, 4)
    chidi = desk(world, "chidi")
    page = f"/desk/checks/new/{world.areas['Fordland'].pk}/"
    assert "Commit to this list" in chidi.get(page).content.decode()
    assert "In the list" in chidi.post(page, ASKED | {"do": "plan"}).content.decode()
    assert not Draw.objects.exists()
    for field, typed in (
        ("wanted", "many"),
        ("wanted", "9"),
        ("starts_on", "soon"),
        ("lottery", "x"),
        ("kinds", []),
    ):
        answer = chidi.post(page, ASKED | {"do": "commit", field: typed})
        assert answer.status_code in {400, 422}, field
        assert 'role="alert"' in answer.content.decode(), field
    made = chidi.post(page, ASKED | {"do": "commit", "lottery": "State lottery", "lottery_on": "2026-03-06"})
    draw = Draw.objects.get()
    assert made.headers["Location"] == f"/desk/checks/{draw.pk}/?done=1"
    assert "waits for the register" in chidi.get(f"/desk/checks/{draw.pk}/").content.decode()
    assert Client().get(f"/draws/{draw.pk}-sample.txt").status_code == 404
    sign_week()
    with clock.held_at(FRIDAY):
        assert (
            chidi.post(f"/desk/checks/{draw.pk}/", {"do": "abandon", "reason": "list-wrong"}).status_code
            == 409
        )
        assert chidi.post(f"/desk/checks/{draw.pk}/", {"do": "draw", "number": "4 12"}).status_code == 302
    draw.refresh_from_db()
    public = Client()
    text, sample = (public.get(f"/draws/{draw.pk}{end}.txt").content for end in ("", "-sample"))
    # The document's own lines, by a Python that knows nothing of this product.
    (code,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text("utf-8"), re.S)
    assert len([line for line in code.splitlines() if line]) == 10
    (tmp_path / "draw.py").write_text(code)
    (tmp_path / "list.txt").write_bytes(text)
    ran = subprocess.run(
        [sys.executable, "-I", "draw.py", "list.txt", draw.root, "4-12"],
        cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert ran.stdout == sample.decode()
    whole = public.get(f"/draws/{draw.pk}.json").content
    (tmp_path / "draw.json").write_bytes(whole)
    assert drawing.main(["verify", str(tmp_path / "draw.json")]) == 0
    said = json.loads(whole)
    numbers = [f"4-{n}" for n in range(13, 60)]  # of two in four, some draw the same
    other = next(one for one in numbers if sample_of(said["list"], said["root"], one) != said["sample"])
    for change in (
        {"list": said["list"].replace("check-1", "check-9")},
        {"root": "0" * 64},
        {"number": other},
        {"sample": said["sample"][:1]},
    ):
        (tmp_path / "other.json").write_text(json.dumps(said | change))
        assert drawing.main(["verify", str(tmp_path / "other.json")]) == 2, change
    for trouble in ("{", "[]", "{}"):
        (tmp_path / "other.json").write_text(trouble)
        assert drawing.main(["verify", str(tmp_path / "other.json")]) == 1
    assert drawing.main(["verify", str(tmp_path / "none.json")]) == 1


def test_from_naming_who_looks_to_a_checked_repair_on_pages(world: World) -> None:
    one = drawn(world)
    page = f"/desk/checks/unit/{one.pk}/"
    chidi, amina = desk(world, "chidi"), desk(world, "amina")
    with clock.held_at(FRIDAY):
        told = chidi.post(page, {"do": "name", "visitor": world.posts["ford-team"].pk})
        assert (told.status_code, "ford-team" in told.content.decode()) == (403, True)
        assert (
            chidi.post(page, {"do": "name", "visitor": world.posts["fordland-audit"].pk}).status_code == 302
        )
        assert "For you to look at" in chidi.get("/desk/checks/").content.decode()
        sent = {key: answer for key, answer in BEST.items() if key != "parts"}
        sent |= {
            "do": "visit",
            "parts.recorded": "\u0664",
            "parts.found": "3",
            "parts.severity": "small",
            "safe": "no",
        }
        missing = chidi.post(page, sent)
        assert missing.status_code == 422
        assert "Is it safe? Please say how serious" in missing.content.decode()
        sent |= {"safe.severity": "dangerous"}
        assert "the post that puts it right" in chidi.post(page, sent).content.decode()
        sent |= {"owner": str(world.posts["upper-ford-desk"].pk), "due_on": "2026-04-01"}
        assert chidi.post(page, sent).status_code == 302
        finding = Finding.objects.get(question="safe")
        assert amina.post(page, {"do": "repaired", "finding": finding.pk}).status_code == 302
        assert chidi.post(page, {"do": "holds", "finding": finding.pk}).status_code == 302
        assert "put right, and checked" in amina.get(page).content.decode()
        assert "3 found, 4 recorded" in chidi.get(page).content.decode()
        assert "Findings" in chidi.get(f"/desk/checks/{one.draw_id}/").content.decode()
    for address in (f"draws/{one.draw_id}/", "draws/"):
        for lang in ("en", "ar"):
            answer = Client().get(f"/{lang}/{address}")
            assert answer.status_code == 200
            assert len(gzip.compress(answer.content)) < 14_000
            assert "<script" not in answer.content.decode()
    shown = Client().get(f"/en/draws/{one.draw_id}/").content.decode()
    assert "1 of 1 visited" in shown
    assert "dangerous" in shown
    assert "too few to be compared" in shown


def test_a_team_tells_of_a_gap_itself(world: World) -> None:
    projects(world, 1)
    farid = desk(world, "farid")
    assert "project:check-0" in farid.get("/desk/checks/own/").content.decode()
    wrong = farid.post("/desk/checks/own/", {"key": "project:check-0", "question": "asset/works"})
    assert wrong.status_code == 422
    right = {"key": "project:check-0", "question": "project/safe"}
    assert farid.post("/desk/checks/own/", right).status_code == 302
    assert farid.post("/desk/checks/own/", right).status_code == 409
    assert OwnGap.objects.get().told_on == DAY


def test_a_list_that_was_given_up_shows_beside_the_next(world: World) -> None:
    projects(world)
    chidi = desk(world, "chidi")
    page = f"/desk/checks/new/{world.areas['Fordland'].pk}/"
    chidi.post(page, ASKED | {"do": "commit"})
    first = Draw.objects.get()
    chidi.post(f"/desk/checks/{first.pk}/", {"do": "abandon", "reason": "nobody-to-visit"})
    with clock.held_at(DAY + timedelta(days=1)):
        chidi.post(page, ASKED | {"do": "commit"})
    second = Draw.objects.latest("pk")
    for address in (f"/desk/checks/{second.pk}/", f"/en/draws/{second.pk}/"):
        assert "nobody could make the visits" in chidi.get(address).content.decode()
    assert Drawn.objects.count() == 0
    services.abandon_draw(actor=world.actor("chidi"), draw=second.pk, reason="list-wrong")
