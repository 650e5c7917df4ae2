"""Files that attack their reader are refused, quickly and in one sentence."""

import gzip
import io
import re
import zipfile

import pytest
from awkward_files import as_tmx, as_tsv, as_xlsx, as_zip, read_rows

from seq2seq.doctor.parts import Limits
from seq2seq.doctor.reading import read_table
from seq2seq.errors import DataError

LAUGHS = "<!DOCTYPE tmx [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {name} '{f'&{before};' * 10}'>" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
PAIR = [("one", "un")]


def _refusal(path, **options):
    with pytest.raises(DataError) as caught:
        read_rows(path, **options)
    assert caught.value.key.startswith("doctor_")
    return str(caught.value)


@pytest.mark.parametrize(
    "doctype",
    [
        LAUGHS + "]>",
        "<!DOCTYPE tmx [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>",
        "<!DOCTYPE tmx [<!ENTITY % x SYSTEM 'http://127.0.0.1:9/x.dtd'> %x;]>",
    ],
)
def test_entities_are_refused(save, doctype):
    content = as_tmx(PAIR, doctype=doctype).replace(b"<seg>one", b"<seg>&i;&x;")
    assert "is refused: its XML has entities or references" in _refusal(save(content, "x.tmx"))


def test_a_plain_document_type_is_fine_and_an_unknown_entity_is_not(save):
    assert len(read_rows(save(as_tmx(PAIR), "x.tmx"))) == 1
    assert "is not well-formed XML" in _refusal(save(as_tmx(PAIR).replace(b"one", b"&x;"), "x.tmx"))


def test_endless_nesting_and_endless_tags_are_refused(save):
    deep = b"<tmx><body>" + b"<tu>" * 1000
    assert "elements too deep" in _refusal(save(deep, "x.tmx"))
    wide = b"<tmx><body><tu a='" + (b"x" * 999 + b"\n") * 9000
    assert "megabytes without an element" in _refusal(save(wide, "x.tmx"))


def test_a_gzip_bomb_is_refused(save):
    bomb = gzip.compress(b"a\tb\n" * 10_000_000)
    assert "unpacks to more than 200 times its size" in _refusal(save(bomb, "x.tsv.gz"))


def test_a_zip_bomb_is_refused(save):
    bomb = as_zip({"x.tsv": b"a\tb\n" * 10_000_000})
    assert "unpacks to more than 200 times its size" in _refusal(save(bomb, "x.zip"))


def test_a_total_that_is_too_large_is_refused(save):
    path = save(gzip.compress(as_tsv([("one", "un")] * 1000)), "x.tsv.gz")
    assert "unpacks to more than 0 MB" in _refusal(path, limits=Limits(most_unpacked_bytes=5000))
    plain = save(b"a\tb\n" * 1_000_000)
    assert "has 4 MB, and at most 3 MB are read" in _refusal(plain, limits=Limits(most_bytes=3_000_000))


def _changed_workbook(change):
    """A small workbook, each of whose files may be changed."""
    file = io.BytesIO()
    old = zipfile.ZipFile(io.BytesIO(as_xlsx([("a", "b"), ("c", "d")])))
    with old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            new.writestr(item.filename, change(item.filename, old.read(item)))
    return file.getvalue()


def test_a_workbook_that_is_a_bomb_is_refused(save):
    spaces = b" " * 30_000_000
    bomb = _changed_workbook(lambda name, text: text + spaces if "sheet1" in name else text)
    assert "unpacks to more than 200 times its size" in _refusal(save(bomb, "x.xlsx"))


@pytest.mark.parametrize("part", ["sheet1.xml", "workbook.xml", "styles.xml", "[Content_Types].xml"])
def test_a_workbook_with_entities_is_refused(save, part):
    def attack(name, text):
        head = re.match(rb"(<\?xml.*?\?>)?", text)[0]
        return head + (LAUGHS + "]>").encode() + text[len(head) :] if name.endswith(part) else text

    assert "is refused: its XML has a document type" in _refusal(save(_changed_workbook(attack), "x.xlsx"))


def test_a_row_far_below_the_last_is_refused(save):
    attack = _changed_workbook(lambda name, text: text.replace(b'<row r="2"', b'<row r="2000000000"'))
    plain = _changed_workbook(lambda name, text: text)
    assert len(read_rows(save(plain, "x.xlsx"))) == 2
    assert "it has a row '2000000000'" in _refusal(save(attack, "x.xlsx"))


def test_a_workbook_that_lies_about_its_size_is_read_to_its_end(save):
    lie = _changed_workbook(
        lambda name, text: text.replace(b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>')
    )
    assert len(read_rows(save(lie, "x.xlsx"))) == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (as_zip({"a": "1", "b": "2", "c": "3"}), "holds 3 files: a, b, c. A zip archive must hold one file"),
        (as_zip({}), "holds 0 files"),
        (as_zip({f"{n}": "" for n in range(2001)}), "holds 2,001 files"),
        (as_zip({"a": gzip.compress(b"a\tb\n")}), "is an archive inside an archive"),
        (as_zip({"a": as_zip({"b": "a\tb\n"})}), "is an archive inside an archive"),
        (as_zip({"a.en": as_zip({"b": "x"}), "a.fr": "x"}), "is an archive inside an archive"),
        (gzip.compress(gzip.compress(b"a\tb\n")), "is an archive inside an archive"),
        (gzip.compress(as_zip({"b": "a\tb\n"})), "is an archive inside an archive"),
        (gzip.compress(b"a\tb\n" * 99)[:-9], "is a damaged or truncated archive"),
        (as_zip({"a": "a\tb\n"})[:-9], "is a damaged or truncated archive"),
        (
            as_zip({"a": "a\tb\n"}).replace(b"\x14\x00\x00\x00", b"\x14\x00\x01\x00"),
            "is locked with a password",
        ),
    ],
)
def test_archives_that_are_not_one_file_or_a_pair(save, content, message):
    assert message in _refusal(save(content, "x.zip"))


def test_names_in_an_archive_are_no_paths(save, tmp_path):
    names = {"../../../etc/x\x07.en": "one\n", "C:\\temp\\y.fr": "un\n"}
    table = read_table(save(as_zip(names), "x.zip"))
    assert table.name == "x.en and y.fr"
    assert [path.name for path in tmp_path.iterdir()] == ["x.zip"]


def test_a_file_that_is_not_there_is_named_without_its_folder(tmp_path):
    assert "absent.tsv cannot be read: No such file or directory" in _refusal(tmp_path / "absent.tsv")
    assert "cannot be read: Is a directory" in _refusal(tmp_path)
