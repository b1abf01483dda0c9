"""Kept once, public only after a tick, taken down for good; a row is never without its file."""

from __future__ import annotations

import hashlib
import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from answerable.access.problems import Denied, NotThere
from answerable.evidence import pictures, selectors, services, store, sweeping
from answerable.evidence.models import Item, ItemArea
from answerable.evidence.problems import (
    DayAhead,
    DigestUnreadable,
    FileEmpty,
    NotAPicture,
    NotTakenDown,
    PictureUnreadable,
    TakenDown,
)
from answerable.kernel.labels import ChoiceUnknown
from answerable.register.models import Event
from tests.support.pictures import a_picture
from tests.support.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.EVIDENCE_FOLDER = tmp_path / "evidence"
    return tmp_path / "evidence"


def files(folder: Path) -> list[str]:
    return sorted(p.parent.name + p.name for p in folder.glob("??/*"))


def keep(world: World, who: str = "farid", place: str = "Ford", colour: Any = "red", **more: Any) -> Item:
    return services.keep_picture(
        actor=world.actor(who), area=world.areas[place], data=a_picture(colour=colour), **more
    )


def test_a_picture_is_kept_with_its_files_and_not_public(world: World, folder: Path, on_monday: date) -> None:
    item = keep(world, taken_on=on_monday - timedelta(days=3))
    assert files(folder) == sorted({item.digest, item.thumb})
    kept = selectors.picture_bytes(item)
    assert kept is not None
    assert hashlib.sha256(kept).hexdigest() == item.digest
    assert (item.kind, item.width, item.height, item.octets) == ("picture", 64, 48, len(kept))
    assert (item.taken_on, item.received_on) == (on_monday - timedelta(days=3), on_monday)
    assert not item.publishable
    assert selectors.public_bytes(item.digest) is None
    event = Event.objects.get(kind="evidence.picture-kept")
    assert event.body == {"item": item.pk, "digest": item.digest, "publishable": False}


def test_the_same_picture_is_one_item_and_one_file(world: World, folder: Path) -> None:
    first = keep(world)
    again = keep(world)
    by_others = keep(world, "daudi", "Peak")
    assert first.pk == again.pk == by_others.pk
    assert len(files(folder)) == len({first.digest, first.thumb})
    assert ItemArea.objects.filter(item=first).count() == 2
    assert Event.objects.filter(kind="evidence.picture-kept").count() == 2


def test_public_after_a_tick_only(world: World, folder: Path) -> None:
    item = keep(world)
    services.say_nobody_in_it(actor=world.actor("amina"), item=item.pk)
    assert selectors.public_bytes(item.digest) is not None
    assert selectors.public_bytes(item.digest, small=True) is not None
    assert selectors.public_items([item.pk]).keys() == {item.pk}
    assert keep(world, colour="blue", nobody_in_it=True).publishable
    assert keep(world, colour="green").publishable is False
    assert keep(world, colour="green", nobody_in_it=True).publishable is True
    assert keep(world, colour="green").publishable is True  # an unticked second time takes nothing back


def test_taken_down_is_for_good(world: World, folder: Path) -> None:
    item = keep(world, nobody_in_it=True)
    services.take_down(actor=world.actor("farid"), item=item.pk, reason="recognisable")
    assert selectors.public_bytes(item.digest) is None
    for again in (lambda: keep(world, nobody_in_it=True), lambda: keep(world, "daudi", "Peak")):
        with pytest.raises(TakenDown):
            again()
    with pytest.raises(TakenDown):
        services.say_nobody_in_it(actor=world.actor("amina"), item=item.pk)
    item.refresh_from_db()
    assert selectors.picture_bytes(item) is not None, "the desk still has it"
    services.take_down(actor=world.actor("farid"), item=item.pk, reason="asked")
    item.refresh_from_db()
    assert item.taken_down_for == "recognisable"


@pytest.mark.django_db(transaction=True)
def test_erased_are_the_files_and_not_the_row(world: World, folder: Path) -> None:
    item = keep(world)
    with pytest.raises(NotTakenDown):
        services.erase_picture(actor=world.actor("amina"), item=item.pk)
    services.take_down(actor=world.actor("amina"), item=item.pk, reason="recognisable")
    with pytest.raises(Denied):
        services.erase_picture(actor=world.actor("farid"), item=item.pk)
    services.erase_picture(actor=world.actor("amina"), item=item.pk)
    assert files(folder) == []
    item.refresh_from_db()
    assert item.erased_on is not None
    assert selectors.picture_bytes(item) is None
    with pytest.raises(TakenDown):
        keep(world)
    assert files(folder) == []
    assert list(selectors.missing_files()) == []


