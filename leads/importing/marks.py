"""Reads the cells of columns that say who must not be written to: unsubscribed, do not mail, bounced, no consent. Pure.

A column of this kind has one of the targets in MARKS instead of a field. Cells are read in the languages that exports
come in; a cell that is not understood counts as a mark where the column exists only to mark people.
"""

import re
from enum import StrEnum
from functools import lru_cache

from leads.importing import reasons
from leads.importing.cells import plain_text
from leads.importing.names import without_accents

UNSUBSCRIBED = "unsubscribed"
DO_NOT_MAIL = "do_not_mail"
BOUNCED = "bounced"
SUBSCRIBED = "subscribed"
CONSENT = "consent"
CONSENT_REQUIRED = "consent_required"
OBJECTION = "objection"
VALID = "valid"
INVALID = "invalid"
STATUS = "status"
# Target of a column -> what it does, as the page says it.
MARKS = {
    UNSUBSCRIBED: "leave out lines marked as unsubscribed",
    DO_NOT_MAIL: "leave out lines marked as do not mail",
    BOUNCED: "leave out lines marked as bounced",
    SUBSCRIBED: "leave out lines that are not subscribed",
    CONSENT: "leave out lines that say no",
    CONSENT_REQUIRED: "leave out lines that do not say yes",
    OBJECTION: "leave out lines that say yes",
    VALID: "leave out lines that are not valid",
    INVALID: "leave out lines marked as invalid",
    STATUS: "leave out lines whose status says unsubscribed, bounced or invalid",
}
_REASON_OF = {
    UNSUBSCRIBED: reasons.MARKED_UNSUBSCRIBED,
    DO_NOT_MAIL: reasons.MARKED_DO_NOT_MAIL,
    BOUNCED: reasons.MARKED_BOUNCED,
    SUBSCRIBED: reasons.MARKED_UNSUBSCRIBED,
    CONSENT: reasons.MARKED_DO_NOT_MAIL,
    CONSENT_REQUIRED: reasons.MARKED_DO_NOT_MAIL,
    OBJECTION: reasons.MARKED_DO_NOT_MAIL,
    VALID: reasons.MARKED_INVALID,
    INVALID: reasons.MARKED_INVALID,
}
# In these columns "no" is the mark; in the others "yes" is.
INVERSE = frozenset({SUBSCRIBED, CONSENT, CONSENT_REQUIRED, VALID})


class Says(StrEnum):
    """What a cell says: yes, no, nothing at all, or something that is neither."""

    YES = "yes"
    NO = "no"
    NOTHING = "nothing"
    UNCLEAR = "unclear"


def _words(text: str) -> frozenset[str]:
    return frozenset(plain_words(word) for word in re.split(r"[,\n]", text) if word.strip())


def plain_words(cell: str) -> str:
    """The words of a cell as they are compared: "Do_Not-Mail!" -> "do not mail"."""
    return re.sub(r"[\s_\-–.!]+", " ", without_accents(cell)).strip(" \"'()[]:;")


