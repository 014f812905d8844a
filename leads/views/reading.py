"""Reads the file of an import in another way."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

from iexdg.team.permissions import member_may
from iexdg.team.roles import Action
from iexdg.ui.posting import posted_from
from leads.errors import LeadsError
from leads.importing.errors import UnreadableFileError
from leads.importing.reading.encoding import encoding_named
from leads.importing.reading.shape import Shape
from leads.importing.upload import reread_file, settled_shape
from leads.models import Import
from leads.views.imports import show
from leads.views.lookup import import_of

_MOST_DIGITS = 8


@posted_from("leads:import")
@member_may(Action.IMPORT)
def read_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the stored file with the chosen sheet, encoding, delimiter or header line, and guess its columns again."""
    imported = import_of(pk)
    try:
        reread_file(imported, wanted_shape(request.POST, imported))
    except LeadsError as error:
        return show(request, imported, error=str(error), choosing=True)
    messages.info(request, "The file was read again. Review the columns, then check the file.")
    return redirect("leads:import", pk=pk)


def wanted_shape(sent: QueryDict, imported: Import) -> Shape:
    """The shape that a form asks for. What depends on a choice that changed is found again, unless it was chosen too.

    Raises: UnreadableFileError - no such encoding, or no such line.
    """
    now = settled_shape(imported)
    named = sent.get("encoding", "")
    encoding = encoding_named(named) if named else now.encoding
    sheet, delimiter = sent.get("sheet") or now.sheet, sent.get("delimiter") or now.delimiter
    header_line = _header_line(sent.get("header_line", ""), now.header_line)
    if encoding != now.encoding and delimiter == now.delimiter:
        delimiter = ""
    if header_line == now.header_line and (encoding, sheet, delimiter) != (now.encoding, now.sheet, now.delimiter):
        header_line = 0
    return Shape(encoding, delimiter, sheet, header_line)


def _header_line(sent: str, now: int) -> int:
    """Raises: UnreadableFileError - it is no line of a file."""
    if not sent.strip():
        return now
    if not (sent.isascii() and sent.isdigit() and len(sent) < _MOST_DIGITS and int(sent)):
        raise UnreadableFileError("lines are counted from 1", "Name the line of the column names, such as 1")
    return int(sent)
