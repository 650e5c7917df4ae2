import json

import pytest

from seq2seq.config import ModelConfig
from seq2seq.errors import CheckpointError, InputError
from seq2seq.ui.shelf import CheckpointShelf, describe_model, describe_pair, describe_score

EVALUATED = {"test": {"beam 5": {"bleu": 47.34, "bleu_signature": "x", "exact_match": 31.0}}}


@pytest.fixture
def shelf(tmp_path):
    for name in ("zulu", "en-fr", "alpha"):
        folder = tmp_path / name
        folder.mkdir()
        config = {
            "format": "seq2seq-explorer", "version": 1, "model": {},
            "source_vocabulary_size": 9, "target_vocabulary_size": 9,
            "source_language": "en", "target_language": "fr", "examples": [f"hello {name}"],
        }  # fmt: skip
        (folder / "config.json").write_text(json.dumps(config))
        (folder / "model.safetensors").write_bytes(b"nothing yet")
    (tmp_path / "en-fr" / "scores.json").write_text(json.dumps(EVALUATED))
    (tmp_path / "zulu" / "config.json").write_text("{broken")
    (tmp_path / "no-weights").mkdir()
    return CheckpointShelf(tmp_path)


def test_the_main_model_comes_first(shelf):
    assert shelf.names() == ["en-fr", "alpha", "zulu"]


def test_a_label_tells_languages_architecture_and_score(shelf):
    assert shelf.label("en-fr", "en") == "English → French · 47.3 BLEU · GRU + general"
    assert shelf.label("en-fr", "zh") == "英语 → 法语 · BLEU 47.3 · GRU + general"
    assert shelf.label("alpha", "en") == "English → French · GRU + general"


def test_a_damaged_folder_is_listed_by_name_and_says_so_when_chosen(shelf):
    assert shelf.label("zulu", "en") == "zulu"
    assert list(shelf.examples("zulu")) == []
    with pytest.raises(CheckpointError, match="not valid JSON"):
        shelf.load("zulu")


@pytest.mark.parametrize("name", ["../alpha", "/etc", "no-weights", "", "."])
def test_only_what_is_on_the_shelf_is_loaded(shelf, name):
    with pytest.raises(InputError, match="There is no model named"):
        shelf.load(name)


def test_examples_come_from_the_checkpoint(shelf):
    assert list(shelf.examples("en-fr")) == ["hello en-fr"]


def test_a_missing_folder_is_an_empty_shelf(tmp_path):
    assert CheckpointShelf(tmp_path / "nowhere").names() == []


@pytest.mark.parametrize(
    ("source", "target", "words"),
    [
        ("en", "zh", "English → Chinese"),
        ("pt-BR", "de", "Portuguese (Brazil) → German"),
        ("klingon!", "en", "Klingon! → English"),
        ("", "en", ""),
    ],
)
def test_language_pairs_are_named(source, target, words):
    assert describe_pair(source, target, "en") == words


def test_models_are_named():
    assert describe_model(ModelConfig(architecture="transformer"), "en") == "Transformer"
    assert describe_model(ModelConfig(cell="lstm", attention="none"), "en") == "LSTM, no attention"
    local = ModelConfig(attention="local_predictive")
    assert describe_model(local, "en") == "GRU + local predictive"


def test_a_task_with_one_right_answer_shows_exact_matches():
    assert describe_score({"test": {"greedy": {"exact_match": 99.25, "bleu": 99.9}}}, "en") == "99.2 % exact"
    assert describe_score(EVALUATED, "en") == "47.3 BLEU"
    assert describe_score({}, "en") == ""


def test_the_best_method_on_the_test_set_counts_and_validation_does_not():
    scores = {"validation": {"bleu": 60.0}, "test": {"greedy": {"bleu": 46.0}, "beam 5": {"bleu": 47.5}}}
    assert describe_score(scores, "en") == "47.5 BLEU"
    assert describe_score({"validation": {"bleu": 60.0}}, "en") == ""
    assert describe_score({"test": {"greedy": {"bleu": "high"}}}, "en") == ""
