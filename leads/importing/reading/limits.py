"""The limits of a file, and the sentence for each. They hold before anything is unpacked or kept."""

from leads.importing.errors import UnreadableFileError

MEMORY_BYTES = 640 * 1024 * 1024
CPU_S = 150
# Cleaning every line takes longer than reading it. A file that was surveyed in time is checked in this time, too.
CHECK_CPU_S = 450
# Without a sign of progress for this long, the child is ended.
SILENCE_S = 300.0

# So many files are surveyed at the same time on one machine; others wait for so long before they are refused.
READERS = 4
WAIT_FOR_TURN_S = 20.0

MOST_ROWS = 2_000_000
LINES = 5_000_000
COLUMNS = 500
CELLS = 30_000_000
CELL_CHARACTERS = 64_000
ROW_CHARACTERS = 2_000_000
# All cells together: a workbook can refer to one long text a million times.
TEXT_CHARACTERS = 300_000_000
UNPACKED_BYTES = 600 * 1024 * 1024
ARCHIVE_PARTS = 5_000
# Beyond this, the text that many cells of a workbook share would not fit into the memory limit.
SHARED_BYTES = 256 * 1024 * 1024
# A full sheet with six columns of texts that are all different.
SHARED_TEXTS = 6_000_000


def too_many_rows() -> UnreadableFileError:
    """More rows than an import takes."""
    return UnreadableFileError(f"the file has more than {MOST_ROWS:,} rows", "Split it and upload the parts")


def too_many_lines() -> UnreadableFileError:
    """Mostly blank lines, or a file that is no table."""
    return UnreadableFileError(f"the file has more than {LINES:,} lines", "Remove the blank lines, or split it")


def too_many_columns(line: int) -> UnreadableFileError:
    """A line with more cells than any table of leads has."""
    return UnreadableFileError(f"a row has more than {COLUMNS} columns", "Keep the columns that you need", line=line)


def too_many_cells() -> UnreadableFileError:
    """Rows and columns are each possible, but not so many of both."""
    return UnreadableFileError(f"the file has more than {CELLS:,} cells", "Split it, or keep fewer columns")


def too_much_text() -> UnreadableFileError:
    """The rows add up to more text than an upload can hold."""
    return UnreadableFileError(
        f"the file has more than {TEXT_CHARACTERS:,} characters in its cells", "Split it, or keep fewer columns"
    )


def cell_too_long(line: int) -> UnreadableFileError:
    """A cell that holds a document."""
    return UnreadableFileError(
        f"a cell has more than {CELL_CHARACTERS:,} characters", "Shorten that cell and upload again", line=line
    )


def row_too_long(line: int) -> UnreadableFileError:
    """A line without an end."""
    return UnreadableFileError(
        f"a row has more than {ROW_CHARACTERS:,} characters", "Check its line breaks and upload again", line=line
    )


def too_large_unpacked() -> UnreadableFileError:
    """An archive that unpacks to more than is read."""
    return UnreadableFileError(
        f"the workbook is too large when unpacked, more than {UNPACKED_BYTES // 1024**2} MB",
        "Save the sheet as CSV and upload that",
    )


def too_many_parts() -> UnreadableFileError:
    """An archive of thousands of files, as no workbook of leads is."""
    return UnreadableFileError(
        f"the workbook has more than {ARCHIVE_PARTS:,} parts, such as pictures", "Save the sheet as CSV and upload that"
    )


def nul_in_cell(line: int) -> UnreadableFileError:
    """A character in a workbook that no text has and that the database refuses."""
    return UnreadableFileError(
        "a cell holds a NUL character, which no text has", "Clear that cell and upload again", line=line
    )


def nul_byte(line: int) -> UnreadableFileError:
    """A character that no text has and that the database refuses."""
    return UnreadableFileError(
        "it contains a NUL byte, so the file is damaged or not a text file",
        "Export it again as CSV, or save it as .xlsx",
        line=line,
    )


def too_much_memory() -> UnreadableFileError:
    """The child reached its memory limit."""
    return UnreadableFileError(
        f"reading it takes more than {MEMORY_BYTES // 1024**2} MB of memory", "Split it, or save the sheet as CSV"
    )


def too_much_time(seconds: int = CPU_S) -> UnreadableFileError:
    """The child reached its time limit."""
    return UnreadableFileError(
        f"reading it takes more than {seconds} seconds", "Split it, or save the sheet as CSV and upload that"
    )


def too_many_readers() -> UnreadableFileError:
    """Others upload, too, and each reader may take a lot of memory."""
    return UnreadableFileError("too many files are being read at this moment", "Wait a minute and try again")


def reader_died() -> UnreadableFileError:
    """The child ended without saying why."""
    return UnreadableFileError("the file cannot be read: reading it failed", "Save it as CSV and upload that")


def not_in_this_encoding(line: int | None = None) -> UnreadableFileError:
    """The bytes are not what the encoding allows."""
    return UnreadableFileError(
        "the characters cannot be read in this encoding",
        "Choose another encoding, or save the file as UTF-8",
        line=line,
    )
