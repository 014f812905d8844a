"""How errors about a file read."""

from leads.importing.errors import UnreadableFileError


def test_a_sentence_about_the_whole_file_begins_with_a_capital_and_one_about_a_line_names_it() -> None:
    assert str(UnreadableFileError("the file is empty", "Add leads")) == "The file is empty. Add leads."
    assert str(UnreadableFileError("a quote opens", "Close it", line=3)) == "Line 3: a quote opens. Close it."
