"""A village's page names the projects for it, amber where they are silent, and leads to its promises."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from answerable.kernel import clock
from answerable.projects.tests.factories import claimed, under_way
from answerable.promises.tests.factories import project
from tests.support.world import DAY, World


@pytest.mark.parametrize("lang", ["en", "ar", "zh-hans"])
def test_projects_stand_on_the_page_of_their_village(
    world: World, on_monday: None, lang: str, django_assert_max_num_queries
) -> None:
    under_way(world, key="pump")
    claimed(world, key="well")
    project(world, "mill", area="Mill")
    client = Client()
    with clock.held_at(DAY + timedelta(days=45)), django_assert_max_num_queries(8):
        page = client.get(f"/{lang}/area/{world.areas['Ford'].pk}/").content.decode()
    assert f'href="/{lang}/project/pump/"' in page
    assert f'href="/{lang}/project/well/"' in page
    assert "/project/mill/" not in page
    assert page.count('class="tag amber"') == 2
    assert f"/{lang}/area/{world.areas['Ford'].pk}/promises/" in page
