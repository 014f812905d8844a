"""Which letters a word of a language has and where they stand: what tells "Kovač" from "Kovaè". Pure data and rules.

The rules are meant to be strict: a word that breaks one is not proof, but a whole file of such words is.
"""

import unicodedata
from collections.abc import Callable

_VOWELS = frozenset("aeiouyáàâãäåæéèêëęěėēíìîïįīóòôõöøœőúùûüůűųūýÿăąāıə")
WESTERN = tuple(
    map(
        frozenset,
        (
            "éèêëàâçîïôùûüœÿæ", "äöüßé", "áéíóúñüç", "ãõáâàçéêíóôú", "àèéìòùóî", "æøåéüöäô", "åäöéüàáš", "ëïéöüèçê",
            "áéíóúýþðöæ", "äöüõšž", "áéíóú", "àéèíïóòúüç", "éáóíâôêîûŵŷ",
        ),
    )
)  # fmt: skip
CENTRAL = tuple(
    map(
        frozenset,
        (
            "ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "čćđšž", "ăâîşţșțé", "äöüßé", "çëé",
            "áâäçéëíîóôöúüýß",
        ),
    )
)  # fmt: skip
TURKISH = (frozenset("çğıöşüâîûi̇"), *WESTERN[:8])
BALTIC = (frozenset("ąčęėįšųūž"), frozenset("āčēģīķļņšūž"), frozenset("äöüõšž"), frozenset("åäöéü"), frozenset("óé"))

_Rule = Callable[[str, str, str], bool]


def _is_vowel(letter: str) -> bool:
    return letter in _VOWELS


def _alone(before: str, letter: str, after: str) -> bool:
    """A vowel that stands between consonants or at an edge of the word."""
    return not _is_vowel(before) and not _is_vowel(after)


def _at_end(before: str, letter: str, after: str) -> bool:
    return not after and (not _is_vowel(before) or before in {"o", "u"})


def _beside_vowel(before: str, letter: str, after: str) -> bool:
    """A consonant at the start of a word, or with a vowel on one side."""
    return not before or _is_vowel(before) or _is_vowel(after)


def _in_cluster(before: str, letter: str, after: str) -> bool:
    """As `_beside_vowel`, or behind a consonant that such a letter follows: "ść", "dź", "ņš"."""
    return _beside_vowel(before, letter, after) or before in set("śšdplrņļ")


def _needs_vowel(before: str, letter: str, after: str) -> bool:
    return _is_vowel(before) or _is_vowel(after)


# Letters without a rule may stand anywhere. A rule gets the letter before, the letter, the one after; "" at edges.
_WESTERN_RULES: dict[str, _Rule] = {
    "ñ": lambda before, _, after: _is_vowel(after),
    "ä": lambda before, _, after: before not in {"a", "o", "u"},
    "ü": lambda before, _, after: after != "u",
    "à": _at_end,
    "ì": _at_end,
    "ò": _at_end,
    "ù": _at_end,
    "è": lambda before, _, after: (
        not _is_vowel(after) and (not _is_vowel(before) or before == "u" or (bool(after) and before in "ioy"))
    ),
    "ê": _alone,
    "â": lambda before, _, after: not _is_vowel(before),
    "ô": lambda before, _, after: not _is_vowel(after) and (not _is_vowel(before) or before in "uir"),
    "û": lambda before, _, after: not _is_vowel(after) and (not _is_vowel(before) or before in "oe"),
    "ã": lambda before, _, after: after in {"", "o", "e", "s"},
    "õ": lambda before, _, after: after == "e",
    "æ": lambda before, _, after: not _is_vowel(after) and not _is_vowel(before),
    "ø": lambda before, _, after: after in {"", "y"} or before == "j" or not (_is_vowel(before) or _is_vowel(after)),
    "å": lambda before, _, after: not _is_vowel(after) and (not _is_vowel(before) or (before == "e" and not after)),
    "ï": lambda before, _, after: _is_vowel(before) and ((bool(after) and not _is_vowel(after)) or after == "e"),
    "ë": lambda before, _, after: _is_vowel(before),
    "œ": lambda before, _, after: not _is_vowel(before) and after in {"u", "i", "n", "t"},
    "ÿ": lambda before, _, after: _is_vowel(before),
    "þ": lambda before, _, after: not before,
    "ð": lambda before, _, after: before == "r" or (bool(before) and _needs_vowel(before, "ð", after)),
}
_CENTRAL_RULES: dict[str, _Rule] = {
    **dict.fromkeys("čđšżžşţșț", _beside_vowel),
    **dict.fromkeys("ćśźť", _in_cluster),
    **dict.fromkeys("řňďľ", _needs_vowel),
    "ł": lambda before, _, after: bool(before or after),
    "ń": lambda before, _, after: _is_vowel(before) and not _is_vowel(after),
    "ĺ": lambda before, _, after: bool(before and after) and not _needs_vowel(before, "ĺ", after),
    "ŕ": lambda before, _, after: bool(before and after) and not _needs_vowel(before, "ŕ", after),
    "ů": lambda before, _, after: bool(before) and not _is_vowel(before),
    "ě": lambda before, _, after: bool(before) and not _is_vowel(before) and not _is_vowel(after),
    "ę": lambda before, _, after: bool(before) and (before == "i" or not _is_vowel(before)) and not _is_vowel(after),
    "ą": lambda before, _, after: bool(before) and (before == "i" or not _is_vowel(before)) and not _is_vowel(after),
    "ă": lambda before, _, after: not _is_vowel(before) and after not in set("aeoăâî"),
    "ő": lambda before, _, after: not _is_vowel(after),
    "ű": lambda before, _, after: not _is_vowel(after),
}
_TURKISH_RULES: dict[str, _Rule] = {
    "ı": lambda before, _, after: (before == "y" or not _is_vowel(before)) and (after == "y" or not _is_vowel(after)),
    "ğ": lambda before, _, after: _is_vowel(before),
    "ş": _beside_vowel,
}
_BALTIC_RULES: dict[str, _Rule] = {
    **dict.fromkeys("čšžģķļņ", _in_cluster),
    **dict.fromkeys(
        "ėįąęāēīū", lambda before, _, after: (before == "i" or not _is_vowel(before)) and not _is_vowel(after)
    ),
    "ų": lambda before, _, after: not after or not _is_vowel(before),
}
_RULES = {
    id(WESTERN): _WESTERN_RULES,
    id(CENTRAL): _CENTRAL_RULES,
    id(TURKISH): {**_WESTERN_RULES, **_TURKISH_RULES},
    id(BALTIC): {**_BALTIC_RULES, "å": _alone},
}


