"""The mean of checkpoints."""

import pytest
import torch
from reversal import TINY, reversal_pairs

from seq2seq.averaging import average_checkpoints
from seq2seq.checkpoints import (
    CheckpointInfo,
    create_checkpoint,
    load_checkpoint,
    model_weights,
    save_weights,
)
from seq2seq.cli import main
from seq2seq.config import ModelConfig, TrainingConfig
from seq2seq.data.tokenizers import train_tokenizer
from seq2seq.errors import CheckpointError
from seq2seq.models.architectures import build_model


def make_checkpoint(folder, *, seed, texts=("abc cab bca",), **changes):
    tokenizer = train_tokenizer("characters", texts, vocabulary_size=50)
    config = ModelConfig.from_json(TINY["model"] | changes)
    info = CheckpointInfo(
        model=config,
        source_vocabulary_size=tokenizer.size,
        target_vocabulary_size=tokenizer.size,
        source_language="en",
        target_language="fr",
        training=TrainingConfig(),
    )
    torch.manual_seed(seed)
    model = build_model(config, source_vocabulary_size=tokenizer.size, target_vocabulary_size=tokenizer.size)
    create_checkpoint(folder, info, tokenizer, tokenizer)
    save_weights(folder, model_weights(model))
    return folder


def weights_of(folder):
    return model_weights(load_checkpoint(folder).model)


def test_every_weight_is_the_mean_of_the_others(tmp_path):
    folders = [make_checkpoint(tmp_path / str(seed), seed=seed, dropout=seed / 10) for seed in range(3)]
    average_checkpoints(folders, tmp_path / "mean")
    parts, mean = [weights_of(folder) for folder in folders], weights_of(tmp_path / "mean")
    assert parts[0].keys() == mean.keys()
    for name, tensor in mean.items():
        assert torch.allclose(tensor, (parts[0][name] + parts[1][name] + parts[2][name]) / 3, atol=1e-7)


def test_the_mean_of_a_checkpoint_and_itself_is_the_checkpoint(tmp_path):
    folder = make_checkpoint(tmp_path / "one", seed=1)
    average_checkpoints([folder, folder], tmp_path / "mean")
    mean = weights_of(tmp_path / "mean")
    assert all(torch.equal(tensor, mean[name]) for name, tensor in weights_of(folder).items())
    assert load_checkpoint(tmp_path / "mean").info == load_checkpoint(folder).info


def test_one_checkpoint_has_no_mean(tmp_path):
    with pytest.raises(CheckpointError, match="needs two checkpoints or more"):
        average_checkpoints([make_checkpoint(tmp_path / "one", seed=1)], tmp_path / "mean")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"encoder_size": 6}, "are different networks"),
        (
            {"texts": [source for source, _ in reversal_pairs(9, seed=2)]},
            "are different networks|have different",
        ),
        ({"texts": ("xyz zyx yxz",)}, "have different tokens"),
    ],
)
def test_what_does_not_fit_together_is_refused_and_leaves_nothing(tmp_path, changes, words):
    folders = [make_checkpoint(tmp_path / "a", seed=1), make_checkpoint(tmp_path / "b", seed=2, **changes)]
    with pytest.raises(CheckpointError, match=words):
        average_checkpoints(folders, tmp_path / "mean")
    assert not (tmp_path / "mean").exists()


def test_the_command_line_averages(tmp_path, capsys):
    folders = [str(make_checkpoint(tmp_path / name, seed=number)) for number, name in enumerate("ab")]
    assert main(["average", *folders, "--output", str(tmp_path / "c"), "--stored-precision=float16"]) == 0
    assert "is the mean of 2 checkpoints" in capsys.readouterr().out
    assert load_checkpoint(tmp_path / "c").model is not None
    assert main(["average", *folders, "--output", str(tmp_path / "c")]) == 2
