"""Fonts are looked for, never carried along."""

from pathlib import Path

import pytest

from answerable.web.fonts import find_fonts
from answerable.web.problems import FontMissing


def test_a_missing_font_names_the_package_to_install(tmp_path: Path) -> None:
    with pytest.raises(FontMissing) as refused:
        find_fonts([str(tmp_path)])
    assert refused.value.values["packages"] == "fonts-noto-cjk fonts-noto-core"
    (tmp_path / "NotoSans-Regular.ttf").touch()
    (tmp_path / "NotoSansArabic-Regular.ttf").touch()
    with pytest.raises(FontMissing) as refused:
        find_fonts([str(tmp_path)])
    assert refused.value.values == {"scripts": "Chinese", "packages": "fonts-noto-cjk"}
