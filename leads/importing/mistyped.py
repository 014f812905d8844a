"""Finds mail domains that are most likely mistyped: gmial.com, hotnail.com, gmail.con. Pure."""

from functools import lru_cache

# The mail providers that most people have; nearly all mistyped domains are one letter away from one of them.
_PROVIDER_WORDS = (
    "gmail.com googlemail.com yahoo.com hotmail.com outlook.com icloud.com live.com aol.com msn.com "
    "protonmail.com comcast.net verizon.net sbcglobal.net bellsouth.net charter.net cox.net earthlink.net "
    "rocketmail.com yahoo.co.uk hotmail.co.uk live.co.uk btinternet.com virginmedia.com ntlworld.com "
    "sky.com talktalk.net yahoo.fr hotmail.fr orange.fr wanadoo.fr laposte.net yahoo.de hotmail.de web.de "
    "gmx.de gmx.net t-online.de freenet.de outlook.de arcor.de libero.it virgilio.it hotmail.it yahoo.it "
    "tiscali.it alice.it yahoo.es hotmail.es terra.com.br uol.com.br bol.com.br hotmail.com.br "
    "yahoo.com.br yahoo.com.mx yahoo.co.jp yahoo.co.in rediffmail.com yandex.ru mail.ru bluewin.ch "
    "hotmail.nl ziggo.nl planet.nl home.nl telenet.be skynet.be shaw.ca rogers.com sympatico.ca "
    "bigpond.com optusnet.com.au yahoo.com.au"
)
_PROVIDERS = _PROVIDER_WORDS.split()
# Real domains that are one letter away from one of those.
_REAL_WORDS = (
    "mail.com email.com ymail.com gmx.com gmx.at gmx.ch gmx.fr gmx.us aim.com live.ca live.fr live.de "
    "live.nl live.it live.be live.dk live.se live.at live.cn live.jp yahoo.ca yahoo.gr yahoo.ie yahoo.se "
    "yahoo.dk yahoo.at yahoo.pl yahoo.ro yahoo.no yahoo.cn hotmail.be hotmail.ca hotmail.ch hotmail.cl "
    "hotmail.dk hotmail.gr hotmail.se hotmail.no hotmail.at hotmail.jp outlook.dk outlook.es "
    "outlook.fr outlook.it outlook.at outlook.be outlook.ie outlook.cl outlook.jp outlook.pt "
    "outlook.sa outlook.sk outlook.cz outlook.hu outlook.in outlook.kr orange.es orange.pl orange.be "
    "orange.ch orange.lu orange.ro web.com ymail.de sky.it tiscali.fr alice.fr terra.es home.pl home.se "
    "planet.de cox.com fox.net box.net sky.net msn.net rogers.net yandex.com yandex.ua yandex.by mail.de "
    "mail.bg mail.ee mail.kz mail.dk mail.ch aon.com aol.de aol.fr aol.it aol.nl aol.se bol.com uol.com "
    "ail.com yahoo.com.ar yahoo.com.sg yahoo.com.ph yahoo.com.tr yahoo.com.hk yahoo.com.tw yahoo.com.vn yahoo.com.my "
    "yahoo.com.co yahoo.com.pe yahoo.com.ve yahoo.com.cn yahoo.co.id yahoo.co.kr yahoo.co.nz yahoo.co.za yahoo.co.th "
    "yahoo.co.il hotmail.com.ar hotmail.com.au hotmail.com.mx hotmail.com.tr hotmail.co.jp hotmail.co.nz hotmail.co.th "
    "hotmail.co.za live.com.ar live.com.au live.com.mx live.com.pt outlook.com.ar outlook.com.au outlook.com.br "
    "outlook.com.pe outlook.com.tr"
)
_REAL = frozenset(_REAL_WORDS.split())
# Endings that are no top-level domain and that a slip of the finger makes.
_ENDING_SLIPS = {
    "com": "con cmo ocm cim vom xom cpm clm comm coom comn conm cop coml c0m comcom ccom dom",
    "net": "nte ent nett bet met ner ney",
    "org": "ogr rog orgg orh",
    "uk": "ukk",
    "co.uk": "couk", "org.uk": "orguk", "ac.uk": "acuk", "gov.uk": "govuk", "com.au": "comau", "net.au": "netau",
    "com.br": "combr", "com.mx": "commx", "com.ar": "comar", "com.tr": "comtr", "com.cn": "comcn", "com.sg": "comsg",
    "com.hk": "comhk", "com.tw": "comtw", "com.pl": "compl", "co.jp": "cojp", "co.kr": "cokr", "co.nz": "conz",
    "co.za": "coza", "co.il": "coil", "co.at": "coat",
}  # fmt: skip
_ENDINGS = {slip: meant for meant, slips in _ENDING_SLIPS.items() for slip in slips.split()}
# Providers with a domain in many countries; a slip in the name is one in any of them: "outllook.fr".
_OF_MANY_COUNTRIES = frozenset({"outlook", "hotmail", "yahoo"})
# These have no domain of a country, so that another ending behind theirs is one too many: "gmail.com.br".
_OF_NO_COUNTRY = ("gmail.com", "googlemail.com", "icloud.com")
# The endings of countries. Two letters that are none, and are one the other way round, were swapped: "web.ed".
_COUNTRY_WORDS = (
    "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bv bw by bz ca cc "
    "cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gb "
    "gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke "
    "kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu "
    "mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw "
    "sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz "
    "ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw"
)
_COUNTRIES = frozenset(_COUNTRY_WORDS.split())
# A short name is one letter away from too many real ones.
_SHORTEST = 7
_LONGEST = max(len(name) for name in _PROVIDERS) + 1


