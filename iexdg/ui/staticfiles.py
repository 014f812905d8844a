"""Front-end files that are not in this repository: some arrive inside wheels, the typeface is built from one."""

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage

from iexdg.ui.typeface import build_typeface
from iexdg.ui.wheels import WheelFile, path_of

# Where each file is served below STATIC_URL, and what returns its path on disk.
FILES: dict[str, Callable[[], Path]] = {
    "vendor/echarts.esm.min.js": partial(
        path_of, WheelFile("instaui_echarts", "static/echarts.esm.min.js", "28515f26aa57f87e")
    ),
    "fonts/inter.woff2": build_typeface,
}


class WheelFileFinder(BaseFinder):
    """Finds the files of FILES for `static` and `collectstatic`."""

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """Nothing to configure."""
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Return the absolute path (or a list of them) of a static path; empty where it is not ours."""
        file = FILES.get(path)
        if file is None:
            return []
        found = str(file())
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[Any]:
        """Yield (name inside the storage, storage that serves it under its public path)."""
        for public, file in FILES.items():
            path = file()
            storage = FileSystemStorage(location=str(path.parent))
            storage.prefix = str(Path(public).parent)  # type: ignore[attr-defined]
            yield path.name, storage