def is_latin_word(word: str, family: tuple[frozenset[str], ...]) -> bool:
    """Whether a word in small letters could belong to a language of the family.

    Passing: ("kovač", CENTRAL).  Failing: ("kovaè", WESTERN), because è ends a word only after a consonant.
    """
    letters = {letter for letter in word if not letter.isascii()}
    if not any(letters <= alphabet for alphabet in family):
        return False
    rules = _RULES[id(family)]
    edged = f"\0{word}\0"
    return all(
        rules[letter](_edge(edged[place - 1]), letter, _edge(edged[place + 1]))
        for place, letter in enumerate(edged)
        if letter in rules
    )


def _edge(letter: str) -> str:
    return "" if letter == "\0" else letter


def script_of(letter: str) -> str:
    """The script of a letter by its name: "LATIN", "CYRILLIC", "CJK", …; "" for what has no name."""
    return unicodedata.name(letter, "").partition(" ")[0]


# Words in which a letter decides: frequent ones that are read wrongly in another encoding without looking wrong.
_KNOWN = """
solís asís parís anís
aarhus accès adèle agnès almería anaïs andré andrés antónio août après aquí araújo así begoña belén benoît
björn bjørn bodø bogotá brønshøj brûlée caffè café canadá carrière caën chloé château chêne citroën città
cláudia compañía conceição coruña così coût crème cádiz córdoba côte côté daniël décor déjà díaz dû düsseldorf
españa façade fernández fiancée flávio forêt françois françoise frères fábio fête garcía garçon gaël geneviève
gonzález gonçalo gonçalves goût größe guimarães gâteau gård générale gómez göran göteborg günter hernández
hervé håkan håkansson hélène hôpital hôtel ibáñez intérêt inés inês irène israël iñaki jesús jiménez josé joão
joël jäger jérôme józef jørgen jørgensen jørn júlio jürgen kjær käthe köln køge león loïc lucía lumière luís
là lærke lúcia magalhães malmö manière martín martínez maría matière mañana michaël michèle mireille molière
muñoz málaga márcia mère méxico même mónica møller müller münchen naïve niccolò nicolò niño noël nuñez næss
næstved núñez où panamá papà patrícia país perché perú peña pierre più première procès protégé près può pâté
père ramón raphaël raíz raúl rené rivière rodríguez résumé rønne saúl schröder sebastião señor simón simões
sjögren société sofía straße succès sánchez são sílvia søn søren sørensen sûr también thérèse théâtre tomás
touché tromsø très tête università verónica voilà västerås værløse zoé zoë à águila álvarez ángel åberg åke
ålesund ångström århus åsa école évêque être íñigo óscar øst
"""
KNOWN = frozenset(_KNOWN.split())
