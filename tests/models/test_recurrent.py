"""The recurrent models: laws that hold for every combination of settings, and whole models against NumPy."""

import copy
from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq.config import ATTENTION_NAMES, CELL_NAMES, ModelConfig
from seq2seq.data.vocabulary import START_ID
from seq2seq.errors import ConfigError
from seq2seq.models.architectures import build_model

TOKENS = 11
WIRINGS = [
    *product((name for name in ATTENTION_NAMES if name != "none"), ("every_step",), (False, True)),
    *product(("none",), ("every_step", "initial"), (False,)),
]


def make_config(wiring=("general", "every_step", False), **changes):
    attention, fixed_context, input_feeding = wiring
    values = {
        "embedding_size": 6,
        "encoder_size": 8 // (2 if changes.get("bidirectional", True) else 1),
        "decoder_size": 8,
        "attention_size": 5,
        "local_window": 2,
        "attention": attention,
        "fixed_context": fixed_context,
        "input_feeding": input_feeding,
    }
    return ModelConfig(**(values | changes))


def make_model(config, *, seed=0):
    """A small model in float64 with biases that are not zero."""
    torch.manual_seed(seed)
    model = build_model(config, source_vocabulary_size=TOKENS, target_vocabulary_size=TOKENS).double().eval()
    model.compute_dtype = torch.float64
    for parameter in model.parameters():
        if parameter.dim() == 1:
            torch.nn.init.normal_(parameter)
    return model


def make_batch(lengths, steps=4, seed=0):
    generator = torch.Generator().manual_seed(seed)
    source_ids = torch.randint(4, TOKENS, (len(lengths), max(lengths)), generator=generator)
    previous_ids = torch.randint(4, TOKENS, (len(lengths), steps), generator=generator)
    previous_ids[:, 0] = START_ID
    lengths = torch.tensor(lengths)
    source_ids[torch.arange(source_ids.shape[1]) >= lengths[:, None]] = 0
    return source_ids, lengths, previous_ids


COMBINATIONS = st.builds(
    make_config,
    st.sampled_from(WIRINGS),
    cell=st.sampled_from(CELL_NAMES),
    bidirectional=st.booleans(),
    encoder_layers=st.integers(1, 2),
    decoder_layers=st.integers(1, 3),
    reverse_source=st.booleans(),
    tie_embeddings=st.sampled_from(["none", "target", "all"]),
)
LENGTHS = st.lists(st.integers(1, 6), min_size=1, max_size=4)


@pytest.mark.parametrize(("wiring", "cell"), product(WIRINGS, CELL_NAMES))
def test_stepping_gives_the_logits_and_attention_of_the_parallel_pass(wiring, cell):
    check_stepping(make_config(wiring, cell=cell), [5, 2, 3])


@given(config=COMBINATIONS, lengths=LENGTHS)
@settings(max_examples=40, deadline=None)
def test_stepping_equals_the_parallel_pass_for_all_settings(config, lengths):
    check_stepping(config, lengths)


def check_stepping(config, lengths):
    model, (source_ids, lengths, previous_ids) = make_model(config), make_batch(lengths)
    with torch.no_grad():
        logits = model(source_ids, lengths, previous_ids)
        _, attention = model.features(source_ids, lengths, previous_ids, with_attention=True)
        memory = model.encode(source_ids, lengths)
        state = model.start(memory)
        for position in range(previous_ids.shape[1]):
            output = model.step(previous_ids[:, position], state, memory)
            torch.testing.assert_close(output.logits, logits[:, position])
            torch.testing.assert_close(output.attention, attention[:, position])
            state = output.state
    layers = 0 if config.attention == "none" else 1
    assert attention.shape == (*previous_ids.shape, layers, 1, source_ids.shape[1])


