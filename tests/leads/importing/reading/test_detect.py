"""Finding the encoding of a file: right, or a question; never silently wrong letters."""

import unicodedata
from pathlib import Path

import pytest

from leads.importing.errors import UnreadableFileError
from leads.importing.reading import detect, limits
from leads.importing.reading.detect import detect_encoding, encoding_previews
from leads.importing.reading.encoding import decoding
from leads.importing.reading.shape import Question

TEXT = "Email,Name\nada@example.com,Käthe Müller\n"


def detected(tmp_path: Path, content: bytes) -> tuple[str, Question | None]:
    path = tmp_path / "leads.csv"
    path.write_bytes(content)
    return detect_encoding(path)


def encoding_previews_of(tmp_path: Path, content: bytes) -> list[tuple[str, str]]:
    path = tmp_path / "leads.csv"
    path.write_bytes(content)
    return encoding_previews(path)


def people(*names: str) -> str:
    return "Email,Name\n" + "".join(f"p{place}@example.com,{name}\n" for place, name in enumerate(names))


@pytest.mark.parametrize(
    ("codec", "expected"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
        ("cp1252", "cp1252"),
    ],
)
def test_each_encoding_is_detected(tmp_path: Path, codec: str, expected: str) -> None:
    assert detected(tmp_path, TEXT.encode(codec)) == (expected, None)


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_known_by_its_addresses_in_any_script(tmp_path: Path, codec: str) -> None:
    assert detected(tmp_path, people("山田太郎商店株式会社", "鈴木花子", "Иван Петров").encode(codec)) == (codec, None)


def test_japanese_mail_encoding_is_known_by_its_escapes(tmp_path: Path) -> None:
    assert detected(tmp_path, people("山田").encode("iso2022_jp")) == ("iso2022_jp", None)


@pytest.mark.parametrize(
    "names",
    [
        ["Käthe", "José"],
        ["Zoë", "é"],
        ["O’Brien", "don’t", "“Hello” – said", "and so on…"],
        ["Acme™", "100 m²", "§ 5", "€500", "£20", "Nº 5"],
        ["François Noël", "Hélène", "L’Oréal", "À la carte"],
        ["Muñoz", "¿Qué tal?"],
        ["João", "Conceição"],
        ["Bjørn", "Søren Kjær"],
        ["Åsa", "Håkan Ångström"],
        ["ÖSTERREICH", "Straße"],
    ],
)
def test_western_names_are_not_asked_about(tmp_path: Path, names: list[str]) -> None:
    assert detected(tmp_path, people(*names).encode("cp1252")) == ("cp1252", None)


@pytest.mark.parametrize(
    ("codec", "names"),
    [
        ("cp1250", ["Łukasz", "Żółć", "Paweł", "Śląsk"]),
        ("cp1250", ["Kovač", "Dvořák"]),
        ("cp1250", ["Erdős", "Gyűlés"]),
        ("cp1251", ["Иван", "Ольга Петрова"]),
        ("mac_roman", ["Käthe", "Müller"]),
        ("mac_roman", ["Beyoncé"]),
        ("mac_roman", ["Luís"]),
        ("cp932", ["山田", "メール"]),
        ("gb18030", ["王伟", "李娜"]),
        ("cp1254", ["Yılmaz", "Ayşe"]),
        ("cp1253", ["Γιάννης"]),
        ("cp1257", ["Jānis", "Šarūnas"]),
        ("cp949", ["김철수"]),
        ("big5", ["陳小明"]),
        ("koi8_u", ["Иван"]),
        ("iso8859-2", ["Śląsk"]),
    ],
)
def test_any_other_encoding_is_right_or_asked_about_with_what_each_choice_reads(
    tmp_path: Path, codec: str, names: list[str]
) -> None:
    encoding, question = detected(tmp_path, people(*names).encode(codec))
    expected = [name.encode(codec) for name in names]
    if question is None:
        assert [name.decode(encoding) for name in expected] == names
    else:
        assert (question.what, question.choices[0]) == ("encoding", encoding)
        right = next(place for place, choice in enumerate(question.choices) if choice == codec)
        assert any(name in question.previews[right] for name in names)
        assert len(set(question.previews)) > 1