_YES = _words(
    "yes, y, true, t, 1, on, x, ✓, ✔, ☑, ✅, ok, okay, wahr, ja, j, oui, o, vrai, si, s, sí, verdadero, "
    "verdad, sim, verdadeiro, vero, tak, prawda, ano, igen, da, kylla, evet, e, ναι, да, д, истина, так, "
    "נכון, כן, نعم, صحيح, はい, 有, 有り, あり, 済, 済み, ○, 〇, ◯, ●, 是, 是的, 对, 真, 예, 네, ใช่, có, "
    "可, 希望, 希望する, ya, checked, set, marked, agreed"
)
_NO = _words(
    "no, n, false, f, 0, off, falsch, nein, non, faux, falso, nao, nee, onwaar, nej, falskt, nei, ei, "
    "nie, falsz, ne, nem, nu, fals, hayir, h, oxi, οχι, нет, н, ложь, ні, לא, لا, خطأ, いいえ, 無, 無し, "
    "なし, 未, ×, ✗, ✘, ☐, ❌, 否, 不, 不是, 假, 아니오, 아니요, ไม่, không, 不可, 不要, 希望しない, tidak, "
    "unchecked, not set, disagreed, declined, denied, refused, withdrawn, revoked, rejected, withheld, verweigert, "
    "abgelehnt, widerrufen, refuse, rechazado, revocado"
)
_NOTHING = _words(
    "n/a, na, none, null, nil, nan, undefined, unknown, never, not available, tbd, ?, 不明, 未定, 无, k a"
)
# Words that say that a person may be written to.
_GOOD = _words(
    "active, subscribed, current, enabled, delivered, sent, opened, clicked, replied, confirmed, "
    "accepted, allow, allowed, permitted, granted, given, obtained, opt in, opted in, optin, "
    "double opt in, single opt in, express, explicit, "
    "implied, aktiv, abonniert, bestatigt, erteilt, abonne, inscrit, actif, activo, suscrito, "
    "ativo, inscrito, attivo, iscritto, actief, ingeschreven, aktywny, подписан, активен, активный, "
    "配信中, 購読中, 登録済み, 有効, 已订阅, 订阅, 有效, 구독, 구독중"
)
_UNSUBSCRIBED = _words(
    "unsubscribed, unsubscribe, unsub, unsubbed, not subscribed, never subscribed, no longer subscribed, "
    "not opted in, opted out, opt out, optout, optedout, "
    "global unsubscribe, globally unsubscribed, unsubscribed globally, list unsubscribe, "
    "manual unsubscribe, lead unsubscribed, email unsubscribed, user unsubscribed, abgemeldet, "
    "ausgetragen, abbestellt, abmeldung, newsletter abgemeldet, desinscrit, desinscrite, desabonne, "
    "desabonnee, desinscription, dado de baja, dada de baja, baja, desuscrito, desuscrita, "
    "cancelo suscripcion, suscripcion cancelada, descadastrado, descadastrada, desinscrito, "
    "inscricao cancelada, cancelou inscricao, disiscritto, disiscritta, cancellato dalla lista, "
    "uitgeschreven, afgemeld, avregistrerad, avprenumererad, avanmald, afmeldt, avmeldt, peruutettu, "
    "wypisany, wypisana, wypisano, odhlasen, odhlasena, odhlaseny, leiratkozott, dezabonat, "
    "abonelikten cikti, abonelikten cikmis, отписан, отписана, отписался, отписалась, отписка, отписано, "
    "відписаний, відписався, απεγγεγραμμενος, διαγραφη, ملغى الاشتراك, غير مشترك, الغاء الاشتراك, הוסר, "
    "הסרה, 配信停止, 配信解除, 購読解除, 購読停止, 退会, オプトアウト, 退订, 已退订, 取消订阅, "
    "已取消订阅, 退訂, 已退訂, 取消訂閱, 수신거부, 수신 거부, 구독취소, 구독 취소, 구독해지, "
    "emailsunsubscribed, emails unsubscribed, 配信停止中, 配信停止済, 配信停止済み, 수신거부됨, frameldt, odjavljen, "
    "odjavljena, απεγγραφη, απεγγραφηκε, отказался от рассылки, отказалась от рассылки, отказ от рассылки, "
    "listeden cikarildi, berhenti berlangganan, da huy dang ky, huy dang ky, odhlaseno, opted out of email, "
    "opted out of emails, zrezygnowal, zrezygnowala, rezygnacja, odjava, peruuttanut tilauksen, "
    "atsisake prenumeratos, ยกเลิกการสมัคร, αποχωρησε"
)
_BOUNCED = _words(
    "bounced, bounce, hard bounce, hard bounced, hardbounce, hardbounced, soft bounce, soft bounced, "
    "softbounce, email bounced, bounced email, lead bounced, previously bounced, cleaned, returned, "
    "undelivered, unzustellbar, zuruckgewiesen, ruckläufer, rebotado, rebote, rebote duro, rejete, "
    "rebond, non distribue, rimbalzato, devolvido, retornado, teruggestuurd, studs, studsat, odbity, "
    "odbita, недоставлено, не доставлено, возврат, отскок, 不達, バウンス, 送信エラー, 退信, 已退信, "
    "硬退, 반송, 반송됨, emailsbounced, emails bounced, エラー停止, 配信エラー"
)
_DO_NOT_MAIL = _words(
    "do not contact, do not mail, do not email, do not e mail, do not send, donotmail, donotcontact, "
    "do not allow, not allowed, not permitted, do not process, no consent, without consent, consent withdrawn, "
    "consent refused, not consented, keine einwilligung, einwilligung widerrufen, "
    "donotemail, don't contact, don't email, don't mail, dont contact, dont email, dont mail, dnc, dnm, "
    "dne, no contact, no email, no mail, never contact, not to be contacted, do not disturb, dnd, "
    "suppressed, suppression, suppression list, global suppression, blacklisted, blacklist, blocklisted, "
    "blocklist, blocked, banned, complained, complaint, complainer, spam complaint, spam complainer, "
    "marked as spam, reported spam, reported as spam, spam report, spam, abuse, spamtrap, spam trap, "
    "possible trap, possible traps, trap, toxic, honeypot, gdpr delete, erasure requested, legal threat, "
    "cease and desist, remove me, take me off, gesperrt, sperre, werbesperre, nicht kontaktieren, "
    "nicht anschreiben, nicht mailen, keine werbung, kein kontakt, widerspruch, robinsonliste, "
    "ne pas contacter, ne plus contacter, liste noire, oppose, opposition, plainte, bloque, no contactar, "
    "no enviar, no molestar, lista negra, bloqueado, queja, nao contatar, nao contactar, nao enviar, "
    "non contattare, non disturbare, bloccato, niet contacteren, niet benaderen, niet mailen, "
    "geblokkeerd, kontakta ej, kontakta inte, blockerad, ma ikke kontaktes, kontakt ikke, "
    "nie kontaktowac, zablokowany, nekontaktovat, blokovan, не писать, не беспокоить, не контактировать, "
    "не связываться, заблокирован, черный список, жалоба, לא ליצור קשר, ممنوع الاتصال, محظور, 送信不可, "
    "送信禁止, メール不可, 連絡不可, 連絡禁止, 送付不可, 勿扰, 请勿联系, 不要联系, 禁止联系, 黑名单, "
    "已屏蔽, 投诉, 請勿聯絡, 不要聯絡, 黑名單, 연락금지, 발송금지, 차단, "
    "do not call or email, do not email or call, do not solicit, stop, stop mail, quarantined, email quarantined, "
    "excluded from campaigns, ne pas solliciter, nie wysylac, 受信拒否, 配信拒否, 拒否, 拒收, 수신차단, reklamsparr, "
    "sparrad, kein mailing, no mailing, nezasilat, لا تراسل"
)
_INVALID = _words(
    "invalid, not valid, invalid email, invalid address, email invalid, undeliverable, not deliverable, "
    "bad, bad email, bad address, rejected, rejected email, disposable, does not exist, "
    "mailbox not found, mailbox does not exist, no mx, no mx record, invalid domain, invalid mx, "
    "syntax error, failed syntax check, unreachable, nonexistent, dead, fake, mailbox full, no such user, "
    "false email, ungultig, ungultige adresse, invalide, non valide, invalido, invalida, no valido, "
    "non valido, ongeldig, ogiltig, ugyldig, nieprawidlowy, neplatny, недействителен, недействительный, "
    "невалидный, невалиден, 無効, 无效, 無效, 무효"
)
_RISKY = _words(
    "catch all, catchall, catch all email, accept all, acceptall, accept all unverifiable, risky, risk, "
    "unavailable, user managed, update required, new data available, "
    "unknown, unverified, unverifiable, unconfirmed, guessed, extrapolated, questionable, low quality, "
    "low deliverability, role, role based, timeout, greylisted, antispam system, webmail, not verified, "
    "pending, 不明, 未知"
)
_VALID = _words(
    "valid, valid email, verified, deliverable, safe, safe to send, ok, good, ok for all, passed, "
    "correct, exists, accepted email, alias address, gultig, valide, valido, geldig, giltig, gyldig, "
    "действителен, валидный, 有効, 有效"
)
_SURE = (
    ("", _GOOD), (reasons.MARKED_UNSUBSCRIBED, _UNSUBSCRIBED), (reasons.MARKED_BOUNCED, _BOUNCED),
    (reasons.MARKED_DO_NOT_MAIL, _DO_NOT_MAIL), (reasons.MARKED_INVALID, _INVALID),
)  # fmt: skip
_REASON_OF_WORD = {word: reason for reason, words in _SURE for word in words if reason}
# Words that mean something else among others: "no contact yet", "blocked by procurement", "returned call".
_ONLY_ALONE = _words(
    "spam, abuse, trap, toxic, blocked, no contact, no email, no mail, kein kontakt, not allowed, not permitted, stop, "
    "returned, retornado, devolvido, возврат, отскок, cleaned, baja, oppose, opposition, bloque, widerspruch, sperre, "
    "suppression, plainte, queja, жалоба, 拒否, dnd, dne, dnm, donotdisturb, do not disturb, quarantined, ausgetragen, "
    "rejete, refuse, complaint, trap, banned, rebote, rebond, studs, 차단, 投诉"
)
# Words that say so in a status also where others stand behind or before them: "Hard bounce 550".
AMONG_OTHERS = (_UNSUBSCRIBED | _BOUNCED | _DO_NOT_MAIL | {word for word in _INVALID if " " in word}) - _ONLY_ALONE | {
    "invalid", "undeliverable", "ungultig",
}  # fmt: skip
# Words that mean the same whatever the column is called.
UNMISTAKABLE = (_UNSUBSCRIBED - {"baja", "peruutettu", "διαγραφη", "הוסר", "הסרה", "退会"}) | _words(
    "bounced, hard bounce, hard bounced, hardbounce, soft bounce, do not contact, do not mail, "
    "do not email, dnc, donotmail, donotcontact, do not send, spam complaint, marked as spam, spamtrap, "
    "nicht kontaktieren, nicht anschreiben, ne pas contacter, no contactar, non contattare, "
    "niet benaderen, niet mailen, nie kontaktowac, не писать, не беспокоить, 送信不可, 連絡不可, "
    "请勿联系, 不要联系, do not call or email, do not email or call, do not solicit, ne pas solliciter, nie wysylac, "
    "受信拒否, 配信拒否, 拒收, reklamsparr, エラー停止, emailsbounced, stop"
)
_ENDED = _words(
    "cancelled, canceled, gekundigt, annule, resilie, cancelado, cancelada, cancellato, annullato, "
    "avslutad, opgezegd, отменен"
)
_LONGEST_WORD = 40
_BEHIND = re.compile(r"\s*\([^()]*\)\s*$")
_NUMBER = re.compile(r"[+-]?\d{1,9}(?:[.,]\d+)?")
_DATE = re.compile(
    r"\d{4}[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}日?(?:[ t,].*)?"
    r"|\d{1,2}[-/. ]+(?:\d{1,2}|[^\W\d]{3,10})[-/., ]+\d{2,4}(?:[ t,].*)?"
    r"|(?:[^\W\d]{3,9},? )?[^\W\d]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}(?:[ t,].*)?"
    r"|\d{8}|\d{10}|\d{13}"
)
_NO_DATE = re.compile(
    r"(?:0000|0001|1900|1970)[-/.]0?[01][-/.]0?[01](?:[ t].*)?|0?[01][-/.]0?[01][-/.](?:0000|1900|1970).*"
)


