"""Reads column names: which field a name means, in the languages that exports come in, and the variable it makes. Pure.

A name is compared by its letters and digits alone, without case and accents: "E-Mail-Adresse" -> "emailadresse".
"""

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

_WORD = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
# Letters that Unicode does not take apart, although people also write them without the stroke or the dot.
_UNDIVIDED = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "ı": "i", "ħ": "h", "ŧ": "t", "ð": "d", "æ": "ae", "œ": "oe"})

# Names that say "the address of this person" and nothing else. "Work email" is not among them: there may be two.
_EXACTLY_EMAIL = """
    email mail emailaddress emailadress mailaddress emailid mailid emailaddr emailadresse mailadresse
    emailadr emailadres mailadres epost epostadress epostadresse epostaddress courriel adressecourriel
    adressedecourriel adresseemail adressemail adressedemessagerie adresseelectronique correo
    correoelectronico direcciondecorreo direcciondecorreoelectronico direccionemail correu mailto
    enderecodeemail enderecoemail emailendereco correioeletronico correioelectronico indirizzoemail
    indirizzomail postaelettronica indirizzodipostaelettronica sahkoposti sahkopostiosoite adresemail
    adresmail emailadres pocztaelektroniczna adrespocztyelektronicznej emailcim adresaemail adresaemailu
    emailova emailovaadresa eposta epostaadresi mailadresi emailadresi diachiemail alamatemail surel почта
    электроннаяпочта адресэлектроннойпочты элпочта эладрес электронныйадрес имейл емейл имэйл мейл emailадрес
    адресemail адресemailа пошта електроннапошта електроннаадреса имейладрес ηλεκτρονικοταχυδρομειο
    ηλεκτρονικηδιευθυνση διευθυνσηemail διευθυνσηηλεκτρονικουταχυδρομειου البريدالإلكتروني بريدإلكتروني
    البريد ايميل الايميل עימייל אימייל דואל דואראלקטרוני כתובתאימייל כתובתדואל メール メールアドレス eメール
    eメールアドレス 電子メール 電子メールアドレス メアド emailアドレス mailアドレス 邮箱 邮箱地址 电子邮箱
    电子邮箱地址 电子邮件 电子邮件地址 邮件 邮件地址 email地址 电邮 電子郵件 電子郵件地址 電郵 電郵地址
    電子信箱 信箱 郵箱 이메일 이메일주소 메일 메일주소 전자우편 전자메일 อีเมล อีเมล์ ईमेल ईमेलपता
"""
_SYNONYMS = {
    "first_name": """
        firstname first fname givenname given forename christianname vorname rufname prenom nombre nombres
        primernombre primeironome nomeproprio nome voornaam fornamn fornavn etunimi imie jmeno krestnijmeno meno
        keresztnev utonev prenume isim adi имя ім'я име ονομα μικροονομα الاسمالأول الاسمالاول שםפרטי 名
        ファーストネーム 下の名前 ชื่อ namadepan
    """,
    "last_name": """
        lastname last lname surname familyname family secondname nachname familienname zuname nom nomdefamille
        apellido apellidos primerapellido sobrenome apelido ultimonome cognome achternaam efternamn efternavn
        etternavn sukunimi nazwisko prijmeni priezvisko vezeteknev csaladnev numedefamilie soyad soyisim soyadi
        фамилия прізвище фамилно фамилноиме επωνυμο επιθετο اسمالعائلة الاسمالأخير اللقب שםמשפחה 姓 苗字
        ラストネーム 성 นามสกุล namabelakang
    """,
    "company_name": """
        company companyname organization organisation organizationname employer account accountname businessname
        firma firmenname unternehmen unternehmensname organisationsname societe nomdelasociete entreprise
        nomdelentreprise raisonsociale empresa nombredelaempresa nomedaempresa razonsocial razaosocial azienda
        nomeazienda nomeditta ragionesociale societa ditta bedrijf bedrijfsnaam foretag foretagsnamn virksomhed
        virksomhedsnavn bedrift firmanavn yritys nazwafirmy spolecnost nazevfirmy ceg cegnev companie sirket
        sirketadi компания организация названиекомпании фирма компанія назвакомпанії εταιρεια εταιρια επωνυμια
        الشركة اسمالشركة חברה שםחברה שםהחברה 会社 会社名 企業 企業名 法人名 社名 勤務先 組織 組織名 公司 公司名称
        企业 企业名称 单位 公司名稱 企業名稱 회사 회사명 기업명 업체명 บริษัท congty tencongty perusahaan
    """,
    "job_title": """
        jobtitle title position role job jobrole jobposition headline funktion titel stellenbezeichnung
        berufsbezeichnung titre poste fonction intituledeposte puesto cargo ruolo posizione qualifica mansione
        functie functietitel befattning stilling tehtavanimike stanowisko pozice funkce beosztas functia unvan
        pozisyon должность посада позиция θεση المسمىالوظيفي الوظيفة תפקיד 役職 職位 肩書 肩書き 職種 职位 职务
        職稱 직책 직위 직함 ตำแหน่ง chucvu jabatan
    """,
    "phone": """
        phone phonenumber phoneno telephone telephonenumber telno tel mobile mobilephone mobilenumber cell
        cellphone directphone directdial workphone telefon telefonnummer handy handynummer mobil mobilnummer
        rufnummer telephonenr numerodetelephone portable telefono numerodetelefono movil celular telefone
        telemovel numerodetelefone numeroditelefono cellulare telefoon telefoonnummer mobiel mobielnummer
        telefonnr puhelin puhelinnumero telefonu numertelefonu telefonszam cislotelefonu telefonnumarasi
        ceptelefonu gsm телефон номертелефона мобильный мобильныйтелефон τηλεφωνο κινητο الهاتف رقمالهاتف جوال
        טלפון נייד מספרטלפון 電話 電話番号 携帯 携帯電話 携帯番号 电话 电话号码 手机 手机号 手机号码 電話號碼
        手機 전화 전화번호 휴대폰 연락처 โทรศัพท์ sodienthoai dienthoai telepon
    """,
    "website": """
        website companywebsite websiteurl web url weburl homepage domain companydomain webseite internetseite
        internet siteweb siteinternet site sitioweb paginaweb sitoweb sito webb hemsida hjemmeside nettside
        verkkosivu kotisivu stronainternetowa stronawww www webovastranka weboldal honlap websitesi сайт вебсайт
        адрессайта ιστοσελιδα ιστοτοπος الموقع الموقعالإلكتروني אתר אתראינטרנט ウェブサイト サイト ホームページ
        网站 网址 官网 網站 網址 웹사이트 홈페이지 เว็บไซต์ trangweb situsweb
    """,
    "personalization": """
        personalization personalisation icebreaker firstline openingline customline introline
    """,
}


