"""Which of the old code pages a text that is not UTF-8 was written in.

A code page is right when its letters make sense together: all of them belong to one language's alphabet, and no
capital stands in the middle of a small word. The list is short and ordered: cp1252 wins where nothing speaks against it.
"""

import re

WESTERN = ("äöüß§°€", "éèêëàâçîïôùûüœæ€", "áéíóúüñãõâêôàçº", "åäöæøéü", "àèéìíîòóùú", "áðéíóúýþæö", "ëéèïüöáóê")
ALPHABETS = {
    "cp1252": WESTERN,
    "cp1250": ("áčďéěíňóřšťúůýžľĺŕôä", "ąćęłńóśźż", "áéíóöőúüű", "ăâîşţ", "čćđšž", "äöüßčšž"),
    "cp1251": ("абвгдежзийклмнопрстуфхцчшщъыьэюяё№", "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя№"),
    "koi8_r": ("абвгдежзийклмнопрстуфхцчшщъыьэюяё",),
    "cp866": ("абвгдежзийклмнопрстуфхцчшщъыьэюяё",),
    "cp1253": ("αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋ",),
    "cp1254": ("çğıöşüâîûi̇",),
    "cp1255": ("אבגדהוזחטיךכלםמןנסעףפץצקרשת₪",),
    "cp1256": ("ءآأؤإئابةتثجحخدذرزسشصضطظعغـفقكلمنهوىي",),
    "cp1257": ("āčēģīķļņšūž", "ąčęėįšųūž", "äöüõšž"),
    "cp850": WESTERN,
    "mac_roman": WESTERN,
}
SYMBOLS = set("€£¥°²³µ·–—‘’“”„…«»±×÷½¼§©®™•\xa0ªº¹№´`¨˜‹›‰†‡¿¡¢")


def guess_legacy(sample):
    """The likeliest code page of ``sample``, bytes of lines that are not UTF-8.

    >>> guess_legacy("Münster;Köln;Gießen".encode("cp1252")), guess_legacy("Москва".encode("cp1251"))
    ('cp1252', 'cp1251')
    >>> guess_legacy("příjmení;město;číslo".encode("cp1250")), guess_legacy("東京の天気".encode("shift_jis"))
    ('cp1250', 'shift_jis')
    """
    asian = asian_encoding(sample)
    scores = {}
    for encoding in ALPHABETS:
        try:
            text = sample.decode(encoding)
        except UnicodeDecodeError:
            continue
        scores[encoding] = sense(text, ALPHABETS[encoding])
    best = max(scores, key=scores.get, default=None)
    runs = [len(run) for run in re.findall(rb"[\x80-\xff]+", sample)]
    in_pairs = len(runs) > 2 and all(length % 2 == 0 for length in runs)
    if asian and (in_pairs or best is None or scores[best] < 0.9):
        return asian
    return best if best is not None and scores[best] > 0 else "latin-1"


def sense(text, alphabets):
    """How much of the non-ASCII part of ``text`` is explained by one of ``alphabets``; 1 is all of it."""
    strange = [index for index, letter in enumerate(text) if letter > "\x7f"]
    if not strange:
        return 0.0
    letters = [text[index].lower() for index in strange if text[index] not in SYMBOLS]
    inside = sum(wrong_place(text, index) for index in strange)
    covered = max(sum(letter in alphabet for letter in letters) for alphabet in alphabets)
    return (covered + len(strange) - len(letters) - inside) / len(strange)


def wrong_place(text, index):
    """Whether the character at ``index`` stands where it does not belong: a capital or a sign inside a small word."""
    before, here, after = text[index - 1 : index], text[index], text[index + 1 : index + 2]
    if (
        here.isalpha()
        and here > "\u036f"
        and ((before.isalpha() and before.isascii()) or (after.isalpha() and after.isascii()))
    ):
        return True
    in_word = before.isalpha() and before.islower() and after.isalpha() and after.islower()
    if here in SYMBOLS:
        return in_word and here not in "·’´`"
    return not here.isalpha() or (here.isupper() and before.isalpha() and before.islower())


def asian_encoding(sample):
    """An East Asian encoding in which ``sample`` reads as such a language, or None."""
    tests = (
        ("shift_jis", lambda letter: "\u3040" <= letter <= "\u30ff"),
        ("euc_jp", lambda letter: "\u3040" <= letter <= "\u30ff"),
        ("euc_kr", lambda letter: "\uac00" <= letter <= "\ud7a3"),
        ("gb18030", lambda letter: "\u4e00" <= letter <= "\u9fff"),
        ("big5", lambda letter: "\u4e00" <= letter <= "\u9fff"),
    )
    needed = {"shift_jis": 0.15, "euc_jp": 0.15, "euc_kr": 0.9, "gb18030": 0.9, "big5": 0.9}
    for encoding, belongs in tests:
        try:
            text = sample.decode(encoding)
        except UnicodeDecodeError:
            continue
        strange = [letter for letter in text if letter > "\x7f"]
        usual = encoding != "gb18030" or common_hanzi(sample) >= 0.7
        halfwidth = sum("\uff61" <= letter <= "\uff9f" for letter in strange)
        if (
            usual
            and halfwidth <= 0.2 * len(strange)
            and sum(map(belongs, strange)) >= needed[encoding] * len(strange) > 0
        ):
            return encoding
    return None


def common_hanzi(sample):
    """The share of two-byte characters in the block of GB 2312 that holds the 3,755 most used ones."""
    index = total = common = 0
    while index < len(sample) - 1:
        if sample[index] < 0x80:
            index += 1
            continue
        total += 1
        common += 0xB0 <= sample[index] <= 0xD7 and sample[index + 1] >= 0xA1
        index += 2
    return common / max(total, 1)