@lru_cache(maxsize=8192)
def answer_of(cell: str) -> Says:
    """What a cell of a yes-or-no column says; a date or a count above zero is a yes.

    Passing: "Ja" -> yes, "2026-01-02" -> yes, "0" -> no, "-" -> nothing.  Failing: "maybe" -> unclear.
    """
    text = plain_text(cell)
    word = plain_words(text)
    if not word.strip("-–—/ ") or word in _NOTHING:
        return Says.NOTHING
    if word in _YES or word in _NO:
        return Says.YES if word in _YES else Says.NO
    if _NO_DATE.fullmatch(text.lower()):
        return Says.NOTHING
    if _NUMBER.fullmatch(text):
        return Says.YES if float(text.replace(",", ".")) > 0 else Says.NO
    return Says.YES if _DATE.fullmatch(text.lower()) else Says.UNCLEAR


@lru_cache(maxsize=8192)
def status_reason(cell: str) -> str:
    """The reason that a word such as "Hard bounce" names; "" for any other text.

    A cell with several words, such as the tags "customer; unsubscribed", is read word by word; what stands in
    parentheses behind a word, as in "Opted-Out (2024)", says when or why.
    """
    word = plain_words(_BEHIND.sub("", plain_text(cell)))
    if word in _REASON_OF_WORD or len(word) > 200:
        return str(_REASON_OF_WORD.get(word, ""))
    parts = [plain_words(part) for part in re.split(r"[;,|/:\n]| - ", plain_text(cell))]
    found = [str(_REASON_OF_WORD[part]) for part in parts if part in _REASON_OF_WORD]
    return found[0] if found and len(parts) > 1 else ""