def _without_one_letter(text: str) -> set[str]:
    return {text, *(text[:place] + text[place + 1 :] for place in range(len(text)))}


_NEAR: dict[str, list[str]] = {}
for _name in _PROVIDERS:
    for _variant in sorted(_without_one_letter(_name)):
        _NEAR.setdefault(_variant, []).append(_name)
# A slip leaves the first three letters as they are, or all behind the fourth.
_STARTS = frozenset(name[:3] for name in _PROVIDERS)
_TAILS = frozenset(name[4:] for name in _PROVIDERS)
_KNOWN = frozenset(_PROVIDERS) | _REAL
# An ending of a country -> which of these have it.
_BRANDS_OF: dict[str, list[str]] = {}
for _brand, _, _ending in (_name.partition(".") for _name in sorted(_KNOWN)):
    if _brand in _OF_MANY_COUNTRIES and _ending != "com":
        _BRANDS_OF.setdefault(_ending, []).append(_brand)


@lru_cache(maxsize=20_000)
def meant_domain(domain: str) -> str:
    """The domain that is probably meant; "" if this one may well be right.

    Passing: "gmial.com", "gmail.con" -> "gmail.com", "example.con" -> "example.com", "example.ed" -> "example.de",
    "outllook.fr" -> "outlook.fr", "gmail.com.com" -> "gmail.com", "firm.couk" -> "firm.co.uk".
    Failing: "mail.com" -> "".
    """
    if domain in _KNOWN:
        return ""
    found = _near(domain) or _near_in_its_country(domain) or _without_last_ending(domain)
    if found:
        return found
    rest, _, ending = domain.rpartition(".")
    meant = _meant_ending(ending) if rest else ""
    fixed = f"{rest}.{meant}" if meant else ""
    return _near(fixed) or fixed


def _near_in_its_country(domain: str) -> str:
    name, _, ending = domain.partition(".")
    for brand in _BRANDS_OF.get(ending, ()):
        if is_one_slip(name, brand):
            return f"{brand}.{ending}"
    return ""


def _without_last_ending(domain: str) -> str:
    """The domain without an ending that was written twice: "gmail.com.com", "firm.de.de"; "" if there is none."""
    if domain.count(".") < 2:
        return ""
    rest, _, ending = domain.rpartition(".")
    name, _, before = rest.rpartition(".")
    is_doubled = bool(name) and ending == before and (ending in _COUNTRIES or ending in _ENDING_SLIPS)
    return rest if is_doubled or rest in _OF_NO_COUNTRY else ""


def _meant_ending(ending: str) -> str:
    swapped = ending[::-1]
    if len(ending) == 2 and ending not in _COUNTRIES and swapped in _COUNTRIES:
        return swapped
    return _ENDINGS.get(ending, "")


def _near(domain: str) -> str:
    if not _SHORTEST <= len(domain) <= _LONGEST:
        return ""
    if domain[:3] not in _STARTS and _TAILS.isdisjoint((domain[3:], domain[4:], domain[5:])):
        return ""
    for variant in sorted(_without_one_letter(domain)):
        for name in _NEAR.get(variant, ()):
            if len(name) >= _SHORTEST and is_one_slip(domain, name):
                return name
    return ""


def is_one_slip(typed: str, meant: str) -> bool:
    """Whether one letter too many, too few, another one, or two swapped ones make the difference."""
    if typed == meant or abs(len(typed) - len(meant)) > 1:
        return False
    start = 0
    while start < min(len(typed), len(meant)) and typed[start] == meant[start]:
        start += 1
    left, right = typed[start:], meant[start:]
    if left[1:] == right[1:] or left[1:] == right or left == right[1:]:
        return True
    return left[:2] == right[1::-1][:2] and len(left) > 1 and left[2:] == right[2:]
