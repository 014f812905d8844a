"""Files that arrive inside wheels, each pinned by its hash."""

import hashlib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True)
class WheelFile:
    """One file inside an installed package."""

    package: str
    path: str
    sha256_prefix: str


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
