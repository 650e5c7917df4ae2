"""What a run begins with: new weights know how frequent each token is, others are left as they come."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from reversal import TINY, reversal_pairs, write_pairs
from safetensors.torch import load_file

from seq2seq.config import ARCHITECTURE_NAMES
from seq2seq.data.batches import EncodedSentences
from seq2seq.training import first_weights
from seq2seq.training.events import StepDone
from seq2seq.training.first_weights import begin_with_frequencies, count_tokens
from seq2seq.training.jobs import prepare_job
from seq2seq.training.loop import train
from seq2seq.training.requests import TrainingRequest

SENTENCES = st.lists(st.lists(st.integers(0, 11), min_size=1, max_size=9), min_size=1, max_size=9)


@given(sentences=SENTENCES, chunk=st.integers(1, 7))
def test_every_token_is_counted_once(sentences, chunk):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(first_weights, "_CHUNK_TOKENS", chunk)
        counts = count_tokens(EncodedSentences.build(sentences), 12)
    assert counts.tolist() == [sum(sentence.count(token) for sentence in sentences) for token in range(12)]


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("architecture", ARCHITECTURE_NAMES)
def test_without_features_the_model_gives_each_token_as_often_as_the_loss_asks(
    tiny_model, architecture, smoothing
):
    model = tiny_model(architecture=architecture)
    begin_with_frequencies(model, EncodedSentences.build([[4, 4, 5], [4, 2]]), smoothing)
    _, bias = model.output_weights()
    probabilities = torch.softmax(bias, dim=0)
    seen = np.ones(12)
    seen[[4, 5, 2]] += [3, 1, 1]
    wanted = (1 - smoothing) * seen / seen.sum() + smoothing / 12
    np.testing.assert_allclose(probabilities.detach().numpy(), wanted, rtol=1e-12)
    assert abs(bias.mean().item()) < 1e-12


def _request(folder, name="run", **more):
    pairs = [(source, "aaaaaa") for source, _ in reversal_pairs(60, seed=1)]
    return TrainingRequest(
        train=write_pairs(folder / "train.tsv", pairs[:50]),
        validation=write_pairs(folder / "validation.tsv", pairs[50:]),
        output=folder / name,
        training={**TINY["training"], "max_steps": 2},
        **{"model": TINY["model"], **more},
    )


@pytest.mark.parametrize("architecture", ARCHITECTURE_NAMES)
def test_a_new_run_begins_below_the_entropy_of_equal_tokens(tmp_path, architecture):
    job = prepare_job(_request(tmp_path, model={**TINY["model"], "architecture": architecture}))
    first = next(event for event in train(job) if isinstance(event, StepDone))
    assert first.loss < 0.6 * math.log(job.checkpoint.target_tokenizer.size)


def test_a_checkpoint_keeps_its_bias(tmp_path):
    list(train(prepare_job(_request(tmp_path))))
    start = _request(tmp_path, "tuned", model={}, start_from=tmp_path / "run")
    begun = prepare_job(start).checkpoint.model.output_weights()[1]
    assert torch.equal(begun, load_file(tmp_path / "run" / "model.safetensors")["output_bias"])
