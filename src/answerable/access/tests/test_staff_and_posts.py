"""Staff, posts and who fills them."""

from datetime import date, timedelta
from typing import Any

import pytest

from answerable.access import services
from answerable.access.models import Holding, Post, Staff
from answerable.access.problems import (
    Denied,
    HoldingEnded,
    HoldingOutsidePost,
    HoldingOverlaps,
    LanguageUnknown,
    PasswordWeak,
    PasswordWrong,
    PostIsFixed,
    PostKeyTaken,
    RoleUnknown,
    UsernameRefused,
    UsernameTaken,
)
from answerable.access.rules import PUBLIC, SYSTEM, Right, Role
from answerable.access.selectors import actor_for
from answerable.kernel.labels import DatesInDisorder, KeyRefused, NamesRefused
from answerable.register.models import Event
from tests.support.world import DAY, SINCE, World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
GOOD = "nine green bottles"


def events() -> list[tuple[str, int | None]]:
    return list(Event.objects.order_by("pk").values_list("kind", "post_id"))


def test_grace_adds_a_person_who_may_do_nothing_before_filling_a_post(world: World) -> None:
    staff = services.add_staff(actor=world.actor("grace"), username="Ines", name=" Ines  A. ", language="ar")

    assert (staff.username, staff.name, staff.has_usable_password()) == ("ines", "Ines  A.", False)
    assert actor_for(staff).holdings == ()
    assert events() == [("access.staff-added", world.posts["operator"].pk)]


@pytest.mark.parametrize("language", ["", "fr", "zh-Hans", "EN", "x" * 5000])
def test_the_desk_speaks_the_languages_of_the_product(world: World, language: str) -> None:
    with pytest.raises(LanguageUnknown):
        services.add_staff(actor=world.actor("grace"), username="ines", name="Ines", language=language)
    with pytest.raises(LanguageUnknown):
        services.change_staff(actor=world.actor("grace"), staff=world.staff["amina"], language=language)


@pytest.mark.parametrize("name", ["daudi", "amina", "ama", "hana", "public"])
def test_nobody_but_the_operator_adds_staff_posts_or_passwords(world: World, name: str) -> None:
    actor = PUBLIC if name == "public" else world.actor(name)
    for act in (
        lambda: services.add_staff(actor=actor, username="ines", name="Ines"),
        lambda: services.add_post(
            actor=actor, key="x", role="operator", area=world.areas["High Hill"], names={"en": "X"}
        ),
        lambda: services.set_password(actor=actor, staff=world.staff["amina"], password=GOOD),
        lambda: services.fill_post(
            actor=actor, post=world.posts["operator"], staff=world.staff["hana"], starts_on=DAY
        ),
        lambda: services.end_holding(actor=actor, holding=Holding.objects.earliest("pk"), ends_on=DAY),
        lambda: services.change_staff(actor=actor, staff=world.staff["amina"], name="X"),
        lambda: services.change_post(actor=actor, post=world.posts["operator"], names={"en": "X"}),
        lambda: services.end_post(actor=actor, post=world.posts["operator"], on=DAY),
    ):
        with pytest.raises(Denied):
            act()
    assert events() == []
    assert Staff.objects.count() == 9


def test_user_names_are_plain_and_given_once(world: World) -> None:
    grace = world.actor("grace")
    for username in ("", "a", "in es", "ines@example.org", "../x", "x" * 61, "İnes"):
        with pytest.raises(UsernameRefused):
            services.add_staff(actor=grace, username=username, name="Ines")
    with pytest.raises(UsernameTaken):
        services.add_staff(actor=grace, username="AMINA", name="Another")
    assert events() == []


def test_an_operator_of_one_county_sets_up_posts_there_and_nowhere_else(world: World) -> None:
    post = services.add_post(
        actor=SYSTEM,
        key="fordland-operator",
        role=Role.OPERATOR,
        area=world.areas["Fordland"],
        names={"en": "O"},
    )
    services.fill_post(actor=SYSTEM, post=post, staff=world.staff["hana"], starts_on=DAY)
    hana = actor_for(world.staff["hana"])

    added = services.add_post(
        actor=hana, key="mill-team", role="team-member", area=world.areas["Mill"], names={"en": "Team"}
    )
    assert added.valid_from == DAY
    for area in (world.areas["Peak"], world.areas["Riverland"], None):
        with pytest.raises(Denied):
            services.add_post(actor=hana, key="y", role="team-member", area=area, names={"en": "Y"})


def test_posts_have_a_known_role_a_plain_key_and_a_name(world: World) -> None:
    good: dict[str, Any] = {
        "actor": SYSTEM,
        "key": "k",
        "role": "auditor",
        "area": None,
        "names": {"en": "K"},
    }
    for change, problem in (
        ({"role": "king"}, RoleUnknown),
        ({"key": "No Key"}, KeyRefused),
        ({"key": "operator"}, PostKeyTaken),
        ({"names": {"not a tag": "x"}}, NamesRefused),
        ({"valid_from": DAY, "valid_to": SINCE}, DatesInDisorder),
    ):
        with pytest.raises(problem):
            services.add_post(**good | change)
    assert Post.objects.count() == 8
    assert events() == []