@given(config=COMBINATIONS, lengths=LENGTHS, padding=st.integers(1, 3))
@settings(max_examples=40, deadline=None)
def test_padding_changes_nothing(config, lengths, padding):
    model, (source_ids, lengths, previous_ids) = make_model(config), make_batch(lengths)
    padded = torch.nn.functional.pad(source_ids, (0, padding), value=7)
    with torch.no_grad():
        before = model.features(source_ids, lengths, previous_ids, with_attention=True)
        after = model.features(padded, lengths, previous_ids, with_attention=True)
        memory = model.encode(padded, lengths)
    torch.testing.assert_close(after[0], before[0])
    torch.testing.assert_close(after[1][..., :-padding], before[1])
    assert (after[1][..., -padding:] == 0).all()
    assert (memory.states[~memory.mask] == 0).all()


@given(config=COMBINATIONS, lengths=LENGTHS)
@settings(max_examples=40, deadline=None)
def test_a_sentence_alone_is_the_sentence_in_a_batch(config, lengths):
    model, (source_ids, lengths, previous_ids) = make_model(config), make_batch(lengths)
    with torch.no_grad():
        batched = model(source_ids, lengths, previous_ids)
        for row, length in enumerate(lengths.tolist()):
            one = slice(row, row + 1)
            alone = model(source_ids[one, :length], lengths[one], previous_ids[one])
            torch.testing.assert_close(alone, batched[one])


@pytest.mark.parametrize("wiring", WIRINGS)
def test_a_later_token_does_not_reach_earlier_steps(wiring):
    model, (source_ids, lengths, previous_ids) = make_model(make_config(wiring)), make_batch([4, 2])
    changed = previous_ids.clone()
    changed[:, 2] = 5 + changed[:, 2] % 2
    with torch.no_grad():
        before, after = (model(source_ids, lengths, ids) for ids in (previous_ids, changed))
    torch.testing.assert_close(after[:, :2], before[:, :2])
    assert not torch.allclose(after[:, 2], before[:, 2])


def test_reading_in_reverse_is_reading_the_reversed_source():
    config = make_config(bidirectional=False)
    forward, backward = make_model(config), make_model(make_config(bidirectional=False, reverse_source=True))
    source_ids, lengths, _ = make_batch([5])
    with torch.no_grad():
        plain = forward.encode(source_ids.flip(1), lengths)
        reverse = backward.encode(source_ids, lengths)
    torch.testing.assert_close(reverse.states, plain.states.flip(1))
    torch.testing.assert_close(reverse.final[0], plain.final[0])


def test_a_step_leaves_its_state_as_it_was():
    model, (source_ids, lengths, previous_ids) = make_model(make_config(cell="lstm")), make_batch([3, 2])
    with torch.no_grad():
        memory = model.encode(source_ids, lengths)
        state = model.start(memory)
        before = copy.deepcopy(state)
        first = model.step(previous_ids[:, 0], state, memory)
        second = model.step(previous_ids[:, 0], state, memory)
    for layer, kept in zip(state.layers, before.layers, strict=True):
        assert all(torch.equal(now, then) for now, then in zip(layer, kept, strict=True))
    assert torch.equal(first.logits, second.logits)


@pytest.mark.parametrize("wiring", [("general", "every_step", True), ("none", "every_step", False)])
def test_selected_rows_go_on_as_their_originals(wiring):
    model, (source_ids, lengths, previous_ids) = make_model(make_config(wiring)), make_batch([4, 2, 3])
    rows = torch.tensor([2, 0, 0])
    with torch.no_grad():
        memory = model.encode(source_ids, lengths)
        output = model.step(previous_ids[:, 0], model.start(memory), memory)
        straight = model.step(previous_ids[:, 1], output.state, memory)
        selected = model.step(previous_ids[rows, 1], output.state.select(rows), memory.select(rows))
    torch.testing.assert_close(selected.logits, straight.logits[rows])