@pytest.mark.django_db(transaction=True)
def test_a_file_that_another_picture_needs_stays(world: World, folder: Path) -> None:
    item = keep(world)
    other = Item.objects.create(
        digest="0" * 64, kind="picture", octets=1, thumb=item.thumb, width=1, height=1,
        taken_on=item.taken_on, received_on=item.received_on,
    )  # fmt: skip
    services.take_down(actor=world.actor("amina"), item=item.pk, reason="wrong")
    services.erase_picture(actor=world.actor("amina"), item=item.pk)
    assert files(folder) == [other.thumb]


def test_an_outsider_sees_and_changes_nothing(world: World, folder: Path) -> None:
    item = keep(world)
    daudi, chidi = world.actor("daudi"), world.actor("chidi")
    before = (Item.objects.values().get(pk=item.pk), Event.objects.count(), files(folder))
    with pytest.raises(Denied):
        services.keep_picture(actor=daudi, area=world.areas["Ford"], data=b"never read")
    with pytest.raises(Denied):
        services.keep_document(actor=daudi, area=world.areas["Ford"], sort="plan", data=b"never read")
    for act in (
        lambda actor: services.say_nobody_in_it(actor=actor, item=item.pk),
        lambda actor: services.take_down(actor=actor, item=item.pk, reason="wrong"),
        lambda actor: services.erase_picture(actor=actor, item=item.pk),
    ):
        with pytest.raises(NotThere):
            act(daudi)
        with pytest.raises(Denied):
            act(chidi)
        with pytest.raises(NotThere):
            act(world.actor("public"))
    assert selectors.item_for(daudi, item.pk) is None
    assert selectors.item_for(chidi, item.pk) == item
    assert selectors.item_for(world.actor("hana"), item.pk) is None
    assert before == (Item.objects.values().get(pk=item.pk), Event.objects.count(), files(folder))


def test_stating_a_digest_opens_no_picture(world: World, folder: Path) -> None:
    item = keep(world)
    stated = services.keep_document(
        actor=world.actor("daudi"), area=world.areas["Peak"], sort="other", digest=item.digest
    )
    assert stated.pk != item.pk
    assert selectors.item_for(world.actor("daudi"), item.pk) is None
    assert selectors.picture_bytes(stated) is None
    assert selectors.public_bytes(stated.digest) is None


def test_a_document_leaves_its_digest_and_nothing_else(world: World, folder: Path) -> None:
    farid, ford = world.actor("farid"), world.areas["Ford"]
    words = b"List of the fourteen who were paid"
    item = services.keep_document(actor=farid, area=ford, sort="list", data=iter([words[:9], words[9:]]))
    assert (item.digest, item.octets) == (hashlib.sha256(words).hexdigest(), len(words))
    assert files(folder) == []
    stated = services.keep_document(
        actor=farid, area=ford, sort="list", digest=f" {item.digest.upper()} ", octets=len(words)
    )
    assert stated.pk == item.pk
    for act in (services.say_nobody_in_it, services.erase_picture):
        with pytest.raises(NotAPicture):
            act(actor=world.actor("amina"), item=item.pk)


def test_what_is_wrong_is_said_and_nothing_kept(world: World, folder: Path, on_monday: date) -> None:
    farid, ford = world.actor("farid"), world.areas["Ford"]
    with pytest.raises(DayAhead):
        keep(world, taken_on=on_monday + timedelta(days=1))
    with pytest.raises(FileEmpty):
        services.keep_picture(actor=farid, area=ford, data=b"")
    with pytest.raises(ChoiceUnknown):
        services.keep_document(actor=farid, area=ford, sort="diary", data=b"x")
    with pytest.raises(FileEmpty):
        services.keep_document(actor=farid, area=ford, sort="plan", data=b"")
    for digest in ("", "12", "g" * 64, "../../etc/passwd", "a" * 65):
        with pytest.raises(DigestUnreadable):
            services.keep_document(actor=farid, area=ford, sort="plan", digest=digest)
    with pytest.raises(ChoiceUnknown):
        services.take_down(actor=farid, item=keep(world).pk, reason="because")
    assert Item.objects.count() == 1


