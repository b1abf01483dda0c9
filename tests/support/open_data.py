"""Open data that tests ask for is written into a folder of the test run, never into the product's own."""

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def open_data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Where the public addresses keep their releases while tests run."""
    from django.conf import settings

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "OPENDATA_FOLDER", tmp_path_factory.mktemp("opendata"))
        yield
