"""How people and other tools call what Instantly has a variable for, in the languages that templates come in. Pure."""

import re
import unicodedata

# Without case, accents and signs: "First Name", "FIRST_NAME" and "Prénom" are "firstname" and "prenom" here.
_NAMES = {
    "firstName": (
        "name first firstname fname givenname forename vorname prenom votreprenom nombre nome voornaam imie fornamn"
        " fornavn contactname fullname"
    ),
    "lastName": (
        "last lastname lname surname familyname nachname familienname nom nomdefamille apellido apellidos cognome"
        " sobrenome achternaam nazwisko efternamn efternavn etternavn"
    ),
    "companyName": (
        "company companyname organization organisation organizationname businessname accountname firma firmenname"
        " firmaname unternehmen unternehmensname entreprise nomentreprise nomdelentreprise societe nomdelasociete"
        " raisonsociale empresa nombreempresa nombredelaempresa nomeempresa nomedaempresa azienda nomeazienda"
        " nomedellazienda bedrijf bedrijfsnaam nazwafirmy foretag foretagsnamn virksomhed"
    ),
    "jobTitle": "title jobtitle role position berufsbezeichnung jobtitel poste intituleduposte cargo puesto stanowisko",
    "email": "email emailaddress emailadresse mailadresse adresseemail courriel correoelectronico",
    "phone": "phone phonenumber telefon telefonnummer telephone telefono",
    "website": "website webseite siteweb sitioweb",
    "companyDomain": "domain companydomain",
    "location": "location",
}
_MEANT = {name: variable for variable, names in _NAMES.items() for name in names.split()}
# Instantly has no variable for these, but no text has them in brackets either.
_OTHERS = frozenset({"anrede", "civilite", "salutation", "city", "stadt", "ville", "ciudad"})
# What no text needs as a word of its own; "title" and "position" are words, "fname" is none.
_ONLY_FIELDS = re.compile(r"(?:f|l|first|last|company|family|given|job)(?:name|title)")
# What other tools write before and behind a name: its table, and what stands where it is empty.
_BEFORE = re.compile(r"^['\"]?(?:(?:data|var|member|contact|customer|lead)\s*:\s*)?", re.IGNORECASE)
_BEHIND = re.compile(r"\s*(?:\||,|:|;|'|\"|\?\?|\bor\b|\bfallback\s*=|\bdefault\s*[=:]).*", re.IGNORECASE | re.DOTALL)


def _flat(text: str) -> str:
    return re.sub(r"[^a-z]", "", unicodedata.normalize("NFKD", text.casefold()))


def name_of(text: str) -> str | None:
    """Return Instantly's name for a text that is nothing but a usual name: "First Name" -> "firstName"; None else."""
    return _MEANT.get(_flat(text))


def is_field(text: str) -> bool:
    """Whether a text is nothing but the name of a person's data: "Prénom", "FNAME", "Anrede"."""
    return _flat(text) in _MEANT or _flat(text) in _OTHERS


def is_only_a_field(text: str) -> bool:
    """Whether a text is the name of a field and no word that a text may have as well: "first_name", "FNAME"."""
    return is_field(text) and ("_" in text or _ONLY_FIELDS.fullmatch(_flat(text)) is not None)


def meant_by(name: str) -> str | None:
    """Return Instantly's name for a usual name of another tool, with its table and fallback; None for no usual name.

    Passing: "FNAME", "Contact.FirstName", 'data:firstname:"there"', "lead.First Name:default=there".
    """
    field = _BEHIND.sub("", _BEFORE.sub("", name.strip(), count=1), count=1)
    of_table = field.rpartition(".")[2]
    return name_of(name) or name_of(field) or name_of(of_table) or name_of((of_table.split() or [""])[-1])