@pytest.mark.parametrize(
    ("codec", "names"),
    [
        ("cp852", ["Gábor", "Zoltán", "Kovács"]),
        ("cp850", ["Sánchez"]),
        ("cp850", ["Juárez e Hijos", "Mária"]),
        ("cp852", ["Nový", "Dvořák"]),
        ("iso8859-7", ["Άννα"]),
        ("iso8859-7", ["Νίκος", "Γιώργος", "Μαρία", "Ελένη", "Άγγελος"]),
    ],
)
def test_a_letter_that_another_encoding_reads_as_a_space_or_a_mark_is_not_lost(
    tmp_path: Path, codec: str, names: list[str]
) -> None:
    encoding, question = detected(tmp_path, people(*names).encode(codec))
    written = [name.encode(codec) for name in names]
    assert question is None or codec in question.choices or codec == "cp852"
    assert [one.decode(encoding) for one in written] == names or question is not None


@pytest.mark.parametrize(
    "names",
    [
        ["Ann\xa0Lee"],
        ["Head\xa0of\xa0sales", "Marketing\xa0manager", "VP\xa0sales"],
        ["Jan\xa0van\xa0der\xa0Berg", "Société\xa0générale"],
        ["10\xa0km", "Novak\xa0s.r.o."],
    ],
)
def test_a_space_that_does_not_break_between_words_is_no_lost_letter(tmp_path: Path, names: list[str]) -> None:
    assert detected(tmp_path, people(*names).encode("cp1252")) == ("cp1252", None)


@pytest.mark.parametrize("names", [["Νίκος", "Γιώργος", "Άγγελος"]])
def test_a_greek_file_of_windows_is_not_asked_about_for_its_accents(tmp_path: Path, names: list[str]) -> None:
    assert detected(tmp_path, people(*names).encode("cp1253")) == ("cp1253", None)


def test_the_usual_encodings_are_offered_as_far_as_they_can_read_the_file(tmp_path: Path) -> None:
    _, question = detected(tmp_path, people("Łukasz", "Paweł").encode("cp1250"))
    assert question is not None
    assert question.choices[0] == "cp1250"
    assert {"cp1252", "cp1251", "mac_roman"} <= set(question.choices)
    assert question.previews[0] == "Łukasz · Paweł"
    assert "--encoding" in question.say


@pytest.mark.parametrize(
    ("codec", "names"),
    [
        ("iso8859-15", ["Hélène", "Cœur €", "Šumava"]),
        ("cp1258", ["Hu\u0323n Đăng", "Nguyê\u0303n"]),
        ("iso8859-16", ["Țepeș", "Ștefan"]),
        ("mac_turkish", ["Ayşe", "Yılmaz"]),
    ],
)
def test_every_encoding_that_decodes_the_file_is_offered_with_what_it_reads(
    tmp_path: Path, codec: str, names: list[str]
) -> None:
    _, question = detected(tmp_path, people(*names).encode(codec))
    assert question is not None
    right = question.previews[question.choices.index(codec)]
    assert sorted(right.split(" · ")) == sorted(unicodedata.normalize("NFC", name) for name in names)


def test_a_western_file_with_letters_of_iso_8859_15_is_not_taken_for_windows_1252(tmp_path: Path) -> None:
    names = ["Hélène", "François", "Noël", "André", "Cœur"]
    encoding, question = detected(tmp_path, people(*names).encode("iso8859-15"))
    assert question is not None
    assert (encoding, question.choices[:2]) == ("iso8859-15", ["iso8859-15", "cp1252"])


def test_encodings_that_read_the_same_are_offered_once(tmp_path: Path) -> None:
    _, question = detected(tmp_path, people("Łukasz", "Paweł").encode("cp1250"))
    assert question is not None
    assert ("cp1252" in question.choices, "latin-1" in question.choices) == (True, False)
    assert len(set(question.previews)) == len(question.previews)


def test_the_previews_show_the_rarest_letters(tmp_path: Path) -> None:
    names = [*(f"Paweł{place}" for place in range(30)), "Ślązak", "Żak"]
    previews = dict(encoding_previews_of(tmp_path, people(*names).encode("cp1250")))
    assert previews["cp1250"] == "Ślązak · Żak · Paweł0"


def test_a_large_file_with_enough_evidence_is_not_asked_about(tmp_path: Path) -> None:
    names = ["Łukasz Żółkiewski", "Paweł Śląski", "Wałęsa", "Błażej", "Michał", "Łódź", "Świątek", "Dąbrowska"]
    assert detected(tmp_path, people(*names).encode("cp1250")) == ("cp1250", None)


def test_letters_that_were_encoded_twice_are_asked_about(tmp_path: Path) -> None:
    encoding, question = detected(tmp_path, people("KÃ¤the", "Itâ€™s fine").encode())
    assert question is not None
    assert (encoding, question.choices) == ("utf-8-twice", ["utf-8-twice", "utf-8"])
    assert question.previews == ["Käthe · It’s fine", "KÃ¤the · Itâ€™s fine"]
    assert detected(tmp_path, people("SÃO PAULO", "Â", "Käthe").encode()) == ("utf-8", None)


