"""The project's own files, read once."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("iexdg", "campaigns", "leads")


@cache
def files() -> tuple[Path, ...]:
    """Every file that is, or is about to be, part of the project; nothing that git ignores."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return tuple(path for path in sorted({ROOT / name for name in listed}) if path.is_file())


@cache
def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def under(*folders: str, suffix: str = ".py") -> list[Path]:
    """Files of some top folders, without migrations."""
    return [
        path
        for path in files()
        if path.suffix == suffix and path.relative_to(ROOT).parts[0] in folders and "migrations" not in path.parts
    ]


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(text(path), filename=str(path))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))
