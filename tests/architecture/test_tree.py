"""What may never be part of the project: secrets, real people's ids, addresses of registries and of machines."""

import hashlib
import re

from tests.architecture.tree import ROOT, files, name_of, text

# The first half of the SHA-256 of ids that belong to a real installation; the ids themselves stand nowhere.
REAL_IDS = {
    "4ce22947a3dba16cb4f2a0622fccd17c",
    "a711bb9649a8f3528f96721682519315",
    "db75f92632ed141ac23cea54731d5fc5",
    "0701d68311ca4d47fd7f898b94aa23f8",
    "3153fbef0cf09635ef070c0f435035ce",
    "eb5293473071786060581a68308d16b6",
    "f3e21616a135bb2c87095c4b2297d526",
    "500f968e894ba8be38c5ffc0ffebb15a",
}
TOKEN = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[A-Za-z0-9]{20}\b|(?<=@)[a-z0-9.-]+\.[a-z]+")
# Character classes keep these patterns from finding themselves.
KEYS = re.compile(r"N[j]Y4[A-Za-z0-9+/=_-]{2}|\bpi[t]-[0-9a-f]{8}|\bs[k]-[A-Za-z0-9]{20}|BEGIN [A-Z ]*PRIVAT[E] KEY")
REGISTRIES = re.compile(r"py[p]i\.org|pythonhoste[d]\.org|npmj[s]\.(org|com)|registr[y]\.yarnpkg|de[b]\.debian\.org")
MACHINE_PATHS = re.compile(r"/wor[k]/(main|shared|\.library)|/ho[m]e/[a-z]+/|/Use[r]s/[a-z]+/|/roo[t]/\.")


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()[:32]


def readable() -> dict[str, str]:
    return {name_of(path): text(path) for path in files() if path.suffix not in {".png", ".xlsx", ".ico"}}


def found_in_tree(pattern: re.Pattern[str]) -> list[str]:
    return [f"{name}: {match.group()[:12]}" for name, body in readable().items() for match in pattern.finditer(body)]


def test_no_key_is_in_the_tree() -> None:
    assert found_in_tree(KEYS) == []


def test_no_id_of_a_real_installation_is_in_the_tree() -> None:
    found = [
        name for name, body in readable().items() for token in set(TOKEN.findall(body)) if digest(token) in REAL_IDS
    ]
    assert found == []


def test_no_registry_is_named_anywhere() -> None:
    assert found_in_tree(REGISTRIES) == []


def test_no_path_of_somebodys_machine_is_named_anywhere() -> None:
    assert found_in_tree(MACHINE_PATHS) == []


def test_requirements_are_hashed_and_name_no_address() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        body = text(ROOT / name)
        assert re.search(r"https?://|--(extra-)?index-url|--find-links|@ (git|file)", body) is None
        pins = re.findall(r"^[a-z0-9].*?(?=^[a-z0-9#]|\Z)", body, flags=re.M | re.S)
        assert len(pins) > 50
        assert [pin.split()[0] for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []


def test_no_lock_file_that_names_registries_is_committed() -> None:
    locks = {"uv.lock", "poetry.lock", "Pipfile.lock", "package-lock.json", "yarn.lock"}
    assert [name_of(path) for path in files() if path.name in locks] == []


# Hosts, not people: a free-mail provider that is no company, its other name, one that is mistyped, and exämple.com as
# mail servers spell it.
HOSTS_THAT_TESTS_NEED = {"gmail.com", "googlemail.com", "gmial.com", "xn--exmple-cua.com"}


def test_addresses_of_people_are_invented() -> None:
    address = re.compile(r"[A-Za-z0-9._%+-]+@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
    invented = re.compile(r"(^|\.)(example|example\.(com|org|net)|test|invalid|localhost|local)$|^[0-9.]+$")
    hosts = {
        (name, match.group(1).lower())
        for name, body in readable().items()
        if not name.startswith("requirements")
        for match in address.finditer(body)
    }
    real = {(name, host) for name, host in hosts if not invented.search(host) and host not in HOSTS_THAT_TESTS_NEED}
    assert sorted(real) == []
