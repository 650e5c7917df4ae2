"""Files of embeddings: read by vocabulary, whatever their form; damage is named by line."""

import gzip

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.data.embeddings import check_width, lookup_word, read_embeddings
from seq2seq.data.vocabulary import SPECIAL_TOKENS
from seq2seq.errors import DataError

TOKENS = [*SPECIAL_TOKENS, "cat", "The", "Ünder", "xyz"]
ROWS = {"the": [1, 2, 3], "cat": [0.5, -1e-3, 4], "Ünder": [7, 8, 9], "dog": [0, 0, 0]}
LINES = [f"{word} {' '.join(map(str, numbers))}" for word, numbers in ROWS.items()]


def _write(folder, lines, name="vectors.txt"):
    content = "".join(f"{line}\n" for line in lines).encode()
    path = folder / name
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return path


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("glove.txt", LINES),
        ("glove.txt.gz", LINES),
        ("fasttext.vec", ["4 3", *LINES]),
        ("word2vec.txt.gz", ["4 3", *(f"{line} " for line in LINES)]),
    ],
)
def test_every_form_gives_the_rows_of_the_vocabulary(tmp_path, name, lines):
    found = read_embeddings(_write(tmp_path, lines, name), TOKENS, "whitespace", width=3)
    assert found.token_ids == (4, 5, 6)
    assert found.vectors.dtype == np.float32
    assert found.vectors.tolist() == np.array([ROWS["cat"], ROWS["the"], ROWS["Ünder"]], np.float32).tolist()
    assert (found.tokens, found.share, found.lowercase) == (4, 0.75, 1)


def test_the_exact_word_wins_over_its_lower_case_and_the_first_over_the_second(tmp_path):
    lines = ["the 1 1", "The 2 2", "The 3 3", "cat 4 4", "cat 5 5"]
    found = read_embeddings(_write(tmp_path, lines), TOKENS, "whitespace", width=2)
    assert found.vectors.tolist() == [[4, 4], [2, 2]]
    assert found.lowercase == 0


def test_words_with_spaces_and_words_that_are_not_utf8_do_no_harm(tmp_path):
    path = tmp_path / "vectors.txt"
    path.write_bytes(b"cat 1 2\n. . . 3 4\n\xff\xfe 5 6\n")
    assert read_embeddings(path, TOKENS, "whitespace", width=2).token_ids == (4,)


def test_nothing_found_is_a_share_of_0(tmp_path):
    found = read_embeddings(_write(tmp_path, ["bird 1 2"]), TOKENS, "whitespace", width=2)
    assert (found.token_ids, found.share, found.vectors.shape) == ((), 0, (0, 2))


@given(rows=st.lists(st.lists(st.floats(-10, 10, width=32), min_size=4, max_size=4), min_size=1, max_size=12))
def test_a_round_trip_keeps_every_vector(tmp_path_factory, rows):
    words = [f"word{number}" for number in range(len(rows))]
    lines = [f"{word} {' '.join(map(repr, row))}" for word, row in zip(words, rows, strict=True)]
    path = _write(tmp_path_factory.mktemp("round"), [f"{len(rows)} 4", *lines])
    found = read_embeddings(path, [*SPECIAL_TOKENS, *words], "whitespace", width=4)
    assert found.share == 1
    assert found.vectors.tolist() == rows


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["the 1 2 3", "cat 1 2"], r"Line 2 of .*vectors.txt is damaged: it has 2 numbers instead of 3"),
        (["2 3", "the 1 2 3", "cat 1 2 3 4"], r"Line 3 of .* 4 numbers instead of 3"),
        (["the 1 2 3", "cat 1 two 3"], r"Line 2 of .* something that is not a number"),
        (["the 1 2 3", "cat 1 nan 3"], r"Line 2 of .* a number that is not finite"),
        (["the 1 2 3 4"], r"have 4 numbers, and the model's embeddings 3. Set embedding_size to 4"),
        (["2 300", "the 1 2 3"], r"have 300 numbers"),
        (["this is text of another kind"], r"have 0 numbers.* Is it a file of embeddings"),
        ([], r"have 0 numbers"),
        (["3 3", "the 1 2 3", "cat 1 2 3"], r"has 2 words, and its first line promises 3"),
    ],
)
def test_damage_is_named(tmp_path, lines, message):
    with pytest.raises(DataError, match=message):
        read_embeddings(_write(tmp_path, lines), TOKENS, "whitespace", width=3)


def test_a_truncated_gzip_and_a_missing_file_are_named(tmp_path):
    path = tmp_path / "cut.gz"
    path.write_bytes(gzip.compress("".join(f"{line}\n" for line in LINES * 500).encode())[:-20])
    with pytest.raises(DataError, match=r"cut.gz is a damaged or truncated gzip file"):
        read_embeddings(path, TOKENS, "whitespace", width=3)
    with pytest.raises(DataError, match=r"missing.vec cannot be read"):
        check_width(tmp_path / "missing.vec", 3)


@pytest.mark.parametrize(
    ("token", "kind", "word"),
    [
        ("cat", "whitespace", "cat"),
        ("￭'￭", "words", "'"),
        ("￭爱", "words", "爱"),
        ("▁house", "bpe", "house"),
        ("ing", "bpe", None),
        ("ing", "unigram", None),
        (",", "bpe", ","),
        ("苹果", "unigram", "苹果"),
        ("▁", "bpe", None),
        ("<0xC3>", "bpe", None),
        ("a", "characters", None),
        ("▁", "characters", None),
        ("我", "characters", "我"),
        ("!", "characters", "!"),
    ],
)
def test_a_token_is_looked_up_only_where_it_is_that_word(token, kind, word):
    assert lookup_word(token, kind) == word