def test_what_a_post_may_do_never_changes_under_its_holder(world: World) -> None:
    post = world.posts["upper-ford-desk"]
    with pytest.raises(PostIsFixed):
        services.change_post(actor=SYSTEM, post=post, role="director")
    with pytest.raises(PostIsFixed):
        services.change_post(actor=SYSTEM, post=post, area_id=world.areas["Riverland"].pk)
    services.change_post(actor=SYSTEM, post=post, role="case-handler", names={"en": "Desk", "ar": "مكتب"})
    post.refresh_from_db()
    assert post.names == {"ar": "مكتب", "en": "Desk"}


def test_a_holding_ends_and_the_next_one_begins(world: World) -> None:
    grace, desk = world.actor("grace"), world.posts["upper-ford-desk"]
    old = desk.holdings.get()
    with pytest.raises(HoldingOverlaps):
        services.fill_post(actor=grace, post=desk, staff=world.staff["hana"], starts_on=DAY)
    services.end_holding(actor=grace, holding=old, ends_on=DAY)
    with pytest.raises(HoldingOverlaps):
        services.fill_post(actor=grace, post=desk, staff=world.staff["hana"], starts_on=DAY)
    services.fill_post(actor=grace, post=desk, staff=world.staff["hana"], starts_on=DAY + timedelta(1))

    assert actor_for(world.staff["amina"], DAY).has(Right.HANDLE)
    assert not actor_for(world.staff["amina"], DAY + timedelta(1)).has(Right.HANDLE)
    assert not actor_for(world.staff["hana"], DAY).has(Right.HANDLE)
    assert actor_for(world.staff["hana"], DAY + timedelta(1)).has(Right.HANDLE)
    with pytest.raises(HoldingEnded):
        services.end_holding(actor=grace, holding=old, ends_on=DAY + timedelta(9))


def test_the_database_itself_refuses_two_people_in_one_post(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when two operators act at once: neither sees the other's holding before inserting."""
    monkeypatch.setattr("django.db.models.query.QuerySet.exists", lambda self: False)
    with pytest.raises(HoldingOverlaps):
        services.fill_post(
            actor=SYSTEM,
            post=world.posts["upper-ford-desk"],
            staff=world.staff["hana"],
            starts_on=DAY,
            ends_on=DAY,
        )
    with pytest.raises(UsernameTaken):
        services.add_staff(actor=SYSTEM, username="amina", name="Amina")
    assert Holding.objects.filter(staff=world.staff["hana"]).count() == 0
    assert events() == []


def test_a_post_is_filled_only_while_it_exists(world: World) -> None:
    post = services.add_post(
        actor=SYSTEM,
        key="summer",
        role="team-member",
        area=world.areas["Ford"],
        names={"en": "Summer"},
        valid_from=date(2026, 6, 1),
        valid_to=date(2026, 8, 31),
    )
    for start, end in (
        (DAY, date(2026, 7, 1)),
        (date(2026, 6, 1), None),
        (date(2026, 8, 1), date(2026, 9, 1)),
    ):
        with pytest.raises(HoldingOutsidePost):
            services.fill_post(
                actor=SYSTEM, post=post, staff=world.staff["hana"], starts_on=start, ends_on=end
            )
    services.fill_post(
        actor=SYSTEM, post=post, staff=world.staff["hana"], starts_on=post.valid_from, ends_on=post.valid_to
    )
    with pytest.raises(HoldingOutsidePost):
        services.end_post(actor=SYSTEM, post=post, on=date(2026, 7, 1))


def test_a_closed_account_holds_nothing(world: World) -> None:
    services.change_staff(actor=world.actor("grace"), staff=world.staff["amina"], active=False)
    assert actor_for(world.staff["amina"]).holdings == ()


def test_passwords_are_set_by_the_operator_and_changed_by_their_owner(world: World) -> None:
    amina = world.staff["amina"]
    with pytest.raises(PasswordWeak):
        services.set_password(actor=world.actor("grace"), staff=amina, password="short")
    with pytest.raises(PasswordWeak):
        services.set_password(actor=world.actor("grace"), staff=amina, password="1234567890")
    services.set_password(actor=world.actor("grace"), staff=amina, password=GOOD)
    actor = world.actor("amina")
    with pytest.raises(PasswordWrong):
        services.change_own_password(actor=actor, staff=amina, present="not this", new=GOOD + "!")
    with pytest.raises(Denied):
        services.change_own_password(actor=world.actor("daudi"), staff=amina, present=GOOD, new=GOOD + "!")
    services.change_own_password(actor=actor, staff=amina, present=GOOD, new=GOOD + "!")

    amina.refresh_from_db()
    assert amina.check_password(GOOD + "!")
    assert events() == [
        ("access.password-set", world.posts["operator"].pk),
        ("access.password-changed", world.posts["upper-ford-desk"].pk),
    ]
