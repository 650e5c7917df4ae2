"""Operations on attention, on every kind of attention there is."""

import numpy as np
import pytest
import torch

from seq2seq.config import ATTENTION_NAMES, ModelConfig
from seq2seq.decoding.edits import AttentionEdit, bias_at
from seq2seq.decoding.strategies import decode
from seq2seq.errors import InputError
from seq2seq.models.architectures import build_model
from seq2seq.options import DecodingOptions

SOURCE = [5, 6, 7, 8, 3]
SIZES = {"embedding_size": 8, "encoder_size": 6, "decoder_size": 12, "feed_forward_size": 16, "heads": 2}
KINDS = [name for name in ATTENTION_NAMES if name != "none"]
GREEDY = DecodingOptions(method="greedy", maximum_length=6)
MODELS = [*KINDS, "transformer"]


def make_model(kind):
    torch.manual_seed(3)
    changes = (
        {"architecture": "transformer", "decoder_layers": 2}
        if kind == "transformer"
        else {"attention": kind, "local_window": 4}
    )
    model = build_model(ModelConfig(**SIZES, **changes), source_vocabulary_size=12, target_vocabulary_size=12)
    for parameter in model.parameters():
        if parameter.dim() > 1:
            parameter.data.mul_(2.0)
    return model.eval()


def attention_of(model, *edits, options=GREEDY, prefix=()):
    """Attention [T,L,H,S] of the best translation."""
    best = decode(model, SOURCE, options, prefix=prefix, edits=edits).hypotheses[0]
    return np.stack([step.attention for step in best.steps])


@pytest.mark.parametrize("kind", MODELS)
@pytest.mark.parametrize("prepared", [True, False])
def test_a_knocked_out_position_has_weight_0_and_the_others_sum_to_1(kind, prepared):
    model = make_model(kind).for_decoding() if prepared else make_model(kind)
    with torch.inference_mode():
        found = attention_of(model, AttentionEdit(kind="knock_out", position=1))
    assert (found[..., 1] == 0.0).all()
    assert np.allclose(found.sum(-1), 1.0)
    assert (np.delete(found, 1, axis=-1) > 0.0).any(axis=-1).all()


@pytest.mark.parametrize("kind", MODELS)
def test_scaling_multiplies_the_weight_before_the_weights_are_normalised(kind):
    model = make_model(kind).for_decoding()
    before = attention_of(model, prefix=[5, 6, 7, 8])[0]
    after = attention_of(model, AttentionEdit(kind="scale", position=2, factor=3.0), prefix=[5, 6, 7, 8])[0]
    wanted = before * np.where(np.arange(len(SOURCE)) == 2, 3.0, 1.0)
    if kind == "transformer":  # behind the first layer the values have changed too
        before, after, wanted = before[:1], after[:1], wanted[:1]
    np.testing.assert_allclose(after, wanted / wanted.sum(-1, keepdims=True), atol=1e-6)


@pytest.mark.parametrize("kind", MODELS)
def test_a_pin_takes_all_the_weight_at_its_step_only(kind):
    model = make_model(kind).for_decoding()
    plain = attention_of(model, prefix=[5, 6, 7, 8])
    found = attention_of(model, AttentionEdit(kind="pin", position=3, step=1), prefix=[5, 6, 7, 8])
    np.testing.assert_allclose(found[1, ..., 3], 1.0, atol=1e-6)
    np.testing.assert_array_equal(found[0], plain[0])
    assert (found[2, ..., 3] < 1.0).all()


def test_an_edit_changes_what_the_model_says():
    model = make_model("general").for_decoding()
    edit = AttentionEdit(kind="pin", position=0)
    plain, edited = (decode(model, SOURCE, GREEDY, edits=edits).hypotheses[0] for edits in ((), (edit,)))
    assert plain.steps[0].log_probability != edited.steps[0].log_probability


def test_an_edit_reaches_every_hypothesis_of_a_beam():
    model = make_model("general").for_decoding()
    options = DecodingOptions(beam_width=4, n_best=4, maximum_length=5)
    last = decode(model, SOURCE, options, edits=[AttentionEdit(kind="knock_out", position=2)])
    weights = [step.attention[..., 2] for item in last.hypotheses for step in item.steps]
    assert len(weights) > 4
    assert not np.array(weights).any()


def test_several_edits_add_up():
    pins = [AttentionEdit(kind="pin", position=position) for position in (0, 2)]
    bias = bias_at([*pins, AttentionEdit(kind="scale", position=2, factor=2.0)], 0, 4)
    weights = np.exp(bias - bias.max())
    np.testing.assert_allclose(weights / weights.sum(), [1 / 3, 0, 2 / 3, 0], atol=1e-6)
    assert bias_at([AttentionEdit(kind="pin", position=0, step=3)], 2, 4) is None


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        ({"kind": "blur", "position": 0}, "no attention edit 'blur'. Choose one of knock_out, pin, scale."),
        ({"kind": "pin", "position": 5}, "source has 5 tokens, and there is none at position 5"),
        ({"kind": "pin", "position": 0, "step": -2}, "There is no step -2"),
        ({"kind": "scale", "position": 0, "factor": 0.0}, "cannot be scaled by 0"),
    ],
)
def test_an_impossible_edit_is_refused(edit, sentence):
    with pytest.raises(InputError, match=sentence):
        decode(make_model("dot").for_decoding(), SOURCE, GREEDY, edits=[AttentionEdit(**edit)])


def test_edits_that_leave_nothing_to_look_at_are_refused():
    edits = [AttentionEdit(kind="knock_out", position=position) for position in range(len(SOURCE))]
    with pytest.raises(InputError, match=r"leave no source token to look at. Take one of them back"):
        decode(make_model("dot").for_decoding(), SOURCE, GREEDY, edits=edits)


def test_a_window_without_anything_left_is_told():
    torch.manual_seed(1)
    config = ModelConfig(**SIZES, attention="local_monotonic", local_window=1)
    model = build_model(config, source_vocabulary_size=12, target_vocabulary_size=12).for_decoding()
    edits = [AttentionEdit(kind="knock_out", position=position) for position in (0, 1)]
    with pytest.raises(InputError, match="At step 1 this model's attention window holds only"):
        decode(model, SOURCE, GREEDY, edits=edits)
