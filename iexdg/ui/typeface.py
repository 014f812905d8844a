"""Builds the typeface of the screens: Inter as one variable woff2 file, from the font that arrives in a wheel.

The wheel holds the whole font uncompressed (0.9 MB). Screens need the letters of European languages and the signs of
figures, which is a quarter of a megabyte compressed. Other scripts fall back to a font of the reader's system.
"""

import hashlib
import sys
import tempfile
from pathlib import Path

from django.conf import settings
from fontTools import subset

from iexdg.ui.wheels import WheelFile, path_of

FONT = WheelFile("fontpkg_inter", "files/Inter[opsz,wght].ttf", "29160a80ff49ddca")
# First and last code point of each block: Latin, diacritics, Greek, Cyrillic, punctuation, currency, arrows, signs.
_BLOCKS = (
    (0x20, 0x24F), (0x2B0, 0x3FF), (0x400, 0x52F), (0x1E00, 0x1FFF), (0x2000, 0x20C0), (0x2100, 0x22FF),
    (0x25CF, 0x25CF),
)  # fmt: skip


def build_typeface() -> Path:
    """Return inter.woff2, built on the first call and kept beside the installed wheels, else in VAR_DIR.

    Raises: ImproperlyConfigured - the font is missing or is not the one that was reviewed.
    """
    source = path_of(FONT)
    version = hashlib.sha256(repr((FONT, _BLOCKS)).encode()).hexdigest()[:12]
    shared = Path(sys.prefix) / "share" / "outreach" / version / "inter.woff2"
    if shared.is_file():
        return shared
    try:
        return _build(source, shared)
    except OSError:
        # The wheels belong to another user, as in a container.
        own: Path = settings.VAR_DIR / "build" / version / "inter.woff2"
        return own if own.is_file() else _build(source, own)


def _build(source: Path, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    # Renamed when it is complete, so that a second process never reads half a font.
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        unfinished = Path(folder) / target.name
        options = subset.Options(flavor="woff2", layout_features=["*"], notdef_outline=True)
        cut = subset.Subsetter(options)
        cut.populate(unicodes=[point for first, last in _BLOCKS for point in range(first, last + 1)])
        with subset.load_font(str(source), options) as font:
            cut.subset(font)
            subset.save_font(font, str(unfinished), options)
        return unfinished.replace(target)
