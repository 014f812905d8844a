"""The typeface of the screens is built from the font in the wheel."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from fontTools.ttLib import TTFont

from iexdg.ui import typeface


def test_the_font_varies_in_weight_and_has_the_letters_of_names_and_the_signs_of_figures() -> None:
    with TTFont(typeface.build_typeface()) as font:
        assert font.flavor == "woff2"
        assert {axis.axisTag for axis in font["fvar"].axes} == {"opsz", "wght"}
        letters = font.getBestCmap()
        assert [sign for sign in "Aéßłőşžπж0−€…→·“”" if ord(sign) not in letters] == []
        features = {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}
        assert {"tnum", "cv11", "ss03"} <= features


def test_a_page_can_load_it_from_our_own_address() -> None:
    assert finders.find("fonts/inter.woff2") == str(typeface.build_typeface())


def test_it_is_kept_with_the_data_where_the_wheels_may_not_be_written(
    monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    closed = tmp_path / "closed"
    closed.write_text("a file where a folder is needed")
    monkeypatch.setattr(typeface.sys, "prefix", str(closed))
    settings.VAR_DIR = tmp_path / "var"
    built = typeface.build_typeface()
    assert built.is_relative_to(tmp_path / "var")
    assert built.read_bytes()[:4] == b"wOF2"
    assert [path.name for path in built.parent.iterdir()] == ["inter.woff2"]
    assert typeface.build_typeface() == built
