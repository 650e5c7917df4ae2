"""Indexes on disk: whole or not there, of these weights or refused, beside the checkpoint or in the cache."""

import json
from dataclasses import replace

import pytest
import torch
from reversal import reversal_pairs
from safetensors.torch import load_file, save_file
from tiny_translators import make_corpus, make_translator

from seq2seq.errors import CheckpointError
from seq2seq.neighbours import files
from seq2seq.neighbours.files import MOST_KEPT, corpus_key, find_kept, keep_index, load_index
from seq2seq.neighbours.index import build_index
from seq2seq.neighbours.states import SIDES

CORPUS = make_corpus(reversal_pairs(40, seed=5))


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("SEQ2SEQ_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def checkpoint(tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    return make_translator("gru", folder).checkpoint


@pytest.fixture(scope="module")
def index():
    *_, last = build_index(make_translator("gru"), CORPUS)
    return last.index


def test_what_is_read_is_what_was_kept(checkpoint, index):
    kept = keep_index(checkpoint, "key", index)
    assert (kept.folder, kept.in_cache) == (checkpoint.folder / "neighbours" / "key", False)
    assert find_kept(checkpoint, "key") == kept
    again = load_index(kept, "first")
    assert (again.pairs, again.origin, again.corpus_sentences) == (index.pairs, "made up", 40)
    for side in SIDES:
        for name in ("vectors", "sentences", "positions"):
            assert torch.equal(getattr(again.tables[side], name), getattr(index.tables[side], name))
    assert {path.name for path in kept.folder.iterdir()} == {"index.json", "states.safetensors"}
    state = index.tables["source"].vectors[3].float()
    assert again.nearest("source", state) == index.nearest("source", state)


def test_an_index_of_other_weights_is_refused(checkpoint, index):
    kept = keep_index(checkpoint, "key", index)
    with pytest.raises(CheckpointError, match=r"made with other weights\. Build it again\.") as caught:
        load_index(kept, "second")
    assert caught.value.key == "near_stale"


def test_a_new_index_replaces_an_old_one(checkpoint, index):
    keep_index(checkpoint, "key", index)
    kept = keep_index(checkpoint, "key", replace(index, fingerprint="second"))
    assert load_index(kept, "second").fingerprint == "second"
    assert [path.name for path in kept.folder.parent.iterdir()] == ["key"]


def test_a_crash_leaves_the_old_index_whole(checkpoint, index, monkeypatch):
    kept = keep_index(checkpoint, "key", index)

    def crash(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(files, "write_json", crash)
    with pytest.raises(KeyboardInterrupt):
        keep_index(checkpoint, "key", replace(index, origin="another"))
    assert load_index(kept, "first").origin == "made up"
    assert [path.name for path in kept.folder.parent.iterdir()] == ["key"]


def test_a_checkpoint_that_cannot_be_written_has_its_indexes_in_the_cache(checkpoint, index, home):
    (checkpoint.folder / "neighbours").write_text("a file where the folder should be")
    kept = keep_index(checkpoint, "key", index)
    assert kept.in_cache
    assert kept.folder.is_relative_to(home)
    assert find_kept(checkpoint, "key") == kept
    assert len(load_index(kept, "first").pairs) == len(index.pairs)


def test_where_nothing_can_be_written_one_sentence_says_so(checkpoint, index, home):
    (checkpoint.folder / "neighbours").write_text("")
    home.write_text("")
    with pytest.raises(CheckpointError, match=r"The index cannot be kept: .*SEQ2SEQ_HOME"):
        keep_index(checkpoint, "key", index)


def test_a_disk_that_fails_in_the_middle_leaves_no_draft(checkpoint, index, home, monkeypatch):
    monkeypatch.setattr(files, "_STATES_FILE", "no-such-folder/states.safetensors")
    with pytest.raises(CheckpointError, match="cannot be written: Error while serializing"):
        keep_index(checkpoint, "key", index)
    assert list((checkpoint.folder / "neighbours").iterdir()) == []


def test_only_the_newest_are_kept(checkpoint, index):
    for number in range(MOST_KEPT + 2):
        keep_index(checkpoint, f"key{number}", index)
    found = {number for number in range(MOST_KEPT + 2) if find_kept(checkpoint, f"key{number}")}
    assert len(found) == MOST_KEPT
    assert MOST_KEPT + 1 in found


def spoil_json(**changes):
    def spoil(folder):
        path = folder / "index.json"
        path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **changes}), "utf-8")

    return spoil


def spoil_tensors(name, change):
    def spoil(folder):
        path = folder / "states.safetensors"
        tensors = load_file(path)
        save_file({**tensors, name: change(tensors[name])}, path)

    return spoil


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (spoil_json(format="x"), "damaged: it is not an index"),
        (spoil_json(sentences=[["only one"]]), "damaged"),
        (spoil_json(sentences=[]), "the source states do not fit"),
        (spoil_tensors("source_sentences", lambda rows: rows - 1), "the source states do not fit"),
        (spoil_tensors("target_positions", lambda rows: rows[1:]), "the target states do not fit"),
        (spoil_tensors("target_vectors", lambda rows: rows.float()), "the target states do not fit"),
        (lambda folder: (folder / "states.safetensors").write_bytes(b"x"), "not a safetensors file"),
        (lambda folder: (folder / "index.json").write_text("{"), "not valid JSON"),
        (lambda folder: (folder / "states.safetensors").unlink(), "is missing"),
        (lambda folder: (folder / "index.json").unlink(), "is missing"),
    ],
)
def test_a_damaged_index_is_one_sentence(checkpoint, index, spoil, message):
    kept = keep_index(checkpoint, "key", index)
    spoil(kept.folder)
    with pytest.raises(CheckpointError, match=message) as caught:
        load_index(kept, "first")
    assert caught.value.key == "near_damaged"


def test_the_key_follows_from_corpus_and_settings():
    other = make_corpus(reversal_pairs(40, seed=6))
    keys = {
        corpus_key(corpus, limit=limit, seed=seed)
        for corpus in (CORPUS, other)
        for limit in (10, 20)
        for seed in (0, 1)
    }
    assert len(keys) == 8
    assert corpus_key(CORPUS, limit=10, seed=0) in keys
