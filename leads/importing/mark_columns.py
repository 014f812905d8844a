"""Finds the columns that say who must not be written to, or that only a person can judge. Pure.

Never load a person silently whom the file calls unsubscribed; never leave everybody out because a column was misread.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from leads.importing.errors import Ask, hint_of
from leads.importing.farewells import is_status_farewell
from leads.importing.marks import (
    BOUNCED,
    CONSENT,
    CONSENT_REQUIRED,
    DO_NOT_MAIL,
    INVALID,
    INVERSE,
    MARKS,
    OBJECTION,
    STATUS,
    SUBSCRIBED,
    UNSUBSCRIBED,
    VALID,
    Says,
    answer_of,
    is_ended,
    is_good,
    is_unmistakable,
    mark_of,
    status_reason,
    verdict_of,
)
from leads.importing.names import keys_of, plain_key, without_accents, words_of

LEFT_OUT_ASK = "left_out"
IGNORED = "ignore"
_NAMES = (
    (
        UNSUBSCRIBED,
        r"unsub|(not|non|nolonger|never)(be|)subscri|optout|optedout|optsout|suppressedat"
        r"|abgemeldet|abmeldung|abbestellt|ausgetragen|austragung|desinscri|desabonn|bajaemail|fecha(de|)baja|dado?debaja|^(de|)baja$"
        r"|desuscri|descadastr|cancelouinscricao|inscricaocancelada|disiscri|uitgeschreven|afgemeld|avregistrer"
        r"|avprenumerer|avanmald|afmeldt|avmeldt|wypisan|odhlas|leiratkoz|dezabon|abonelikten|отписа|отписк|відпис"
        r"|απεγγραφ|إلغاءالاشتراك|الغاءالاشتراك|配信停止|配信解除|購読解除|購読停止|オプトアウト|退订|退訂|取消订阅|取消訂閱"
        r"|수신거부|구독취소|구독해지|거부|optingout|abmelde(?!link|quote|rate)|отказ(ался|алась|)отрассыл|frameld"
        r"|odjavlj|berhentiberlangganan|huydangky|rezygnacja|zrezygnowa",
    ),
    (
        DO_NOT_MAIL,
        r"(do|does|should|must|can|may)(no|n|)t(be|)(e?mail|contact|send|write|message|disturb|market|solicit|approach)"
        r"|(do|does)(no|n|)tallow(bulk|marketing|mass|)(e?mail|contact|communic|market)|donot(bulk|mass)e?mail"
        r"|(e?mails?|contact|marketing|communications?)(is|are|)(not|no)t?(allowed|permitted|wanted|desired)"
        r"|donot(process|use)|gdpr(delet|eras|remov|forg)|righttobeforgotten|tobeforgotten"
        r"|cannot(be|)(e?mail|contact)|dont(e?mail|contact|send)|donotmail|neveremail|nevercontact|^dn[cdem]$|^dnc|dncflag"
        r"|dncstatus|^no(e?mails?|contact|marketing|mailings?)$|suppress|blacklist|blocklist|^blocked|^isblocked|banned"
        r"|complain|spamreport|reportedspam|markedasspam|spamtrap|unmailable|uncontactable"
        r"|nicht(kontaktieren|anschreiben|mailen|kontaktiert|angeschrieben)|werbesperre|mailsperre|kontaktsperre"
        r"|sperrvermerk|gesperrt|keinewerbung|keine(e?mails?)|werbewiderspruch|widerspruch|robinson"
        r"|nepas(contacter|envoyer|ecrire|emailer)|^neplus|listenoire|opposition|plainte|estbloque|^bloquee$"
        r"|nocontactar|noenviar|nomolestar|listanegra|bloquead|nao(contatar|contactar|enviar)"
        r"|noncontattare|nondisturbare|noninviare|bloccat|niet(mailen|benaderen|contacteren|e?mailen)|geblokkeerd"
        r"|kontakta(ej|inte)|ejmail|kontaktikke|ikkekontakt|niekontaktowac|niewysylac|nekontaktovat|neposilat"
        r"|неписать|небеспокоить|неконтакт|несвязываться|неотправлять|чернысписок|черныисписок|заблокир|жалоб"
        r"|送信不可|送信禁止|メール不可|メール送信不可|連絡不可|連絡禁止|送付不可|勿扰|请勿|不要联系|禁止联系|黑名单|請勿|不要聯絡"
        r"|黑名單|연락금지|발송금지|수신차단|受信拒否|配信拒否|メール拒否|拒收|quarantined?"
        r"|(exclude|excluded|remove|removed)from(all|the|my|our|)(e?mail|mailing|campaign|marketing|newsletter|list|send)"
        r"|(e?mails?|e?mailings?|marketing|newsletters?)(is|)(disabled|blocked|forbidden|prohibited|suspended|stop)"
        r"|^(no|stop|disable|block)(all|further|more|)(e?mails?|e?mailings?|marketing|newsletters?|contact)(please|)$"
        r"|kein(e|en|)(e?mail|newsletter|werb|kontakt)|(werbe|mail|kontakt)verbot|ne(pas|plus)sollicit|reklamsparr|^sparr(ad|lista)"
        r"|(e?mails?|e?mailings?|werbung|newsletter|kontakt|kontaktaufnahme|marketing)(ist|sind|)"
        r"(nicht|un|non|no|pas|nao|niet|ikke|inte)(erlaubt|erwunscht|gewunscht|gestattet|autoris|permitid|permess)",
    ),
    (
        BOUNCED,
        r"^npai$|^clean(ed)?(time|date|at|on)$|bounce|undeliverable|undelivered|unzustellbar|rucklaufer|rebot|rebond|rimbalz|devolvid|teruggestuurd|^studs"
        r"|odbit|недоставл|不達|バウンス|送信エラー|退信|반송",
    ),
    (
        INVALID,
        r"^(is|email|emailis|mail|address|emailaddress)*(invalid|notvalid)(email|mail|address|emailaddress|)(at|on|)$",
    ),
    (
        VALID,
        r"^(is|email|emailis|mail)?(valid|deliverable|validemail|validaddress)$|^isemailvalid$|^emailisvalid$",
    ),
    (
        CONSENT,
        r"^(email|mail|sms|marketing|newsletter|is|has|have)*(opt|opted)(s|)in|optin$|optedin|consent|^(email|marketing)?permission"
        r"|accepts(email)?marketing|acceptsemail|marketingallowed|allowmarketing|allowemail|emailallowed|allowsemail"
        r"|(can|may|okto|oktobe|mayibe|maybe|couldbe)(e?mail|contact)(ed|)$|^okto|^contactable|^mailable|^emailable"
        r"|einwillig|werbeeinwilligung|zustimmung|darfkontaktiert|kontakterlaubt|erlaubnis|consentement|consentim"
        r"|consenso|autorizacion|autorizacao|toestemming|samtyck|samtykke|suostumus|zgoda|souhlas|hozzajarul|^acord"
        r"|(e?mails?|e?mailings?|werbung|newsletter|kontakt|kontaktaufnahme|marketing)(ist|sind|)"
        r"(erlaubt|erwunscht|gewunscht|gestattet|autoris|permitid|permess|toegestaan|tilladt)"
        r"|^(rgpd|dsgvo|gdpr|lgpd|avg|e?mail|e?mailing|marketing)(ok|okay|konform|conforme|compliant|accepte?)$"
        r"|согласие|згода|συγκαταθεση|موافقة|הסכמה|同意|許諾|オプトイン|许可|동의",
    ),
    (
        SUBSCRIBED,
        r"^(is|email|newsletter|list|currently)*subscribed(toemails?|tonewsletter|toemailmarketing|)$|issubscriber"
        r"|newsletterabonniert|abonniert|^abonne$|^abonnee$|inscritnewsletter|suscrito|^inscrito$|^iscritto$|ingeschreven"
        r"|подписан|配信希望|購読中|メルマガ希望|已订阅|구독중|구독여부",
    ),
)
# Without accents, as `plain_key` writes the names.
_PATTERNS = [(target, re.compile(without_accents(pattern))) for target, pattern in _NAMES]
# These say who may be phoned, or count something else, however similar the words are.
_OTHER_CHANNEL = re.compile(r"call|phone|fax|sms|whatsapp|postal|telefon|anruf")
# Verification services whose names sound like a bounce.
_SERVICES = re.compile(
    r"(?:zero|never|de)bounce|bouncify|bounceless|(?:use)?bouncer(?=status|result|reason|verdict|score|$)"
)
_NOT_MEANT = re.compile(r"bouncerate|url$|link$|(?:in|out|consent|confirm)ip$")
_ANY_TEXT = keys_of(
    "reason date time at on source comment note grund datum motif motivo fecha data причина дата 理由 日付 日期"
)
# Names that may mean either; only the cells show whether they concern writing at all.
_MAYBE = keys_of(
    "opt option optinout optin/out opt-in/out optinoptout subscription subscriptions subscriber "
    "newsletter newsletters mailing mailings mailinglist marketing emailmarketing marketingemails "
    "emailmarketingconsent gdpr dsgvo rgpd lgpd permission permissions contact? contactallowed "
    "communication preferences emailpreference emailpreferences removed remove removal exclude excluded "
    "exclusion skip inactive deleted archived deactivated deaktiviert desactive abo "
    "abonnement suscripcion werbung infomail rundschreiben "
    "подписка рассылка メルマガ メールマガジン メール配信 メルマガ配信 配信 配信可否 送信可否 订阅 訂閱 구독 수신"
)
_STATUS_WORDS = keys_of(
    "status result verdict quality deliverability disposition substatus statut statusas durum статус "
    "κατασταση verification validation verifystatus"
)
_STATUS_ENDINGS = tuple(
    keys_of(
        "debounceresponse verifieremail validateemail emailvalidity status statut ステータス 状態 状态 狀態 상태 статус"
    )
)
# Only their cells show whether they are meant: a state can be Ohio.
_LOOSE_STATUS_WORDS = keys_of(
    "state stage estado stato zustand stav tila состояние حالة tags tag labels label segments segment "
    "list lists verified group groups type category kategorie gruppe"
)
_SUBSCRIBER_PARTS = ("subscri", "newsletter", "abonn", "подпис", "購読", "订阅", "구독")
_MOST_WORDS = 3
# Words and parts of words that turn the meaning of a name round: "Not opted out", "Kein Opt-in", "Consent withdrawn".
_NOT = keys_of(
    "not no non never without kein keine keinen keiner nicht ohne nie pas sans ne sin nunca sem nao senza niet geen "
    "zonder ej inte ikke uden utan bez ei не нет нету без ні 不 未 非 無 没"
)
_TAKEN_BACK = re.compile(
    r"withdr[ae]w|refus|revo[ck]|expir|denied|declin|reject|lapsed|missing|widerruf|abgelehnt|verweiger|abgelaufen"
    r"|erloschen|retir|rechaz|negad|caduc|revog|scadut|ritirat|ingetrokken|geweigerd|verlopen|cofnie|odmow"
    r"|отозв|отказ|истек|なし|無し|撤回|拒否|撤销|撤銷|거절|철회"
)
_YES_WORDS, _NO_WORDS = keys_of("yes y ja oui si sim true"), keys_of("no n nein non nao false")


@dataclass
class MarkColumns:
    """The targets that were found, the questions, and the columns whose words are verdicts of a verification."""

    targets: dict[str, str] = field(default_factory=dict)
    asks: list[Ask] = field(default_factory=list)


def find_mark_columns(
    header: Sequence[str], samples: Sequence[Sequence[str]], *, free: Sequence[str], whole: bool
) -> MarkColumns:
    """Judge the columns `free`, which mean no field, by their names and first records.

    Shapes: whole - whether the samples are all records. A column that is asked about has no target.
    """
    found = MarkColumns()
    for place, name in enumerate(header):
        if name not in free:
            continue
        cells = [cells[place] if place < len(cells) else "" for cells in samples]
        target, question, choices = _judge(name, cells, whole=whole)
        if question:
            found.asks.append(Ask(LEFT_OUT_ASK, choices, question, hint=hint_of(choices)))
        elif target:
            found.targets[name] = target
    return found


def meaning_of_name(name: str) -> str:
    """The target that a column name means by itself: "Email Opt Out" -> unsubscribed; "" if it means none."""
    key = _SERVICES.sub("", plain_key(name))
    if _is_other(key):
        return ""
    return next((target for target, pattern in _PATTERNS if pattern.search(key)), "")


def _is_other(key: str) -> bool:
    return bool(_NOT_MEANT.search(key) or (_OTHER_CHANNEL.search(key) and "mail" not in key))


def is_negated(name: str) -> bool:
    """Whether a word beside the one that gives a column its meaning turns that meaning round.

    Passing: "Not opted out", "Consent withdrawn".  Failing: "Do not contact", "Opted out (yes/no)".
    """
    words = words_of(name)
    key = "".join(words)
    meant = next((found for _, pattern in _PATTERNS if (found := pattern.search(key))), None)
    if meant is None:
        return False
    beside, start = [], 0
    for word in words:
        end = start + len(word)
        beside += [key[start : min(end, meant.start())], key[max(start, meant.end()) : end]]
        start = end
    rest = set(filter(None, beside))
    if rest & _YES_WORDS and rest & _NO_WORDS:
        rest -= _NO_WORDS
    return bool(rest & _NOT) or any(_TAKEN_BACK.search(word) for word in rest)


def is_status_name(name: str) -> bool:
    """Whether a name is that of a status or of the result of a verification."""
    words = words_of(name)
    return bool(words) and (words[-1] in _STATUS_WORDS or plain_key(name).endswith(_STATUS_ENDINGS))


def is_watched(name: str) -> bool:
    """Whether the cells of a column of this name may leave people out, however different they are."""
    words = words_of(name)
    if plain_key(name) in _MAYBE or is_status_name(name) or (words and words[-1] in _LOOSE_STATUS_WORDS):
        return True
    return bool(meaning_of_name(name))


def _judge(name: str, cells: Sequence[str], *, whole: bool) -> tuple[str, str, list[str]]:
    """(target, question, choices): at most one of target and question."""
    target = meaning_of_name(name)
    if target and is_negated(name):
        return _judge_negated(name, cells, whole=whole)
    if target:
        return _judge_named(name, target, cells)
    if plain_key(name) in _MAYBE:
        return _judge_maybe(name, cells)
    ended = [cell for cell in cells if is_ended(cell)] if _is_state_of_subscriber(name) else []
    if ended:
        return "", f"Column “{name}” says {_quoted(ended)}. Are these lines left out?", _pairs(name, SUBSCRIBED)
    if _is_status(name, cells, whole=whole):
        return _unless_everybody(name, STATUS, cells)
    return _judge_unknown(name, cells)


def _judge_unknown(name: str, cells: Sequence[str]) -> tuple[str, str, list[str]]:
    """Ask about a column of no known meaning whose cells or whose name say so."""
    if any(is_unmistakable(cell) for cell in cells):
        words = _quoted([cell for cell in cells if is_unmistakable(cell)])
        return "", f"Column “{name}” says {words}. Are these lines left out?", _pairs(name, STATUS)
    filled = [cell for cell in cells if answer_of(cell) != Says.NOTHING]
    if filled and not _is_other(plain_key(name)) and is_status_farewell(name):
        question = f"Column “{name}” says {_quoted(filled)}. Which lines does it leave out?"
        return "", question, _pairs(name, UNSUBSCRIBED)
    return "", "", []


def _is_state_of_subscriber(name: str) -> bool:
    key = plain_key(name)
    return key == "state" or (is_watched(name) and any(part in key for part in _SUBSCRIBER_PARTS))


def _is_status(name: str, cells: Sequence[str], *, whole: bool) -> bool:
    """Whether the cells are a status; a status column may name people further down that its first lines do not."""
    marked = any(status_reason(cell) or is_status_farewell(cell) for cell in cells)
    if is_status_name(name):
        return marked or not whole or has_verdicts(cells)
    words = words_of(name)
    return marked and bool(words) and words[-1] in _LOOSE_STATUS_WORDS


def has_verdicts(cells: Sequence[str]) -> bool:
    """Whether most of the filled cells are verdicts of a verification service."""
    filled = [cell for cell in cells if cell.strip()]
    return bool(filled) and sum(bool(verdict_of(cell)) for cell in filled) * 2 > len(filled)


def _judge_named(name: str, target: str, cells: Sequence[str]) -> tuple[str, str, list[str]]:
    any_text = target not in INVERSE and bool(set(words_of(name)) & _ANY_TEXT)
    unclear = [] if any_text else [cell for cell in cells if _is_unclear(cell)]
    if unclear:
        with_these, without = (CONSENT_REQUIRED, target) if target in INVERSE else (target, OBJECTION)
        question = (
            f"Column “{name}” says {_quoted(unclear)}, which is neither yes nor no. "
            f"{MARKS[with_these].capitalize()}, with these, or {MARKS[without]}, without these?"
        )
        return "", question, [f"{name}={with_these}", *_pairs(name, without)]
    says = [answer_of(cell) for cell in cells]
    if (
        target in {CONSENT, SUBSCRIBED}
        and Says.NOTHING in says
        and Says.NO not in says
        and (Says.YES in says or any(map(is_good, cells)))
    ):
        question = f"Column “{name}” says yes in some lines and is empty in others. Are the empty ones left out?"
        return "", question, [f"{name}={CONSENT_REQUIRED}", *_pairs(name, target)]
    return _unless_everybody(name, target, cells)


def _judge_negated(name: str, cells: Sequence[str], *, whole: bool) -> tuple[str, str, list[str]]:
    """Ask, since the grammar of a negation is not read here: a mistake would turn everything round."""
    filled = [cell for cell in cells if answer_of(cell) != Says.NOTHING]
    if not filled and whole:
        return "", "", []
    says = f" says {_quoted(filled)}, and its name" if filled else "’s name"
    if_no = CONSENT_REQUIRED if any(map(_is_unclear, filled)) else CONSENT
    question = f"Column “{name}”{says} can be read both ways. Which lines does it leave out?"
    return "", question, [f"{name}={if_no}", *_pairs(name, OBJECTION)]


def _unless_everybody(name: str, target: str, cells: Sequence[str]) -> tuple[str, str, list[str]]:
    marked = [cell for cell in cells if mark_of(target, cell)]
    if len(marked) > 1 and len(marked) == len(cells):
        question = f"Column “{name}” says {_quoted(marked)} in every line: nobody would be left. Are all left out?"
        return "", question, _pairs(name, target)
    return target, "", []


def _judge_maybe(name: str, cells: Sequence[str]) -> tuple[str, str, list[str]]:
    filled = [cell for cell in cells if answer_of(cell) != Says.NOTHING]
    marked = any(status_reason(cell) for cell in filled)
    if not filled or any(_is_unclear(cell) for cell in filled):
        question = f"Column “{name}” says {_quoted(filled)}. Are lines left out for it?" if marked else ""
        return "", question, _pairs(name, STATUS)
    if marked:
        return _unless_everybody(name, STATUS, cells)
    question = f"Column “{name}” says {_quoted(filled)}. Which lines does it leave out?"
    return "", question, [f"{name}={CONSENT}", *_pairs(name, UNSUBSCRIBED)]


def _pairs(name: str, target: str) -> list[str]:
    return [f"{name}={target}", f"{name}={IGNORED}"]


def _is_unclear(cell: str) -> bool:
    return answer_of(cell) == Says.UNCLEAR and not status_reason(cell) and not is_good(cell) and not verdict_of(cell)


def _quoted(cells: Sequence[str]) -> str:
    words = list(dict.fromkeys(cell.strip()[:40] for cell in cells if cell.strip()))
    return ", ".join(f"“{word}”" for word in words[:_MOST_WORDS]) + (" and more" if len(words) > _MOST_WORDS else "")
