"""Front-end files that arrive inside wheels, each pinned by its hash."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import FileSystemStorage


@dataclass(frozen=True)
class WheelFile:
    """One file inside an installed package."""

    package: str
    path: str
    sha256_prefix: str


# Where each file is served below STATIC_URL, and what it must be.
WHEEL_FILES = {
    "vendor/echarts.esm.min.js": WheelFile("instaui_echarts", "static/echarts.esm.min.js", "28515f26aa57f87e"),
}


def path_of(file: WheelFile) -> Path:
    """Return the file on disk after checking its hash.

    Raises: ImproperlyConfigured - the package is missing or its file is not the one that was reviewed.
    """
    spec = find_spec(file.package)
    if spec is None or not spec.submodule_search_locations:
        raise ImproperlyConfigured(f"{file.package} is not installed. Install requirements.txt.")
    path = Path(spec.submodule_search_locations[0]) / file.path
    if not hashlib.sha256(path.read_bytes()).hexdigest().startswith(file.sha256_prefix):
        raise ImproperlyConfigured(f"{file.package}/{file.path} has changed. Review it, then update its hash.")
    return path


class WheelFileFinder(BaseFinder):
    """Finds the files of WHEEL_FILES for `static` and `collectstatic`."""

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """Nothing to configure."""
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Return the absolute path (or a list of them) of a static path; empty where it is not ours."""
        file = WHEEL_FILES.get(path)
        if file is None:
            return []
        found = str(path_of(file))
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[Any]:
        """Yield (name inside the storage, storage that serves it under its public path)."""
        for public, file in WHEEL_FILES.items():
            path = path_of(file)
            storage = FileSystemStorage(location=str(path.parent))
            storage.prefix = str(Path(public).parent)  # type: ignore[attr-defined]
            yield path.name, storage