@pytest.mark.parametrize("wiring", WIRINGS)
def test_every_weight_gets_the_same_gradient_from_steps_and_from_the_parallel_pass(wiring):
    model, (source_ids, lengths, previous_ids) = make_model(make_config(wiring)), make_batch([4, 2])
    model(source_ids, lengths, previous_ids).square().sum().backward()
    parallel = {name: parameter.grad.clone() for name, parameter in model.named_parameters()}
    model.zero_grad()
    memory = model.encode(source_ids, lengths)
    state, total = model.start(memory), torch.zeros((), dtype=torch.float64)
    for position in range(previous_ids.shape[1]):
        output = model.step(previous_ids[:, position], state, memory)
        state, total = output.state, total + output.logits.square().sum()
    total.backward()
    for name, parameter in model.named_parameters():
        torch.testing.assert_close(parameter.grad, parallel[name], msg=name)
        assert parameter.grad.abs().sum() > 0, name


@pytest.mark.parametrize(("tying", "matrices"), [("none", 3), ("target", 2), ("all", 1)])
def test_tying_shares_one_matrix(tying, matrices):
    model = make_model(make_config(tie_embeddings=tying))
    found = {id(each) for each in (model.source_embedding, model.target_embedding, model.output_weights()[0])}
    assert len(found) == matrices
    assert sum(each.shape == (TOKENS, 6) for each in model.parameters()) == matrices


def test_tying_all_embeddings_needs_vocabularies_of_one_size():
    with pytest.raises(ConfigError, match="one shared vocabulary, and the sizes are 11 and 12"):
        build_model(ModelConfig(tie_embeddings="all"), source_vocabulary_size=11, target_vocabulary_size=12)


def test_dropout_acts_in_training_alone():
    config = make_config(dropout=0.5, encoder_layers=2, decoder_layers=2)
    model, batch = make_model(config), make_batch([4, 2])
    with torch.no_grad():
        assert torch.equal(model(*batch), model(*batch))
        model.train()
        assert not torch.equal(model(*batch), model(*batch))


def test_orthogonal_recurrent_weights_and_an_open_forget_gate_at_the_start():
    torch.manual_seed(0)
    model = build_model(make_config(cell="lstm"), source_vocabulary_size=9, target_vocabulary_size=9)
    layer = model.decoder.layers[0]
    assert layer.bias[0].tolist() == [0.0] * 8 + [1.0] * 8 + [0.0] * 16
    for block in layer.hidden_weight[0].split(8):
        torch.testing.assert_close(block @ block.T, torch.eye(8), atol=1e-5, rtol=0)


@pytest.mark.parametrize("wiring", WIRINGS)
def test_bfloat16_products_keep_float32_features_near_the_exact_ones(wiring):
    torch.manual_seed(0)
    model = build_model(make_config(wiring), source_vocabulary_size=TOKENS, target_vocabulary_size=TOKENS)
    model.eval()
    batch = make_batch([5, 3])
    exact, _ = model.features(*batch)
    model.compute_dtype = torch.bfloat16
    rough, _ = model.features(*batch)
    rough.square().sum().backward()
    assert rough.dtype == torch.float32
    torch.testing.assert_close(rough, exact, atol=0.05, rtol=0)
    assert all(
        parameter.grad.dtype == torch.float32
        for parameter in model.parameters()
        if parameter.grad is not None
    )


def test_a_model_can_be_built_without_memory():
    with torch.device("meta"):
        model = build_model(ModelConfig(), source_vocabulary_size=99, target_vocabulary_size=99)
    assert all(parameter.is_meta for parameter in model.parameters())


def test_weights_stored_in_half_precision_still_work():
    model, batch = make_model(make_config()).float(), make_batch([3, 2])
    model.compute_dtype = torch.float32
    with torch.no_grad():
        before = model(*batch)
        after = model.half().float()(*batch)
    torch.testing.assert_close(after, before, atol=0.05, rtol=0)


# -- whole models in NumPy ----------------------------------------------------------------------------


def sigmoid(values):
    return 1 / (1 + np.exp(-values))