def test_a_refused_picture_leaves_no_file(
    world: World, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(PictureUnreadable):
        services.keep_picture(actor=world.actor("farid"), area=world.areas["Ford"], data=a_picture()[:200])
    assert files(folder) == []


def test_the_database_refuses_what_must_never_be(world: World, folder: Path) -> None:
    item = keep(world)
    document = services.keep_document(
        actor=world.actor("farid"), area=world.areas["Ford"], sort="plan", data=b"x"
    )
    rows = Item.objects.filter(pk=item.pk)
    services.take_down(actor=world.actor("farid"), item=item.pk, reason="wrong")
    for change in (
        lambda: rows.update(digest="1" * 64),
        lambda: rows.update(publishable=True),
        lambda: rows.update(taken_down_on=None, taken_down_for=""),
        lambda: Item.objects.filter(pk=document.pk).update(publishable=True),
        lambda: Item.objects.filter(pk=document.pk)._raw_delete("default"),
        lambda: ItemArea.objects.filter(item=item).update(area=world.areas["Peak"]),
        lambda: ItemArea.objects.filter(item=item)._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


# --- files -----------------------------------------------------------------------------------------


def test_an_act_that_fails_leaves_a_file_that_is_swept_after_a_day(
    world: World, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = keep(world, colour="blue")
    with transaction.atomic():
        keep(world)
        transaction.set_rollback(True)
    assert Item.objects.count() == 1
    left = [name for name in files(folder) if name not in {kept.digest, kept.thumb}]
    assert left
    assert sweeping.sweep() == 0, "it may still be on its way"
    (folder / "ab").mkdir(exist_ok=True)
    for half in (".part-0011223344556677", f".{'c' * 62}.00112233aabb", ".DS_Store"):
        (folder / "ab" / half).write_bytes(b"half")
    strange = folder / "ab" / "readme"
    strange.write_text("not ours")
    for path in folder.glob("??/*"):
        os.utime(path, (1, 1))
    assert sweeping.sweep() == len(left) + 2
    not_ours = {"abreadme", "ab.DS_Store"}
    assert sorted({kept.digest, kept.thumb}) == [name for name in files(folder) if name not in not_ours]
    assert strange.exists()


def test_sweeping_runs_once_a_day(world: World, folder: Path) -> None:
    assert sweeping.sweep_daily() == 0
    assert not folder.exists(), "nothing to sweep, nothing made"
    for n, after in ((1, 0), (0, 3_600), (1, 90_000)):
        digest = store.write(b"left behind")
        os.utime(store.place_of(digest), (1, 1))
        if after:
            os.utime(folder / ".swept", (1_000_000, 1_000_000))
        assert sweeping.sweep_daily(now=1_000_000 + after if after else None) == n


def test_the_folder_of_another_database_is_left_alone(
    world: World, folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(store, "FEW_LEFT", 2)
    for n in range(3):
        os.utime(store.place_of(store.write(b"theirs %d" % n)), (1, 1))
    with pytest.raises(store.StrangeFolder):
        sweeping.sweep()
    assert sweeping.sweep_daily() == 0
    assert "Is this the right database?" in caplog.text
    assert len(files(folder)) == 3


def test_a_leftover_that_comes_again_is_new(world: World, folder: Path) -> None:
    digest = store.write(b"bytes")
    os.utime(store.place_of(digest), (1, 1))
    store.write(b"bytes")
    assert sweeping.sweep() == 0
    assert store.read(digest) == b"bytes"


def test_a_file_is_there_before_its_row(world: World, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        keep(world)
    assert Item.objects.count() == 0
    assert files(folder) == []
    assert [path.name for path in folder.rglob(".*") if path.name != ".lock"] == []


def test_other_bytes_under_a_digest_are_not_given_out(world: World, folder: Path) -> None:
    item = keep(world, nobody_in_it=True)
    place = store.place_of(item.digest)
    place.write_bytes(place.read_bytes() + b"<script>")
    assert selectors.public_bytes(item.digest) is None
    assert list(selectors.missing_files()) == [item]
    place.unlink()
    assert list(selectors.missing_files()) == [item]


@given(st.text(max_size=80))
def test_no_other_path_can_be_asked_for(name: str) -> None:
    if store.DIGEST.match(name):
        assert store.place_of(name).parent.parent == store.folder()
        return
    with pytest.raises(ValueError, match="SHA-256"):
        store.place_of(name)


def test_one_picture_at_a_time_is_decoded() -> None:
    """A lock, so that ten uploads at once take the memory of one."""
    assert pictures._one_at_a_time.acquire(blocking=False)
    pictures._one_at_a_time.release()
