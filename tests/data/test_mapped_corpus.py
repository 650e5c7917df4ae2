"""Parallel text encoded into files: the same numbers as in memory, and never half of them."""

import json
from collections import Counter

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seq2seq.data.batches import encode_corpus
from seq2seq.data.corpus import SentencePair
from seq2seq.data.mapped_corpus import (
    HEADER_FILE,
    CorpusText,
    digest_files,
    digest_pairs,
    find_mapped,
    sample_pairs,
    write_mapped,
)
from seq2seq.data.readers import read_corpus
from seq2seq.data.tokenizers import train_tokenizer
from seq2seq.errors import DataError

SIDES = ("source", "target")
LETTERS = "abcdé 汉"
TOKENIZER = train_tokenizer("characters", [LETTERS], vocabulary_size=30)
_SIDE = st.text(LETTERS, min_size=1, max_size=12).filter(lambda text: text.strip() == text != "")
_ROWS = st.lists(st.tuples(_SIDE, _SIDE), min_size=1, max_size=30)
ROWS = [("ab", "ba"), ("abcd", "dcba"), ("汉 é", "é"), ("a" * 40, "a")]


def write_text(folder, rows=ROWS, name="text.tsv"):
    path = folder / name
    path.write_text("".join(f"{source}\t{target}\n" for source, target in rows), "utf-8")
    return path


def text_of(path, maximum_tokens=20, tokenizers_digest="t"):
    return CorpusText(
        paths=(path,),
        files_digest=digest_files([path]),
        tokenizers=(TOKENIZER, TOKENIZER),
        tokenizers_digest=tokenizers_digest,
        maximum_tokens=maximum_tokens,
    )


@pytest.fixture
def written(tmp_path):
    text = text_of(write_text(tmp_path))
    write_mapped(tmp_path / "cache", text)
    return tmp_path / "cache", text


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=_ROWS, maximum=st.integers(3, 14))
def test_the_files_hold_what_memory_would(tmp_path_factory, rows, maximum):
    folder = tmp_path_factory.mktemp("mapped")
    path = write_text(folder, rows)
    corpus, text = read_corpus(path), text_of(path, maximum)
    lengths = [
        max(len(TOKENIZER.encode(side)) for side in (pair.source, pair.target)) for pair in corpus.pairs
    ]
    if min(lengths) >= maximum:  # the end token is one more
        for encode in (
            lambda: encode_corpus(corpus, TOKENIZER, TOKENIZER, maximum_tokens=maximum),
            lambda: write_mapped(folder / "cache", text),
        ):
            with pytest.raises(DataError, match="tokens"):
                encode()
        assert not (folder / "cache").exists()
        return
    known, dropped = encode_corpus(corpus, TOKENIZER, TOKENIZER, maximum_tokens=maximum)
    write_mapped(folder / "cache", text)
    found, why = find_mapped(folder / "cache", text)
    assert (why, found.dropped, found.pairs_digest) == ("", dropped, digest_pairs(corpus.pairs))
    for mine, other in ((found.encoded.source, known.source), (found.encoded.target, known.target)):
        assert np.array_equal(mine.ids, other.ids)
        assert np.array_equal(mine.offsets, other.offsets)


def test_the_numbers_stay_on_the_disk(written):
    found, _ = find_mapped(*written)
    base = found.encoded.source.ids
    while isinstance(base, np.ndarray) and not isinstance(base, np.memmap):
        base = base.base
    assert isinstance(base, np.memmap)
    assert not base.flags.writeable


def test_a_folder_of_another_text_split_or_length_is_told_apart(written, tmp_path):
    folder, text = written
    other = write_text(tmp_path, ROWS[:2], "other.tsv")
    assert find_mapped(folder, text_of(other))[1] == "is of another text or split: its files differ"
    assert "tokenizers" in find_mapped(folder, text_of(text.paths[0], tokenizers_digest="u"))[1]
    assert "maximum_tokens" in find_mapped(folder, text_of(text.paths[0], 19))[1]
    assert find_mapped(tmp_path / "none", text) == (None, "is new")


@pytest.mark.parametrize(
    ("name", "harm"),
    [
        *(
            (f"{side}.{kind}", harm)
            for side in SIDES
            for kind in ("ids", "offsets")
            for harm in ("cut", "gone")
        ),
        (HEADER_FILE, "cut"),
    ],
)
def test_what_is_damaged_is_encoded_again(written, name, harm):
    folder, text = written
    path = folder / name
    path.write_bytes(path.read_bytes()[:-3]) if harm == "cut" else path.unlink()
    found, why = find_mapped(folder, text)
    assert found is None
    assert why.startswith("is damaged (")
    write_mapped(folder, text)
    assert find_mapped(folder, text)[1] == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 2},
        {"source_type": "<f8"},
        {"pairs": -1},
        {"source_tokens": 10**15},
        {"pairs": "3"},
        {"x": 1},
    ],
)
def test_a_header_that_says_what_cannot_be_is_damage(written, changes):
    folder, text = written
    values = json.loads((folder / HEADER_FILE).read_text("utf-8"))
    (folder / HEADER_FILE).write_text(json.dumps({**values, **changes}), "utf-8")
    assert find_mapped(folder, text)[1].startswith("is damaged (")


def test_a_folder_with_other_things_is_left_alone(tmp_path):
    text = text_of(write_text(tmp_path))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(DataError, match="holds something else than an encoded corpus"):
        find_mapped(tmp_path / "mine", text)
    assert (tmp_path / "mine" / "thesis.txt").exists()


def test_a_text_that_breaks_in_the_middle_leaves_what_was_there(written, tmp_path):
    folder, text = written
    broken = tmp_path / "broken.tsv"
    broken.write_bytes(b"ab\tba\n" * 3 + b"\xff\tx\n")
    with pytest.raises(DataError):
        write_mapped(folder, text_of(broken))
    assert find_mapped(folder, text)[1] == ""
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".new")] == []


@settings(max_examples=60, deadline=None)
@given(count=st.integers(1, 60), most=st.integers(1, 60), seed=st.integers(0, 2**32))
def test_a_sample_is_as_many_in_their_order_and_the_same_again(count, most, seed):
    pairs = [SentencePair(source=str(line), target="x", line=line) for line in range(1, count + 1)]
    drawn = sample_pairs(iter(pairs), most, seed=seed)
    assert len(drawn) == min(count, most)
    lines = [pair.line for pair in drawn]
    assert lines == sorted(set(lines))
    assert drawn == sample_pairs(pairs, most, seed=seed)


def test_every_pair_is_as_likely_in_a_sample(monkeypatch):
    monkeypatch.setattr("seq2seq.data.mapped_corpus.CHUNK_PAIRS", 7)
    pairs = [SentencePair(source=str(line), target="x", line=line) for line in range(20)]
    counts = Counter(pair.line for seed in range(2000) for pair in sample_pairs(pairs, 5, seed=seed))
    assert min(counts.values()) > 400
    assert max(counts.values()) < 600
