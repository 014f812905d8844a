from pathlib import Path

import pytest

from iexdg.clients.instantly.keyfile import KeyFileError, read_key_file


def key_file(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "instantly_key.txt"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "content",
    [
        b"aW52ZW50ZWQ=",
        b"# the workspace of the demo\naW52ZW50ZWQ=\n",
        b"\n\n  # comment\n\naW52ZW50ZWQ=  \r\n# more\r\n",
        b"\xef\xbb\xbfaW52ZW50ZWQ=\n",
        b"\xef\xbb\xbf# comment\naW52ZW50ZWQ=\n",
    ],
)
def test_the_key_is_found_between_comments_and_blank_lines(tmp_path: Path, content: bytes) -> None:
    assert read_key_file(key_file(tmp_path, content)) == "aW52ZW50ZWQ="


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "holds no key"),
        (b"# only a comment\n", "holds no key"),
        (b"first\nsecond\n", "holds 2 keys"),
        (b"two words\n", "spaces or odd characters"),
        ("schl\u00fcssel\n".encode(), "spaces or odd characters"),
        (b"\xff\xfe\x00", "cannot be read as text"),
    ],
)
def test_a_file_without_exactly_one_key_says_why_and_never_quotes_it(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    with pytest.raises(KeyFileError, match=reason) as caught:
        read_key_file(key_file(tmp_path, content))
    for word in ("first", "second", "words", "schl"):
        assert word not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match=r"nowhere\.txt cannot be opened"):
        read_key_file(tmp_path / "nowhere.txt")
