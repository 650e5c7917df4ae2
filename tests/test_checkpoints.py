import json
import struct

import pytest
import torch
from reversal import TINY, reversal_pairs

from seq2seq.checkpoints import (
    Checkpoint,
    CheckpointInfo,
    create_checkpoint,
    list_checkpoints,
    load_checkpoint,
    model_weights,
    read_info,
    save_info,
    save_scores,
    save_weights,
)
from seq2seq.config import ModelConfig, TrainingConfig
from seq2seq.data.tokenizers import train_tokenizer
from seq2seq.errors import CheckpointError
from seq2seq.models.architectures import build_model
from seq2seq.stored_files import write_tensors


@pytest.fixture(params=["recurrent", "transformer"])
def saved(request, tmp_path):
    """A checkpoint folder of each architecture and the model that it holds."""
    tokenizer = train_tokenizer(
        "characters", [text for pair in reversal_pairs(20, seed=1) for text in pair], vocabulary_size=50
    )
    config = ModelConfig.from_json(TINY["model"] | {"architecture": request.param, "heads": 2})
    info = CheckpointInfo(
        model=config,
        source_vocabulary_size=tokenizer.size,
        target_vocabulary_size=tokenizer.size,
        source_language="en",
        target_language="fr",
        training=TrainingConfig(),
        examples=("abc",),
    )
    torch.manual_seed(1)
    model = build_model(config, source_vocabulary_size=tokenizer.size, target_vocabulary_size=tokenizer.size)
    folder = tmp_path / "tiny"
    create_checkpoint(folder, info, tokenizer, tokenizer)
    save_weights(folder, model_weights(model))
    save_scores(folder, {"validation": {"bleu": 12.5}})
    return folder, info, model


def _logits(model):
    ids = torch.tensor([[5, 6, 3]])
    with torch.inference_mode():
        return model.eval()(ids, torch.tensor([3]), torch.tensor([[2, 5]]))


def test_what_is_saved_is_loaded_to_the_bit(saved):
    folder, info, model = saved
    loaded = load_checkpoint(folder)
    assert isinstance(loaded, Checkpoint)
    assert loaded.name == "tiny"
    assert loaded.info == info
    assert loaded.scores == {"validation": {"bleu": 12.5}}
    assert loaded.source_tokenizer.encode("abc") == loaded.target_tokenizer.encode("abc")
    assert torch.equal(_logits(loaded.model), _logits(model))


def test_half_precision_halves_the_file_and_loads_as_float32(saved):
    folder, _, model = saved
    whole = (folder / "model.safetensors").stat().st_size
    save_weights(folder, model_weights(model), "float16")
    loaded = load_checkpoint(folder).model
    assert (folder / "model.safetensors").stat().st_size < 0.75 * whole
    assert {parameter.dtype for parameter in loaded.parameters()} == {torch.float32}
    torch.testing.assert_close(_logits(loaded), _logits(model), atol=0.02, rtol=0.02)


def test_checkpoints_are_listed_by_name_and_unfinished_folders_left_out(saved, tmp_path):
    folder, info, _ = saved
    loaded = load_checkpoint(folder)
    create_checkpoint(tmp_path / "empty", info, loaded.source_tokenizer, loaded.target_tokenizer)
    assert list_checkpoints(tmp_path) == [folder]
    assert list_checkpoints(tmp_path / "nowhere") == []


def test_info_can_be_changed_in_place(saved):
    folder, _, _ = saved
    save_info(folder, examples=("one", "two"))
    assert read_info(folder).examples == ("one", "two")


def _break_json(name, text):
    return lambda folder: (folder / name).write_text(text)


def _change_config(**changes):
    def change(folder):
        values = json.loads((folder / "config.json").read_text())
        (folder / "config.json").write_text(json.dumps({**values, **changes}))

    return change


def _truncate(folder):
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-20])


def _drop_a_weight(folder):
    weights = model_weights(load_checkpoint(folder).model)
    write_tensors(folder / "model.safetensors", dict(list(weights.items())[1:]))


def _spoil_a_weight(folder):
    weights = model_weights(load_checkpoint(folder).model)
    name = next(iter(weights))
    write_tensors(folder / "model.safetensors", weights | {name: torch.full_like(weights[name], torch.nan)})


def _pickle_weights(folder):
    (folder / "model.safetensors").write_bytes(b"\x80\x04\x95" + b"cos\nsystem\n" * 3)


def _forge_weights(length=None, **tensors):
    """A safetensors header of one's own choice, with 64 bytes behind it."""

    def forge(folder):
        header = json.dumps(tensors).encode()
        stated = len(header) if length is None else length
        (folder / "model.safetensors").write_bytes(struct.pack("<Q", stated) + header + bytes(64))

    return forge


def _one_tensor(dtype="F32", shape=(4, 4)):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": [0, 64]}


def _ten_million_tokens(folder):
    path = folder / "source_tokenizer" / "tokenizer.json"
    meta = json.loads(path.read_text())
    path.write_text(json.dumps(meta | {"tokens": ["t"] * 10_000_000}, separators=(",", ":")))