@lru_cache(maxsize=4096)
def plain_key(name: str) -> str:
    """The letters and digits of a name, without case and accents: "E-Mail-Adresse" -> "emailadresse"."""
    return "".join(letter for letter in without_accents(name) if letter.isalnum())


def without_accents(text: str) -> str:
    """A text in lower case, compatibility characters as plain ones, without accents and strokes.

    Passing: "Désinscrit" -> "desinscrit", "Właściciel" -> "wlasciciel", "Adı" -> "adi".
    """
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold()).translate(_UNDIVIDED)
    return "".join(letter for letter in folded if not unicodedata.combining(letter))


def words_of(name: str) -> list[str]:
    """The words of a name, also of "contactOwnerEmail", each as `plain_key` writes it; "e-mail" is one word."""
    words = [plain_key(word) for word in _WORD.findall(_CAMEL.sub(" ", unicodedata.normalize("NFKC", name)))]
    joined: list[str] = []
    for word in words:
        if joined and joined[-1] == "e" and word in {"mail", "mails", "post", "posta"}:
            joined[-1] = f"e{word}"
        else:
            joined.append(word)
    return joined


def keys_of(words: str) -> frozenset[str]:
    """The keys of names that are listed with spaces between them."""
    return frozenset(plain_key(word) for word in words.split())


_EMAIL_KEYS = keys_of(_EXACTLY_EMAIL)
_FIELD_OF = {key: field for field, words in _SYNONYMS.items() for key in keys_of(words)}


# What stands beside the word for a phone.
_OF_PHONE = keys_of(
    "home work office company corporate business direct other private personal main primary secondary second"
    " alternative alt contact person number no nr num privat geschäftlich firma büro de du le la fixe professionnel"
) | {""}


def is_exactly_email(column: str) -> bool:
    """Whether a name means the person's e-mail address and nothing more special."""
    return plain_key(column) in _EMAIL_KEYS


def field_of(column: str) -> str:
    """The field other than the address that a name means; "" if it means none."""
    return _FIELD_OF.get(plain_key(column), "")


@lru_cache(maxsize=1000)
def is_name_of_phone(name: str) -> bool:
    """Whether a column or variable is a phone number, whosoever's: "mobile", "workPhone2".

    Failing: "mobileApp", "phoneNotes".
    """
    words = [word.strip("0123456789") for word in words_of(name)]
    fields = [field_of(word) == "phone" for word in words]
    return any(fields) and all(is_one or word in _OF_PHONE for word, is_one in zip(words, fields, strict=True))


def variable_name(column: str, place: int) -> str:
    """Make a merge variable from a column name: "Recent News (2026)" -> "recentNews2026", "Город" -> "gorod".

    One rule for every script: a variable has Latin letters and digits alone, since no other is certain to be filled in;
    letters of other scripts are spelled in them one by one, Chinese characters in pinyin, also those of Japanese. The
    page shows the name beside the column, as the copy writes it.

    Shapes: place - of the column, counted from 0; it names a column without a letter or digit: "!!!", 2 -> "column3".
    """
    words = re.findall(r"[A-Za-z0-9]+", anyascii(unicodedata.normalize("NFKC", column)))
    if not words:
        return f"column{place + 1}"
    first, *others = words
    # Only the case of the first word is changed; "companyHQ" must stay as the copy spells it.
    first = first.lower() if first.isupper() else first[0].lower() + first[1:]
    name = first + "".join(word[0].upper() + word[1:] for word in others)
    return (name if name[0].isalpha() else f"column{name[0].upper()}{name[1:]}")[:50]


def is_respelled(column: str) -> bool:
    """Whether a name has letters or digits of another script than Latin, so that its variable is spelled otherwise."""
    return any(letter.isalnum() and not letter.isascii() for letter in without_accents(column))
