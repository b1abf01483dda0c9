"""Pictures to send in tests, and a folder of their own for what is kept of them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image


def a_picture(
    width: int = 64,
    height: int = 48,
    colour: Any = (12, 90, 74),
    form: str = "JPEG",
    mode: str = "RGB",
    **save: Any,
) -> bytes:
    """The bytes of a plain picture. Another colour makes another one."""
    out = io.BytesIO()
    Image.new(mode, (width, height), colour).save(out, form, **save)
    return out.getvalue()


@pytest.fixture(scope="session", autouse=True)
def evidence_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep the files of tests out of the data folder; the same bytes are the same file, so all may share it."""
    from django.conf import settings

    folder = tmp_path_factory.mktemp("evidence")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "EVIDENCE_FOLDER", folder)
        yield folder