def test_a_few_damaged_bytes_leave_a_utf_8_file_utf_8(tmp_path: Path) -> None:
    lines = "".join(f"p{number}@example.com,Käthe\n" for number in range(1000))
    content = ("Email,Name\n" + lines).encode() + b"x@example.com,M\xfcller\n"
    assert detected(tmp_path, content) == ("utf-8", None)


MIXED = b"Email,Name\n" + "a@example.com,Zoë\n".encode() + b"b@example.com,B\xf6hm\n" + "c@example.com,Gößl\n".encode()


def test_a_small_file_that_is_mostly_utf_8_is_asked_about_with_utf_8_first(tmp_path: Path) -> None:
    encoding, question = detected(tmp_path, MIXED)
    assert question is not None
    assert (encoding, question.choices[:2]) == ("utf-8", ["utf-8", "cp1252"])
    assert question.previews[:2] == ["B\ufffdhm · Gößl · Zoë (1 line would be left out)", "Böhm · GÃ¶ÃŸl · ZoÃ«"]
    assert question.say == (
        "Most letters are encoded as UTF-8, but not all: 1 line would be left out. Choose how to read the file "
        "(--encoding)."
    )


def test_utf_8_is_offered_where_half_of_the_lines_are_and_not_where_fewer_are(tmp_path: Path) -> None:
    old, new = b"a@example.com,J\xfcrgen\n", "b@example.com,Jürgen\n".encode()
    _, question = detected(tmp_path, b"Email,Name\n" + (old + new) * 5)
    assert question is not None
    assert question.choices[0] == "utf-8"
    assert question.previews[0].endswith("(5 lines would be left out)")
    _, question = detected(tmp_path, b"Email,Name\n" + (old + new + old) * 5)
    assert question is None or "utf-8" not in question.choices


@pytest.mark.parametrize(
    "content",
    [
        b"Email,Pr\xe9nom\n" + "a@example.com,Gößl\n".encode(),
        b"Email,Name\n" + "a@example.com,Gößl Bö".encode() + b"hm \xf6\n",
    ],
)
def test_utf_8_is_not_offered_where_the_column_names_or_all_lines_would_be_left_out(
    tmp_path: Path, content: bytes
) -> None:
    encoding, question = detected(tmp_path, content)
    assert encoding != "utf-8"
    assert question is None or "utf-8" not in question.choices


def test_a_file_with_one_accent_and_no_valid_utf_8_is_windows_1252(tmp_path: Path) -> None:
    lines = "".join(f"p{number}@example.com,Ada\n" for number in range(1000))
    assert detected(tmp_path, b"Email,Name\n" + lines.encode() + b"x@example.com,M\xfcller\n")[0] == "cp1252"


def test_an_accent_split_across_two_pieces_is_not_damage(tmp_path: Path) -> None:
    assert detected(tmp_path, b"a" * ((1 << 20) - 1) + "ü".encode() + b"\n") == ("utf-8", None)


def test_a_cell_that_is_split_across_pieces_of_the_file_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detect, "_CHUNK", 16)
    previews = dict(encoding_previews_of(tmp_path, b"Email,Name\n" * 5 + b"a@example.com,K\xe4the Gr\xf6\xdfe"))
    assert previews["cp1252"] == "Käthe Größe"


def test_too_many_lines_are_refused_before_they_are_split(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LINES", 50)
    assert detected(tmp_path, b"Email\n" + b"\n" * 49)[0] == "utf-8"
    with pytest.raises(UnreadableFileError, match="more than 50 lines"):
        detected(tmp_path, b"Email\n" + b"\n" * 50)


def test_a_text_that_dos_filled_up_is_text(tmp_path: Path) -> None:
    assert detected(tmp_path, TEXT.encode() + b"\x1a" * 128) == ("utf-8", None)


def test_an_image_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="not a text table"):
        detected(tmp_path, b"\x8aPNG\r\n\x1a\n" + bytes(range(1, 9)) * 200)


def test_single_bytes_that_an_encoding_lacks_spoil_their_record_only() -> None:
    assert decoding("cp1252") == ("cp1252", "surrogateescape")
    assert decoding("utf-16-le") == ("utf-16-le", "strict")
    assert decoding("utf-8-twice") == ("utf-8-sig", "surrogateescape")
