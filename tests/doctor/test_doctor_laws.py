"""Laws: a corpus written in any format reads back the same; any bytes get an answer or one sentence."""

import random

import pytest
from awkward_files import (
    PACKERS,
    WRITERS,
    as_csv,
    as_jsonl,
    as_tmx,
    as_tsv,
    as_xlsx,
    as_zip,
    read_rows,
    texts_of,
)
from hypothesis import example, given, settings
from hypothesis import strategies as st

from seq2seq.doctor.examination import examine
from seq2seq.doctor.reading import read_table
from seq2seq.errors import Seq2SeqError

_TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn"], exclude_characters="\ufeff"), max_size=20
)
_SIDE = _TEXT.map(str.strip).filter(lambda text: text and not text.startswith(("=", "_x")))
_PAIRS = st.lists(st.tuples(_SIDE, _SIDE), min_size=1, max_size=6)


@pytest.mark.parametrize("form", WRITERS)
@settings(max_examples=30)
@example(pairs=[("<b>", "0")], packing="gz")
@given(pairs=_PAIRS, packing=st.sampled_from(sorted(PACKERS)))
def test_what_is_written_in_a_format_is_read(tmp_path_factory, form, pairs, packing):
    content, name = PACKERS[packing](WRITERS[form](pairs), f"x.{form}")
    path = tmp_path_factory.mktemp("law") / name
    path.write_bytes(content)
    assert texts_of(read_rows(path, header=None if form in ("jsonl", "tmx") else form != "tsv")) == pairs


@settings(max_examples=30)
@given(pairs=_PAIRS)
def test_a_moses_pair_is_read_as_written(tmp_path_factory, pairs):
    folder = tmp_path_factory.mktemp("law")
    paths = folder / "x.en", folder / "x.fr"
    for path, side in zip(paths, zip(*pairs, strict=True), strict=True):
        path.write_text("".join(f"{text}\n" for text in side), "utf-8", newline="")
    assert texts_of(read_rows(*paths, encoding="utf-8")) == pairs


_PAIRS_TO_SPOIL = [("A red door.", "Une porte rouge."), ("你好", "été"), ("one", "un"), ('"q"', "x,y")] * 3
_GOOD = {
    "tsv": as_tsv(_PAIRS_TO_SPOIL),
    "csv": as_csv(_PAIRS_TO_SPOIL),
    "jsonl": as_jsonl(_PAIRS_TO_SPOIL),
    "tmx": as_tmx(_PAIRS_TO_SPOIL),
    "xlsx": as_xlsx(_PAIRS_TO_SPOIL),
    "utf16": as_tsv(_PAIRS_TO_SPOIL).decode().encode("utf-16"),
    "gb18030": as_tsv(_PAIRS_TO_SPOIL).decode().encode("gb18030"),
    "tsv.gz": PACKERS["gz"](as_tsv(_PAIRS_TO_SPOIL), "x")[0],
    "tsv.zip": as_zip({"x.tsv": as_tsv(_PAIRS_TO_SPOIL)}),
    "tmx.zip": as_zip({"x.tmx": as_tmx(_PAIRS_TO_SPOIL)}),
    "xlsx.gz": PACKERS["gz"](as_xlsx(_PAIRS_TO_SPOIL), "x")[0],
    "moses.zip": as_zip({"x.en": "one\ntwo\n", "x.fr": "un\ndeux\n"}),
}
_TOKENS = (
    b"\x00",
    b"\t",
    b"\n",
    b'"',
    b"<",
    b"&",
    b"{",
    b"[",
    b"\xff\xfe",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"]]>",
    b"\r",
)


def _spoil(content, chance):
    """Bytes changed, cut out, doubled or put in at a few places."""
    spoiled = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(spoiled) + 1)
        end = min(len(spoiled), place + chance.randint(1, 40))
        match chance.randrange(5):
            case 0:
                spoiled[place:end] = chance.randbytes(end - place)
            case 1:
                del spoiled[place:end]
            case 2:
                spoiled[place:place] = spoiled[place:end] * 3
            case 3:
                spoiled[place:place] = chance.choice(_TOKENS)
            case _:
                if place < len(spoiled):
                    spoiled[place] ^= 1 << chance.randrange(8)
    return bytes(spoiled)


def _read_or_refuse(path):
    """Our own error, if there is one; any other escapes."""
    try:
        table = read_table(path)
        examine(table.iter_pairs(*table.choose_columns()))
    except Seq2SeqError as problem:
        return problem
    return None


@pytest.mark.parametrize("form", _GOOD)
def test_spoiled_files_are_read_or_refused_in_one_sentence(tmp_path, form):
    chance = random.Random(form)  # noqa: S311
    path = tmp_path / "upload"
    assert _read_once(path, _GOOD[form])
    outcomes = {_read_once(path, _spoil(_GOOD[form], chance)) for _ in range(250)}
    assert False in outcomes or form in ("tsv", "csv", "utf16")


def _read_once(path, content):
    """True where the content was read to its end."""
    path.write_bytes(content)
    problem = _read_or_refuse(path)
    assert problem is None or "\n" not in problem.message
    return problem is None


def test_random_bytes_are_read_or_refused_in_one_sentence(tmp_path):
    chance = random.Random(5)  # noqa: S311
    path = tmp_path / "upload"
    heads = (b"", *_TOKENS, b"<?xml version='1.0'?><tmx>", b"a\tb\n")
    for _ in range(800):
        _read_once(path, chance.choice(heads) + chance.randbytes(chance.randrange(600)))
