"""Decides which column holds the addresses to write to, or that only a person can say. Pure.

Several columns can hold addresses: of the person at work and at home, of the colleague who owns the contact. Writing to
the wrong one is worse than asking, so a column is taken unasked only where nothing else could be meant.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from leads.importing.address import normal_address
from leads.importing.names import is_exactly_email, keys_of, plain_key, words_of

_EMAIL_WORDS = keys_of("email emails mail epost eposta emailid courriel correo imejl")
_EMAIL_PARTS = tuple(
    sorted(
        keys_of(
            "email mailadres メール メアド почт имейл емейл имэйл пошт эладрес correoelectronico courriel 邮箱 "
            "邮件 电邮 郵箱 郵件 電郵 信箱 이메일 메일 전자우편 البريد ايميل אימייל דואל ηλεκτρονικ อีเมล ईमेल"
        )
    )
)
# People on our side of the contact: who owns it, wrote to it, brought it in. Latin words, and two in a row, count as
# whole words.
_OURS_WORDS = keys_of(
    "owner owners rep reps representative salesperson salesrep seller assigned assignee assignedto "
    "manager managers sender from fromemail referrer referer referral referred referredby introducer "
    "created createdby modified modifiedby updated updatedby uploaded added addedby invited author "
    "creator agent csm sdr bdr ae closer setter consultant advisor adviser coordinator handler "
    "responsible internal our bcc cc replyto supervisor boss approver operator accountexecutive recruiter "
    "sourcer besitzer inhaber kontaktinhaber eigentumer zustandig zustandiger zustandige bearbeiter "
    "betreuer absender vertriebler vertreter verantwortlich verantwortlicher verantwortliche ersteller "
    "ansprechpartnerintern proprietaire responsable expediteur commercial gestionnaire createur "
    "propietario vendedor remitente comercial gestor asignado proprietario responsavel responsabile "
    "mittente venditore assegnato eigenaar verantwoordelijke toegewezen afzender ansvarig agare avsandare "
    "ansvarlig eier avsender afsender ejer omistaja wlasciciel opiekun handlowiec nadawca vlastnik "
    "odesilatel sahibi gonderen temsilci sachbearbeiter kundenbetreuer kontobetreuer keyaccount keyaccounter "
    "erstelltvon angelegtvon geandertvon zugewiesen creepar modifiepar attribuea assignea creadopor "
    "modificadopor criadopor atribuidoa titolare creatoda modificatoda gemaaktdoor aangemaaktdoor "
    "bijgewerktdoor skapadav opprettetav oprettetaf luonut utworzyl utworzoneprzez przypisany vytvoril "
    "zodpovedny tulajdonos felelos letrehozta proprietar creatde sorumlu olusturan vlasnik kreirao lastnik "
    "savininkas omanik dibuatoleh"
)
_OURS_PARTS = tuple(
    sorted(
        keys_of(
            "создал создатель створив nguoiphutrach penanggungjawab "
            "владелец владельца ответственн менеджер отправител власник відповідальн 担当 所有者 送信者 差出人 "
            "オーナー 营业 営業 负责人 負責人 所有人 发件人 销售 業務 담당 소유자 발신 المالك المسؤول υπευθυνος "
            "υπευθυνου 作成者 登録者 更新者 创建 建立者 修改人 跟进人 业务员 작성자 등록자 생성자 ผู้รับผิดชอบ"
        )
    )
)
_BETTER = keys_of("work business company professional corporate primary main lead contact prospect dienstlich 1")
_WORSE = keys_of(
    "personal private privat home secondary second alternate alternative alt other old previous backup 2 3"
)
_FEW_FOR_A_PERSON = 4


@dataclass(frozen=True)
class AddressColumn:
    """What one column looks like: its place, and what its name and its first cells say."""

    place: int
    name: str
    exact: bool
    named: bool
    ours: bool
    filled: int
    addresses: int
    different: int

    @property
    def holds_addresses(self) -> bool:
        """Whether most of its cells are addresses."""
        return self.addresses * 2 > self.filled

    @property
    def repeats(self) -> bool:
        """Whether so few different addresses are in it that they can hardly be the people of the file."""
        return self.addresses >= _FEW_FOR_A_PERSON and self.different * 3 <= self.addresses

    @property
    def is_of_people(self) -> bool:
        """Whether it can be the addresses of the people of the file."""
        return not self.ours and not self.repeats

    @property
    def rank(self) -> tuple[object, ...]:
        """Sorts the likeliest first."""
        words = set(words_of(self.name))
        share = self.addresses / self.filled if self.filled else 0.0
        return (
            not self.is_of_people,
            not self.exact,
            bool(words & _WORSE) - bool(words & _BETTER),
            -round(share, 1),
            -self.addresses,
            self.place,
        )


@dataclass(frozen=True)
class AddressChoice:
    """The column to take, or the candidates to ask about, best first; neither if the file has no addresses.

    Shapes: others - columns that hold addresses too and are not taken.
    """

    column: str = ""
    candidates: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)


def choose_address_column(header: Sequence[str], samples: Sequence[Sequence[str]], *, whole: bool) -> AddressChoice:
    """Choose the address column by names and first records.

    Shapes: samples - cells of the first records; whole - whether these are all records of the file.
    Passing: Email, Owner Email -> Email.  Failing: Work Email, Personal Email -> both are candidates.
    """
    columns = [_look_at(place, name, samples) for place, name in enumerate(header)]
    holding = _ranked([one for one in columns if _may_hold(one, whole=whole)])
    exact = [one for one in columns if one.exact]
    taken = _exact_one(exact, holding) if exact else _only_one(holding, columns)
    if taken is None:
        return AddressChoice(candidates=_names_of(_ranked([*(holding or _hopeful(columns)), *exact])))
    return AddressChoice(taken.name, others=_names_of(one for one in holding if one.addresses and one != taken))


def _hopeful(columns: list[AddressColumn]) -> list[AddressColumn]:
    """The columns that a person may still mean where none holds addresses."""
    return [one for one in columns if one.addresses or one.named]


def _names_of(columns: Iterable[AddressColumn]) -> list[str]:
    return [one.name for one in columns]


def _ranked(columns: Sequence[AddressColumn]) -> list[AddressColumn]:
    """Each column once, the likeliest first."""
    return sorted({one.place: one for one in columns}.values(), key=lambda one: one.rank)


def _may_hold(one: AddressColumn, *, whole: bool) -> bool:
    if one.addresses:
        return one.holds_addresses or one.named
    # Empty in the first records only: the addresses may come further down.
    return one.named and not one.filled and not whole


def _exact_one(exact: list[AddressColumn], holding: list[AddressColumn]) -> AddressColumn | None:
    """The only column that is named exactly e-mail and is used as such."""
    usable = [one for one in exact if one.addresses] or exact
    if len(usable) > 1:
        return None
    one = usable[0]
    others = [other for other in holding if other != one]
    if not one.addresses:
        return None if others else one
    return None if one.repeats and any(other.is_of_people for other in others) else one


def _only_one(holding: list[AddressColumn], columns: list[AddressColumn]) -> AddressColumn | None:
    """The only column that holds addresses, or the only one named after them where there is no address at all."""
    found = holding
    if not any(one.addresses for one in columns):
        found = [one for one in columns if one.named]
    return found[0] if len(found) == 1 and found[0].is_of_people else None


def _look_at(place: int, name: str, samples: Sequence[Sequence[str]]) -> AddressColumn:
    cells = [cells[place].strip() for cells in samples if place < len(cells) and cells[place].strip()]
    found = [address for cell in cells if "@" in cell and (address := normal_address(cell)[0])]
    return AddressColumn(
        place, name, is_exactly_email(name), _is_named_email(name), is_ours(name), len(cells), len(found),
        len(set(found)),
    )  # fmt: skip


def _is_named_email(name: str) -> bool:
    key = plain_key(name)
    return bool(set(words_of(name)) & _EMAIL_WORDS) or any(part in key for part in _EMAIL_PARTS)


def is_ours(name: str) -> bool:
    """Whether a name means someone on our side: "Contact owner email", "Assigned To"."""
    words = words_of(name)
    pairs = {first + second for first, second in pairwise(words)}
    return bool({*words, *pairs} & _OURS_WORDS) or any(part in plain_key(name) for part in _OURS_PARTS)
