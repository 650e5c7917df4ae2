"""Which encoding a file is in, and what is said of a byte that does not fit."""

import codecs

import pytest
from awkward_files import read_rows, texts_of

from seq2seq.doctor.encodings import known_encoding
from seq2seq.doctor.reading import read_table
from seq2seq.errors import DataError

FRENCH = [
    ("He is at the café today.", "Il est au café aujourd'hui, à côté de l'hôtel."),
    ("The boy goes to school.", "Le garçon va à l'école parce qu'il a été reçu."),
    ("Where is the forest?", "Où est la forêt où les élèves étaient allés ?"),
]
CHINESE = [
    ("It is a nice day.", "今天天气很好，我们去公园吧。"),
    ("I love you.", "我爱你，就像老鼠爱大米。"),
    ("Where is the station?", "请问火车站在哪里？"),
]
RUSSIAN = [("Good day.", "Добрый день, как ваши дела сегодня?"), ("Where is it?", "Где находится вокзал?")]


def _encoded(pairs, encoding):
    return "".join(f"{source}\t{target}\r\n" for source, target in pairs).encode(encoding)


@pytest.mark.parametrize("mark", [codecs.BOM_UTF8, b""])
def test_utf8_with_and_without_mark(save, mark):
    assert texts_of(read_rows(save(mark + _encoded(CHINESE, "utf-8")))) == CHINESE


@pytest.mark.parametrize("pairs", [FRENCH, CHINESE])
@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
        ("utf-32-le", codecs.BOM_UTF32_LE),
    ],
)
def test_utf16_with_and_without_mark(save, pairs, encoding, mark):
    assert texts_of(read_rows(save(mark + _encoded(pairs, encoding)))) == pairs


@pytest.mark.parametrize(
    ("pairs", "encoding"), [(FRENCH, "latin-1"), (CHINESE, "gb18030"), (RUSSIAN, "cp1251")]
)
@pytest.mark.parametrize("times", [1, 400])
def test_older_encodings_are_guessed(save, pairs, encoding, times):
    assert texts_of(read_rows(save(_encoded(pairs * times, encoding)))) == pairs * times


def test_the_first_byte_beyond_ascii_may_come_late(save):
    plain = "plain text\tand more of it\n" * 30_000
    path = save(plain.encode() + _encoded(FRENCH * 5, "latin-1"))
    assert texts_of(read_rows(path))[-3:] == FRENCH


def test_a_few_nul_bytes_do_not_make_utf16(save):
    rows = read_rows(save("a\x00\tb\n" + "one\tun\n" * 20))
    assert (rows[0].source, rows[0].target) == ("a\x00", "b")


def test_the_line_of_a_byte_that_does_not_fit_is_named(save):
    path = save("été\tsummer\n".encode() * 60_000 + b"caf\xe9\tcoffee\n" + b"a\tb\n" * 9)
    table = read_table(path)
    read = []
    with pytest.raises(
        DataError, match=r"Line 60,001 of x.tsv is not utf-8: byte 0xE9 does not fit"
    ) as caught:
        read.extend(table.iter_pairs(*table.columns))
    assert caught.value.values["line"] == 60_001
    with pytest.raises(DataError, match=r"Line 2 of y.tsv is not utf-16"):
        read_rows(save(codecs.BOM_UTF16_BE + "a\tb\n".encode("utf-16-be") + b"\xdc\x00\x00a", "y.tsv"))


def test_an_encoding_can_be_given(save):
    path = save("café\tthé\n".encode("mac_roman"))
    assert texts_of(read_rows(path, encoding="mac_roman")) == [("café", "thé")]
    assert texts_of(read_rows(save(codecs.BOM_UTF8 + b"a\tb\n"), encoding="UTF-8")) == [("a", "b")]
    for name in ("zlib", "idna", "nonsense", "utf-7"):
        with pytest.raises(DataError, match=f"The encoding '{name}' is not one that is read"):
            read_table(path, encoding=name)


@pytest.mark.parametrize(
    ("name", "known"),
    [("GBK", "gb18030"), ("ascii", "utf-8"), ("ISO-8859-1", "latin_1"), ("Windows-1252", "cp1252")],
)
def test_encodings_are_known_by_their_other_names(name, known):
    assert known_encoding(name) == known
