"""The documents say what is true: every command, target, variable and word they must name, and no broken link."""

import re
import tomllib

from campaigns.incident_kinds import AFTER_A_FLIP, FLIP
from tests.architecture.tree import PRODUCT, ROOT, files, name_of, text, under

README = text(ROOT / "README.md")
DOCUMENTS = [
    *[ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", ".github/pull_request_template.md")],
    *[path for path in files() if path.parts[len(ROOT.parts)] == "docs" and path.suffix == ".md"],
]
ALL = "\n".join(text(path) for path in DOCUMENTS)
# Read by code but no setting of the product: for our own tests, and Django's own switch.
NO_SETTINGS = {"TEST_DATABASE_URL"}
DJANGOS_COMMANDS = {"makemigrations"}


def commands() -> set[str]:
    paths = [path for path in under(*PRODUCT) if path.parent.name == "commands" and not path.stem.startswith("_")]
    return {path.stem for path in paths}


def targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):.*## ", text(ROOT / "Makefile"), flags=re.M))


def variables() -> set[str]:
    reads = re.compile(r'\benv\.(?:text|integer|number|flag|words|networks|secret|fernet_keys)\(\s*"([A-Z_]+)"')
    return {name for path in under(*PRODUCT) for name in reads.findall(text(path))} - NO_SETTINGS


def test_the_readme_is_short() -> None:
    assert README.count("\n") <= 150


def test_every_command_is_named_in_the_documents() -> None:
    assert {"up", "sync", "doctor", "import_leads"} <= commands()
    assert sorted(name for name in commands() if not re.search(rf"manage\.py {name}\b", ALL)) == []


def test_every_command_the_documents_name_exists() -> None:
    assert sorted(set(re.findall(r"manage\.py ([a-z_]+)", ALL)) - commands() - DJANGOS_COMMANDS) == []


def test_every_make_target_is_named_and_every_named_one_exists() -> None:
    # Named as code: in ticks, or at the beginning of a line of a code block.
    named = set(re.findall(r"(?:`|^)make ([a-z-]+)", ALL, flags=re.M))
    assert sorted(targets() - named) == []
    assert sorted(named - targets()) == []


def test_every_setting_is_in_the_example_and_in_the_readme() -> None:
    example = set(re.findall(r"^#? ?([A-Z_]+)=", text(ROOT / ".env.example"), flags=re.M))
    assert len(variables()) > 25
    assert sorted(variables() - example) == []
    table = set(re.findall(r"`([A-Z_]{4,})`", README))
    assert sorted(variables() - table) == []


def test_the_example_and_the_readme_invent_no_setting() -> None:
    known = variables() | {"POSTGRES_PASSWORD"}
    example = set(re.findall(r"^([A-Z_]+)=", text(ROOT / ".env.example"), flags=re.M))
    assert sorted(example - known) == []
    rows = re.findall(r"^\| (`[A-Z_`, ]+`) \|", README, flags=re.M)
    assert sorted({name for row in rows for name in re.findall(r"[A-Z_]+", row)} - known) == []


def test_every_link_leads_somewhere() -> None:
    broken = [
        f"{name_of(path)}: {target}"
        for path in DOCUMENTS
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text(path))
        if not (path.parent / target).exists()
    ]
    assert broken == []


def test_the_glossary_has_the_words_of_the_design() -> None:
    words = set(re.findall(r"^\| \*([a-z-]+(?: [a-z]+)?)\* \|", text(ROOT / "docs" / "glossary.md"), flags=re.M))
    wanted = {
        "workspace", "campaign", "mailbox", "import", "row", "receipt", "load", "batch", "flip", "tripwire",
        "settle watch", "approval", "fingerprint", "incident", "member",
    }  # fmt: skip
    assert sorted(wanted - words) == []


def test_decisions_are_half_a_page_and_numbered_without_a_gap() -> None:
    decisions = sorted(path for path in DOCUMENTS if path.parent.name == "adr")
    assert [int(path.name[:4]) for path in decisions] == list(range(1, len(decisions) + 1))
    lengths = {path.name: len(text(path).split()) for path in decisions}
    assert {name: words for name, words in lengths.items() if not 80 <= words <= 300} == {}


def test_the_changelog_has_the_form_of_keep_a_changelog_and_names_this_version() -> None:
    changelog = text(ROOT / "CHANGELOG.md")
    assert changelog.startswith("# Changelog\n")
    sections = re.findall(r"^## (.*)$", changelog, flags=re.M)
    assert sections[0] == "[Unreleased]"
    released = [re.fullmatch(r"\[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)", section) for section in sections[1:]]
    assert None not in released
    version = tomllib.loads(text(ROOT / "pyproject.toml"))["project"]["version"]
    assert next(found[1] for found in released if found) == version
    kinds = set(re.findall(r"^### (.*)$", changelog, flags=re.M))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_the_security_policy_names_this_version() -> None:
    version = tomllib.loads(text(ROOT / "pyproject.toml"))["project"]["version"]
    assert f"| {version.rpartition('.')[0]}.x | yes |" in text(ROOT / "SECURITY.md")


def test_there_is_one_instruction_after_a_flip() -> None:
    """Whoever has just seen a campaign start by itself must not read two different next steps."""
    for name in ("README.md", "docs/runbook.md"):
        words = re.sub(r"[\s*]+", " ", text(ROOT / name))
        assert AFTER_A_FLIP in words, name
    assert FLIP.next_step.text.endswith(AFTER_A_FLIP)
    assert FLIP.runbook.endswith(AFTER_A_FLIP)
    others = [
        name_of(path)
        for path in (*under("campaigns", "leads", "iexdg"), *under("templates", suffix=".html"))
        if re.search(r"resume (the import|to load them)|wait for the go-live", text(path), re.I)
    ]
    assert others == []
