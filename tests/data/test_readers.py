"""What the reader makes of good files, and what it says of bad ones."""

import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq.data.readers import read_corpus
from seq2seq.errors import DataError

GOOD = "A red door.\tUne porte rouge.\nTwo cats.\tDeux chats.\n"


def _write(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def _texts(path: Path, *more: Path) -> list[tuple[str, str]]:
    return [(pair.source, pair.target) for pair in read_corpus(path, *more).pairs]


def _error(path: Path, *more: Path) -> str:
    with pytest.raises(DataError) as caught:
        read_corpus(path, *more)
    return str(caught.value)


def test_tab_separated_pairs_are_read_with_their_lines(tmp_path):
    corpus = read_corpus(_write(tmp_path / "x.tsv", GOOD))
    assert [(pair.source, pair.target, pair.line) for pair in corpus.pairs] == [
        ("A red door.", "Une porte rouge.", 1),
        ("Two cats.", "Deux chats.", 2),
    ]
    assert corpus.origin == str(tmp_path / "x.tsv")


def test_gzip_is_recognised_by_content_and_equals_plain(tmp_path):
    plain = _write(tmp_path / "x.tsv", GOOD)
    zipped = _write(tmp_path / "no-gz-in-the-name.tsv", gzip.compress(GOOD.encode()))
    assert _texts(plain) == _texts(zipped)


def test_moses_pair_of_plain_and_gzip_is_read(tmp_path):
    source = _write(tmp_path / "x.en", "A red door.\nTwo cats.\n")
    target = _write(tmp_path / "x.fr.gz", gzip.compress(b"Une porte rouge.\nDeux chats."))
    corpus = read_corpus(source, target)
    assert [(pair.source, pair.target) for pair in corpus.pairs] == [
        ("A red door.", "Une porte rouge."),
        ("Two cats.", "Deux chats."),
    ]
    assert (corpus.source_language, corpus.target_language) == ("en", "fr")


@pytest.mark.parametrize(
    ("name", "languages"),
    [
        ("talks.en-fr.train.tsv", ("en", "fr")),
        ("en-de.tsv", ("en", "de")),
        ("talks.eng-fra.tsv", ("eng", "fra")),
        ("dev-set.tsv", ("", "")),
        ("pairs.tsv", ("", "")),
    ],
)
def test_languages_come_from_the_name(tmp_path, name, languages):
    corpus = read_corpus(_write(tmp_path / name, GOOD))
    assert (corpus.source_language, corpus.target_language) == languages


def test_given_languages_win_over_the_name(tmp_path):
    corpus = read_corpus(_write(tmp_path / "x.en-fr.tsv", GOOD), source_language="sco", target_language="oc")
    assert (corpus.source_language, corpus.target_language) == ("sco", "oc")


def test_byte_order_mark_windows_lines_and_a_missing_last_line_feed_are_tolerated(tmp_path):
    path = _write(tmp_path / "x.tsv", b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").rstrip().encode())
    assert _texts(path)[0][0] == "A red door."
    assert _texts(path)[1][1] == "Deux chats."


def test_unicode_line_separators_are_text(tmp_path):
    path = _write(tmp_path / "x.tsv", "a\u2028b\u0085c\tx\u2029y\n")
    assert _texts(path) == [("a\u2028b\u0085c", "x\u2029y")]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"only one", "1 tab-separated columns instead of 2"),
        (b"a\tb\tc", "3 tab-separated columns instead of 2"),
        (b"", "1 tab-separated columns instead of 2"),
        (b"\tb", "empty source"),
        (b"a\t \xe2\x80\x89", "empty target"),
        (b"a\tb\xff", "byte 0xFF at 4 is not UTF-8"),
        (b"a\x00\tb", "control character U+0000"),
        (b"a\rz\tb", "control character U+000D"),
    ],
)
def test_a_bad_line_is_named_with_number_and_reason(tmp_path, line, reason):
    path = _write(tmp_path / "x.tsv", b"a\tb\n" + line + b"\na\tb\n")
    message = _error(path)
    assert "1 bad line:" in message
    assert f"line 2: {reason}" in message
    assert str(path) in message


def test_many_bad_lines_are_counted_and_the_first_five_named(tmp_path):
    message = _error(_write(tmp_path / "x.tsv", "bad\n" * 12))
    assert "12 bad lines" in message
    assert "line 5:" in message
    assert "line 6:" not in message
    assert "and 7 more" in message


def test_moses_names_the_side_of_a_bad_line(tmp_path):
    source = _write(tmp_path / "x.en", "a\nb\tb\n")
    target = _write(tmp_path / "x.fr", b"\xff\nb\n")
    message = _error(source, target)
    assert "line 1: target: byte 0xFF at 1 is not UTF-8" in message
    assert "line 2: source: tab in the text" in message


@pytest.mark.parametrize(("source_lines", "target_lines"), [(2, 3), (3, 2)])
def test_moses_files_of_unequal_length_are_refused(tmp_path, source_lines, target_lines):
    source = _write(tmp_path / "x.en", "a\n" * source_lines)
    target = _write(tmp_path / "x.fr", "b\n" * target_lines)
    shorter, longer = (source, target) if source_lines < target_lines else (target, source)
    assert f"{shorter} ends after line 2, and {longer} goes on." in _error(source, target)


def test_files_that_cannot_be_read_say_so(tmp_path):
    assert "No such file or directory" in _error(tmp_path / "absent.tsv")
    assert "Is a directory" in _error(tmp_path)
    assert "is empty" in _error(_write(tmp_path / "x.tsv", b""))
    assert "is empty" in _error(_write(tmp_path / "x.tsv.gz", gzip.compress(b"")))


@pytest.mark.parametrize("keep", [3, 12, 30, -1])
def test_truncated_gzip_is_refused(tmp_path, keep):
    whole = gzip.compress(GOOD.encode())
    message = _error(_write(tmp_path / "x.tsv.gz", whole[:keep]))
    assert "damaged or truncated gzip" in message


def test_damaged_gzip_is_refused(tmp_path):
    whole = bytearray(gzip.compress(GOOD.encode() * 50))
    whole[20] ^= 0xFF
    assert "damaged or truncated gzip" in _error(_write(tmp_path / "x.tsv.gz", bytes(whole)))


def test_a_line_without_end_does_not_fill_the_memory(tmp_path):
    bomb = gzip.compress(b"a" * 3_000_000)
    assert "more than 1,000,000 bytes" in _error(_write(tmp_path / "x.tsv.gz", bomb))


_SIDE = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20).filter(str.strip)


@settings(max_examples=50, deadline=None)
@given(pairs=st.lists(st.tuples(_SIDE, _SIDE), min_size=1, max_size=8))
def test_what_is_written_is_read(tmp_path_factory, pairs):
    pairs = [(source.removeprefix("\ufeff") or "x", target) for source, target in pairs]
    content = "".join(f"{source}\t{target}\n" for source, target in pairs if source.strip())
    kept = [pair for pair in pairs if pair[0].strip()]
    path = tmp_path_factory.mktemp("law") / "x.tsv"
    path.write_bytes(b"\xef\xbb\xbf" + (content or "a\tb\n").encode())
    assert _texts(path) == (kept or [("a", "b")])
