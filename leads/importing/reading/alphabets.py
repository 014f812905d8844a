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

# The place of an alphabet that is no single language's: Western letters that encodings of Central Europe have too.
NO_LANGUAGE = {id(CENTRAL): len(CENTRAL) - 1}

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
    return bool(languages_of(word, family))


def languages_of(word: str, family: tuple[frozenset[str], ...]) -> frozenset[int]:
    """The places in the family of the languages that a word in small letters could belong to."""
    letters = {letter for letter in word if not letter.isascii()}
    rules = _RULES[id(family)]
    edged = f"\0{word}\0"
    follows_rules = all(
        rules[letter](_edge(edged[place - 1]), letter, _edge(edged[place + 1]))
        for place, letter in enumerate(edged)
        if letter in rules
    )
    return frozenset(place for place, alphabet in enumerate(family) if follows_rules and letters <= alphabet)


def splits_a_word(left: str, right: str) -> bool:
    """Whether a no-break space between two runs of letters stands where a letter was: "G", "bor" was "Gábor" in DOS.

    Passing: ("Zolt", "n"), ("S", "nchez"), ("Ju", "rez").  Failing: ("Ann", "Lee"), ("Head", "of"), ("van", "der").
    """
    is_abbreviation = len(left) > 1 and left.isupper()
    if is_abbreviation or not right[0].islower() or any(ord(letter) > _LAST_OF_LATIN for letter in left + right):
        return False
    if len(right) == 1:
        return len(left) > 1 and left[0].isupper() and not _is_vowel(right)
    is_known = f"{left}á{right}".lower() in KNOWN
    return is_known or _is_fragment(right) or (left[0].isupper() and _is_fragment(left))


def _is_fragment(word: str) -> bool:
    """Whether a piece is no word of its own: without a vowel, or too short, or it begins as none does."""
    if word.lower() in _SHORT_WORDS or (len(word) == 1 and _is_vowel(word.lower())):
        return False
    return len(word) <= 2 or not any(map(_is_vowel, word.lower())) or word[:2].lower() in _NO_BEGINNINGS


def _edge(letter: str) -> str:
    return "" if letter == "\0" else letter


def script_of(letter: str) -> str:
    """The script of a letter by its name: "LATIN", "CYRILLIC", "CJK", …; "" for what has no name."""
    return unicodedata.name(letter, "").partition(" ")[0]


