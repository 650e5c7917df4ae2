"""Files that strangers send: pairs or plain sentences, within limits, and no word about our folders."""

import gzip

import pytest

from seq2seq.data.uploads import read_upload
from seq2seq.errors import DataError


@pytest.fixture
def upload(tmp_path):
    def write(content, name="mine.txt"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_tab_in_the_first_line_makes_pairs(upload, pack):
    corpus = read_upload(upload(pack(b"one\tun\ntwo\tdeux\n"), "mine.gz"))
    assert [(pair.source, pair.target, pair.line) for pair in corpus.pairs] == [
        ("one", "un", 1),
        ("two", "deux", 2),
    ]
    assert corpus.origin == "mine.gz"


def test_else_each_line_that_is_not_blank_is_a_sentence(upload):
    corpus = read_upload(upload("one\n\n two words\r\n"))
    assert [(pair.source, pair.target, pair.line) for pair in corpus.pairs] == [
        ("one", "", 1),
        (" two words", "", 3),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "mine.txt is empty"),
        ("\n\n", "mine.txt is empty"),
        ("a\tb\nc\n", "mine.txt has 1 bad line: line 2: 1 tab-separated columns instead of 2"),
        (b"ok\n\xff\n", "mine.txt has 1 bad line: line 2: byte 0xFF"),
        (gzip.compress(b"one\ntwo\n")[:-6], "mine.txt is a damaged or truncated gzip file"),
    ],
)
def test_a_bad_file_is_one_sentence_that_names_no_folder(upload, content, message):
    path = upload(content)
    with pytest.raises(DataError, match=message) as caught:
        read_upload(path)
    assert str(path.parent) not in str(caught.value)


@pytest.mark.parametrize("limits", [{"most_lines": 9}, {"most_bytes": 500}])
def test_a_small_gzip_file_that_holds_too_much_is_refused(upload, limits):
    path = upload(gzip.compress(b"x" * 60 + b"\n" + b"x\ty\n" * 200))
    with pytest.raises(DataError, match="is larger than") as caught:
        read_upload(path, **limits)
    assert caught.value.key == "near_large_text"
    assert set(caught.value.values) == {"lines", "megabytes"}
