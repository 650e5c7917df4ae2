"""Models that really learn: reversing strings they have never seen."""

import pytest
from reversal import TINY, reversal_pairs, write_pairs

from seq2seq.data.readers import read_corpus
from seq2seq.evaluation import evaluate
from seq2seq.options import DecodingOptions
from seq2seq.training.events import RunEnded
from seq2seq.training.jobs import prepare_job
from seq2seq.training.loop import train
from seq2seq.training.requests import TrainingRequest
from seq2seq.training.runs import append_event
from seq2seq.translator import load_translator

MODELS = {
    "general attention": {"attention": "general"},
    "additive attention": {"attention": "additive", "attention_size": 32},
    "transformer": {"architecture": "transformer", "heads": 4, "feed_forward_size": 64, "encoder_layers": 2},
}


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
def test_a_small_model_learns_to_reverse_unseen_strings(tmp_path, name):
    pairs = reversal_pairs(4200, seed=5)
    request = TrainingRequest(
        train=write_pairs(tmp_path / "train.tsv", pairs[:4000]),
        validation=write_pairs(tmp_path / "validation.tsv", pairs[4000:4100]),
        output=tmp_path / "run",
        model={"embedding_size": 32, "encoder_size": 32, "decoder_size": 64, "dropout": 0.05, **MODELS[name]},
        training={
            **TINY["training"],
            "batch_tokens": 512,
            "epochs": 20,
            "learning_rate": 0.004,
            "validate_every": 500,
            "label_smoothing": 0.0,
            "average_decay": 0.99,
            "metric": "loss",
        },
    )
    for event in train(prepare_job(request)):
        append_event(request.output, event)
    assert isinstance(event, RunEnded)
    unseen = read_corpus(write_pairs(tmp_path / "test.tsv", pairs[4100:]))
    result = evaluate(load_translator(request.output), unseen, DecodingOptions(method="greedy"))
    assert result.exact_match >= 95
