"""Tokenizer folders of strangers: one clear sentence for everything that is wrong."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq.data import tokenizer_files
from seq2seq.data.tokenizers import load_tokenizer, train_tokenizer
from seq2seq.errors import CheckpointError

META: dict[str, Any] = {"version": 1, "kind": "characters", "folds": {}, "tokens": ["a", "b"]}


def _folder(path: Path, meta: Any) -> Path:
    (path / "tokenizer.json").write_text(json.dumps(meta))
    return path


def _error(path: Path) -> str:
    with pytest.raises(CheckpointError) as caught:
        load_tokenizer(path)
    return str(caught.value)


def test_the_sound_folder_of_these_tests_loads(tmp_path):
    assert load_tokenizer(_folder(tmp_path, META)).encode("ab") == [4, 5]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"version": 2}, "has version 2; this program reads version 1"),
        ({"kind": "magic"}, "unknown kind 'magic'"),
        ({"kind": ["bpe"]}, "names no kind"),
        ({"kind": "bpe"}, "sentencepiece.model is missing"),
        ({"tokens": "abc"}, "must be a list of non-empty texts"),
        ({"tokens": ["a", 5]}, "must be a list of non-empty texts"),
        ({"tokens": ["a", ""]}, "must be a list of non-empty texts"),
        ({"tokens": ["a" * 10_001]}, "must be a list of non-empty texts"),
        ({"tokens": ["a", "b", "a"]}, "occurs twice, or repeats a special one"),
        ({"tokens": ["a", "<s>"]}, "occurs twice, or repeats a special one"),
        ({"folds": []}, "folds must map"),
        ({"folds": {"’": 5}}, "folds must map"),
        ({"folds": {"a": "b"}}, "folds must map"),
        ({"folds": {"’": "x" * 1000}}, "folds must map"),
    ],
)
def test_wrong_contents_are_refused(tmp_path, change, sentence):
    assert sentence in _error(_folder(tmp_path, META | change))


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"version": 1, "ki'])
def test_damaged_json_is_refused(tmp_path, content):
    (tmp_path / "tokenizer.json").write_bytes(content)
    assert "damaged" in _error(tmp_path)


def test_json_that_is_no_object_and_a_missing_list_are_refused(tmp_path):
    assert "no JSON object" in _error(_folder(tmp_path, [1]))
    meta = {name: value for name, value in META.items() if name != "tokens"}
    assert "list of tokens is missing" in _error(_folder(tmp_path, meta))


def test_missing_folders_and_oversize_files_are_refused(tmp_path, monkeypatch):
    assert "No such file or directory" in _error(tmp_path / "absent")
    monkeypatch.setattr(tokenizer_files, "_LARGEST_FILE_BYTES", 10)
    assert "more than 10 bytes" in _error(_folder(tmp_path, META))


def test_a_sentencepiece_model_with_other_special_ids_is_refused(tmp_path):
    import io

    import sentencepiece

    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["ab cd"]),
        model_writer=model,
        vocab_size=50,
        hard_vocab_limit=False,
        minloglevel=2,
    )
    _folder(tmp_path, META | {"kind": "unigram"})
    (tmp_path / "sentencepiece.model").write_bytes(model.getvalue())
    assert "begins with '<unk>', '<s>', '</s>'" in _error(tmp_path)


@pytest.fixture(scope="module")
def saved(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("saved")
    train_tokenizer("unigram", ["ab abc bcd"], vocabulary_size=300).save(folder)
    return folder


@pytest.mark.parametrize("keep", [0, 1, 50, 400])
def test_a_truncated_sentencepiece_model_is_refused(saved, tmp_path, keep):
    (tmp_path / "tokenizer.json").write_bytes((saved / "tokenizer.json").read_bytes())
    (tmp_path / "sentencepiece.model").write_bytes((saved / "sentencepiece.model").read_bytes()[:keep])
    assert "SentencePiece model" in _error(tmp_path)


@settings(max_examples=100, deadline=None)
@given(place=st.floats(0, 1), value=st.integers(0, 255))
def test_a_sentencepiece_model_with_a_wrong_byte_loads_or_is_refused(saved, tmp_path_factory, place, value):
    folder = tmp_path_factory.mktemp("fuzzed")
    model = bytearray((saved / "sentencepiece.model").read_bytes())
    model[int(place * (len(model) - 1))] = value
    (folder / "tokenizer.json").write_bytes((saved / "tokenizer.json").read_bytes())
    (folder / "sentencepiece.model").write_bytes(bytes(model))
    try:
        tokenizer = load_tokenizer(folder)
    except CheckpointError:  # any other error, or a crash, fails the test
        return
    assert all(0 <= token < tokenizer.size for token in tokenizer.encode("abc"))