@lru_cache(maxsize=8192)
def is_unmistakable(cell: str) -> bool:
    """Whether a cell says unsubscribed, bounced or do not contact, and nothing else, whatever its column is called."""
    return len(cell) <= 60 and plain_words(plain_text(cell)) in UNMISTAKABLE


@lru_cache(maxsize=8192)
def is_good(cell: str) -> bool:
    """Whether a cell says that a person may be written to: subscribed, active, opted in."""
    word = plain_words(plain_text(cell))
    return word in _GOOD or word in _VALID or word.startswith(("legitimate interest", "freely given", "performance of"))


def is_ended(cell: str) -> bool:
    """Whether a cell says that a subscription ended; of an order or a meeting it would say nothing of the person."""
    return len(cell) <= _LONGEST_WORD and plain_words(plain_text(cell)) in _ENDED


@lru_cache(maxsize=8192)
def verdict_of(cell: str) -> str:
    """The verdict of a verification service: valid, invalid or risky; "" for another text."""
    word = plain_words(plain_text(cell))
    if word in _VALID:
        return "valid"
    reason = _REASON_OF_WORD.get(word, "")
    if reason == reasons.MARKED_INVALID or word in {"do not mail", "spamtrap", "abuse", "toxic", "donotmail"}:
        return "invalid"
    return "risky" if word in _RISKY else ""


def mark_of(target: str, cell: str) -> str:
    """The reason for which a column with such a target leaves a line out; "" if it does not.

    Passing: ("unsubscribed", "yes") -> marked_unsubscribed.  Failing: ("unsubscribed", "") -> "".
    """
    named = status_reason(cell)
    if named or target == STATUS:
        return named
    says = answer_of(cell)
    reason = str(_REASON_OF[target])
    if target in INVERSE:
        if target != VALID and is_ended(cell):
            return reason
        return reason if says == Says.NO or (target == CONSENT_REQUIRED and not _allows(cell, says)) else ""
    if says == Says.YES:
        return reason
    # A reason or a sentence in a column that exists to mark people is a mark, unless only a yes was said to be one.
    is_mark = says == Says.UNCLEAR and target != OBJECTION and not is_good(cell)
    return reason if is_mark else ""


def _allows(cell: str, says: Says) -> bool:
    return says == Says.YES or (says == Says.UNCLEAR and is_good(cell))