BROKEN = {
    "config missing": (lambda folder: (folder / "config.json").unlink(), r"config\.json is missing"),
    "config not JSON": (_break_json("config.json", "{"), r"is not valid JSON"),
    "config a list": (_break_json("config.json", "[]"), r"does not hold a JSON object"),
    "config too deep": (_break_json("config.json", "[" * 100_000), r"is not valid JSON"),
    "other format": (_change_config(format="bert"), r"is not the config of a Seq2Seq Explorer"),
    "later version": (_change_config(version=99), r"of version 99; this program reads 1"),
    "unknown setting": (_change_config(model={"colour": 1}), r"Unknown ModelConfig setting: colour"),
    "hostile size": (_change_config(source_vocabulary_size=10**12), r"incomplete or damaged"),
    "size as text": (_change_config(source_vocabulary_size="9"), r"incomplete or damaged"),
    "huge model": (
        _change_config(model={"embedding_size": 4096, "decoder_size": 4096, "attention": "additive"}),
        r"does not fit its config\.json",
    ),
    "weights missing": (
        lambda folder: (folder / "model.safetensors").unlink(),
        r"model\.safetensors is missing",
    ),
    "weights truncated": (_truncate, r"is truncated or not a safetensors file"),
    "weights pickled": (_pickle_weights, r"is truncated or not a safetensors file"),
    "a header of 100 GB": (_forge_weights(100 * 10**9), r"is truncated or not a safetensors file"),
    "a header longer than the file": (_forge_weights(10_000), r"is truncated or not a safetensors file"),
    "a shape that overflows": (
        _forge_weights(w=_one_tensor(shape=(2**62, 2**62))),
        r"is truncated or not a safetensors file",
    ),
    "a shape larger than its bytes": (
        _forge_weights(w=_one_tensor(shape=(10**6, 10**6))),
        r"is truncated or not a safetensors file",
    ),
    "a negative shape": (_forge_weights(w=_one_tensor(shape=(-4, -4))), r"not a safetensors file"),
    "weights of bytes": (_forge_weights(w=_one_tensor("U8", (64,))), r"w is stored as U8; weights are F16"),
    "a name of 10,000 letters": (_forge_weights(**{"w" * 10_000: _one_tensor()}), r"does not fit its config"),
    "an empty file": (lambda folder: (folder / "model.safetensors").write_bytes(b""), r"truncated or not"),
    "ten million tokens": (_ten_million_tokens, r"lists 10,000,000 tokens; at most 1,000,000 are read"),
    "tokenizer not one": (
        lambda folder: (folder / "source_tokenizer" / "tokenizer.json").write_bytes(bytes(range(256))),
        r"tokenizer\.json is damaged: it is not JSON",
    ),
    "tokenizer too deep": (
        lambda folder: (folder / "target_tokenizer" / "tokenizer.json").write_text("[" * 100_000),
        r"tokenizer\.json is damaged: it is not JSON",
    ),
    "a weight missing": (_drop_a_weight, r"does not fit its config\.json"),
    "a weight not a number": (_spoil_a_weight, r"not finite"),
    "other vocabulary": (
        _change_config(source_vocabulary_size=500),
        r"the source tokenizer has \d+ tokens and the model expects 500",
    ),
    "tokenizer missing": (
        lambda folder: [path.unlink() for path in (folder / "source_tokenizer").iterdir()],
        r"source_tokenizer",
    ),
    "scores damaged": (_break_json("scores.json", "nonsense"), r"scores\.json is not valid JSON"),
}


@pytest.mark.parametrize("damage", BROKEN)
def test_a_damaged_or_hostile_folder_gives_one_clear_sentence(saved, damage):
    folder, _, _ = saved
    harm, message = BROKEN[damage]
    harm(folder)
    with pytest.raises(CheckpointError, match=message):
        load_checkpoint(folder)


def test_weights_that_do_not_fit_are_refused_by_their_header_alone(saved, monkeypatch):
    folder, _, _ = saved
    _forge_weights(w=_one_tensor())(folder)
    monkeypatch.setattr("seq2seq.checkpoints.read_tensors", lambda _: pytest.fail("the tensors were read"))
    with pytest.raises(CheckpointError, match=r"does not fit its config\.json"):
        load_checkpoint(folder)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CheckpointError, match=r"There is no checkpoint folder at .*nowhere"):
        load_checkpoint(tmp_path / "nowhere")


def test_a_crash_while_saving_leaves_the_old_weights(saved, monkeypatch):
    folder, _, model = saved
    before = _logits(load_checkpoint(folder).model)

    def crash(*_arguments):
        raise OSError("disk full")

    monkeypatch.setattr("seq2seq.stored_files.os.fsync", crash)
    with pytest.raises(OSError, match="disk full"):
        save_weights(folder, {name: tensor + 1 for name, tensor in model_weights(model).items()})
    assert torch.equal(_logits(load_checkpoint(folder).model), before)