_LAST_OF_LATIN = 0x24F
# Words of one or two letters, and those without a vowel, that stand beside others in names, firms and job titles.
_SHORT = """
    ab ad ai al am an as at au av az aş be bd bv by ch co da dc de di do du dr ed ei el em en er es et ev ex fn go gr ha
    he hr if ik il im in io is it já je jr ka kg km la le li lo ltd ma mbh me mi mgmt mm mr ms mu my na ne ni no nr ob
    od of og oh ok om on op or os ou pct phd plc po pr px se si so sp sr st str su sv ta te ti to tu ul um un up us va
    ve vi vo vs we xo ze zu že
"""
_SHORT_WORDS = frozenset(_SHORT.split())
# Pairs of consonants that begin no word.
_NO_BEGINNINGS = frozenset(a + b for a in "lmnr" for b in "bcdfgklmnpqrstvxz") - {"mn", "mr", "ng", "nk"}

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
già noè mosè giosuè salomè così cioè libertà metà età caffè loïs maïté aïcha haïm naïm moïse éloïse héloïse zaïre
caraïbes aloïs mélodie eugène solène adèle irène ève élève mère frère sœur cœur bœuf œuvre arsène fougères sèvres
crépin crème chêne fenêtre bêta têtard crêpe évêque prévôt pêche pêcheur benaïssa saïd saïdi raïssa kaïs rosnès
là lærke lúcia magalhães malmö manière martín martínez maría matière mañana michaël michèle mireille molière
muñoz málaga márcia mère méxico même mónica møller müller münchen naïve niccolò nicolò niño noël nuñez næss
næstved núñez où panamá papà patrícia país perché perú peña pierre più première procès protégé près può pâté
père ramón raphaël raíz raúl rené rivière rodríguez résumé rønne saúl schröder sebastião señor simón simões
sjögren société sofía straße succès sánchez são sílvia søn søren sørensen sûr también thérèse théâtre tomás
touché tromsø très tête università verónica voilà västerås værløse zoé zoë à águila álvarez ángel åberg åke
ålesund ångström århus åsa école évêque être íñigo óscar øst
"""
KNOWN = frozenset(_KNOWN.split())
KNOWN_ENDINGS = ("ità", "età", "ertà", "ção", "ções", "ãos", "ñez", "ñoz", "ière", "ières", "ñía", "ñón")

# The usual letters of scripts, and the characters of names, places and firms in encodings of East Asia. What is read in
# a wrong encoding of the same script has hardly any of them.
_HAN = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金"
    "陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂华建国志海红梅玉琳婷雪宇晓"
    "子佳欣怡浩然晨阳思雨梓涵一鑫波斌峰辉鹏飞北京上海广州深圳杭南东西重庆天津成都武汉苏宁青岛大连省市区县镇路街号有限公司科技贸易商集团股份网络"
    "信息技术电子商务教育文化传媒销售经理总监主管部门市场业务人事财采购工程师先生女士小姐客户联系名称地址职位发展实中新世纪国际进出口设计服务"
    "软件系统管理咨询投资产品医疗器材制造机械食品健康环保能源物流"
)
_HAN_TRADITIONAL = (
    "陳林黃張李王吳劉蔡楊許鄭謝洪郭邱曾廖賴徐周葉蘇莊呂江何蕭羅高潘簡朱鍾彭游詹胡施沈余盧梁趙顏柯翁魏孫戴范方宋鄧杜傅侯曹薛丁卓馬阮董唐溫藍蔣石"
    "古紀姚連馮歐程湯田康姜汪白鄒尤巫鐘黎涂龔小明美玲志偉雅婷淑芬惠英秀麗娟俊傑建宏家豪怡君欣怡宗翰冠宇承恩雅雯佳慧台北市中高雄新竹桃園南縣區路"
    "街段號樓科技股份有限公司貿易業務經理總部主任專員行銷人事工程師先生女士小姐國際企業電子資訊網路文化實業產品管理設計服務大學東西海上天子文華"
    "金德成信義光永安豐和興隆香港九龍客戶聯絡名稱地址職位"
)
_KANJI = (
    "山田鈴木佐藤高橋渡辺伊中村小林加吉本松井上斎清水口森池阿部石川前後岡長谷近遠青坂福太西東原野竹内金子和大島河崎宮尾今武平新久保岩丸丸谷安達菊地"
    "工酒横関市成服徳増荒柴谷郎花一健美咲輔陽翔子太雄男夫郎介司也樹希恵香織奈菜真優愛智裕明正義博幸浩二三直人隆彦之純哲誠桜株式会社有限商事製作所"
    "工業電気機営業部長課係主任社員取締役代表京都府県区町村丁目番号名氏職位電話住所総務人事経理開発技術企画室支店本店産物販売店学校法建設設計研究"
    "神奈川千葉埼玉愛知兵庫広北海道州静岡札幌仙台横浜名古屋国際通信情報食品物流旅行運輸印刷出版医療福祉組合団体"
)
_HANGUL = (
    "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민진지나엄원천방공현함변염여추도석선설마길연위표명기반왕금옥육인"
    "맹제모탁국철수영희준은혜경미숙자순호훈동현우지혁태규상재용석원빈윤아다솔예린서진하늘시후도연채울부산대구광주인천세종경기강북남시구동로길식회"
    "알파주사업영장과팀대리표이사원자전기술개발정보통신무역건설화학식품물산산업제약금융보험증권은행교육문화센터한국글로벌네트웍스템즈스트코리아성삼"
)
COMMON: dict[str, frozenset[str]] = {
    "CYRILLIC": frozenset("оеаинтсрвлкмія"),
    "GREEK": frozenset("αοιετσνηρπκλςόίάμήέγδ"),
    "THAI": frozenset("อานรกเงมยลวดตสทบคปพ"),
    "gb18030": frozenset(_HAN),
    "big5": frozenset(_HAN_TRADITIONAL),
    "cp932": frozenset(_KANJI) | {chr(code) for code in range(0x3040, 0x3100)},
    "euc_jp": frozenset(_KANJI) | {chr(code) for code in range(0x3040, 0x3100)},
    "cp949": frozenset(_HANGUL),
}