def gru(weights, prefix, direction, inputs, hidden, extra=0.0):
    """One step of a gated recurrent unit for one sentence."""
    entering = (
        weights[f"{prefix}.input_weight"][direction] @ inputs + weights[f"{prefix}.bias"][direction] + extra
    )
    x_r, x_z, x_n = np.split(entering, 3)
    u_r, u_z, u_n = np.split(weights[f"{prefix}.hidden_weight"][direction] @ hidden, 3)
    reset, update = sigmoid(x_r + u_r), sigmoid(x_z + u_z)
    return update * hidden + (1 - update) * np.tanh(x_n + reset * u_n)


def encode(weights, source_ids):
    """Bidirectional states [S,8] and both last states [8]."""
    runs = []
    for direction, ids in enumerate((source_ids, source_ids[::-1])):
        hidden, states = np.zeros(4), []
        for token in ids:
            hidden = gru(weights, "encoder.layers.0", direction, weights["source_embedding"][token], hidden)
            states.append(hidden)
        runs.append(states)
    states = np.concatenate([np.array(runs[0]), np.array(runs[1][::-1])], axis=1)
    return states, np.concatenate([runs[0][-1], runs[1][-1]])


def bridge(weights, name, summary):
    return np.tanh(weights[f"{name}.weight"] @ summary + weights[f"{name}.bias"])


def read_out(weights, *parts):
    return np.tanh(
        weights["decoder.readout.weight"] @ np.concatenate(parts) + weights["decoder.readout.bias"]
    )


def softmax(energies):
    shifted = np.exp(energies - energies.max())
    return shifted / shifted.sum()


def luong(weights, embedded, hidden, states, feed, _):
    extra = weights["decoder.context_weight"] @ feed
    hidden = gru(weights, "decoder.layers.0", 0, embedded, hidden, extra)
    context = softmax(states @ weights["decoder.attention.weight"].T @ hidden) @ states
    features = read_out(weights, context, hidden)
    return hidden, features


def bahdanau(weights, embedded, hidden, states, _, __):
    inner = (
        hidden @ weights["decoder.attention.query_weight"].T
        + states @ weights["decoder.attention.key_weight"].T
    )
    energies = np.tanh(inner + weights["decoder.attention.bias"]) @ weights["decoder.attention.vector"]
    context = softmax(energies) @ states
    hidden = gru(
        weights, "decoder.layers.0", 0, embedded, hidden, weights["decoder.context_weight"] @ context
    )
    return hidden, read_out(weights, context, hidden, embedded)


def cho(weights, embedded, hidden, _, __, summary):
    context = bridge(weights, "summary", summary)
    hidden = gru(
        weights, "decoder.layers.0", 0, embedded, hidden, weights["decoder.context_weight"] @ context
    )
    return hidden, read_out(weights, context, hidden, embedded)


def sutskever(weights, embedded, hidden, _, __, ___):
    hidden = gru(weights, "decoder.layers.0", 0, embedded, hidden)
    return hidden, read_out(weights, hidden)


@pytest.mark.parametrize(
    ("step", "wiring"),
    [
        (luong, ("general", "every_step", True)),
        (bahdanau, ("additive", "every_step", False)),
        (cho, ("none", "every_step", False)),
        (sutskever, ("none", "initial", False)),
    ],
)
def test_a_whole_model_computes_the_equations_of_its_paper(step, wiring):
    model = make_model(make_config(wiring, tie_embeddings="none"))
    source_ids, lengths, previous_ids = make_batch([5])
    with torch.no_grad():
        found = model(source_ids, lengths, previous_ids)[0].numpy()
    weights = {name: parameter.detach().numpy() for name, parameter in model.named_parameters()}
    states, summary = encode(weights, source_ids[0].numpy())
    hidden, features = bridge(weights, "bridges.0", summary), np.zeros(6)
    for position, token in enumerate(previous_ids[0].numpy()):
        embedded = weights["target_embedding"][token]
        hidden, features = step(weights, embedded, hidden, states, features, summary)
        wanted = weights["output_weight"] @ features + weights["output_bias"]
        np.testing.assert_allclose(found[position], wanted, atol=1e-10)
