"""The layout for fast steps gives what the plain model gives."""

from itertools import product

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq.config import ATTENTION_NAMES, CELL_NAMES, ModelConfig
from seq2seq.models import products
from seq2seq.models.architectures import build_model

TOKENS = 11
WIRINGS = [
    *product((name for name in ATTENTION_NAMES if name != "none"), ("every_step",), (False, True)),
    *product(("none",), ("every_step", "initial"), (False,)),
]


def make_model(wiring=("general", "every_step", False), **changes):
    attention, fixed_context, input_feeding = wiring
    torch.manual_seed(0)
    config = ModelConfig(
        embedding_size=6,
        encoder_size=4 if changes.get("bidirectional", True) else 8,
        decoder_size=8,
        attention_size=5,
        local_window=2,
        attention=attention,
        fixed_context=fixed_context,
        input_feeding=input_feeding,
        **changes,
    )
    model = build_model(config, source_vocabulary_size=TOKENS, target_vocabulary_size=TOKENS).eval()
    for parameter in model.parameters():
        if parameter.dim() == 1:
            torch.nn.init.normal_(parameter)
    return model


def decode(model, lengths, steps=3, rows=None):
    """Logits and attention of every step; ``rows`` are selected after the first."""
    generator = torch.Generator().manual_seed(1)
    source_ids = torch.randint(4, TOKENS, (len(lengths), max(lengths)), generator=generator)
    previous_ids = torch.randint(4, TOKENS, (len(lengths), steps), generator=generator)
    outputs = []
    with torch.inference_mode():
        memory = model.encode(source_ids, torch.tensor(lengths))
        state = model.start(memory)
        for position in range(steps):
            output = model.step(previous_ids[:, position].contiguous(), state, memory)
            outputs.append((output.logits, output.attention))
            state = output.state
            if rows is not None and position == 0:
                state, memory = state.select(rows), memory.select(rows)
    return [torch.stack(each) for each in zip(*outputs, strict=True)]


def check_same(model, lengths, rows=None):
    plain, fast = decode(model, lengths, rows=rows), decode(model.for_decoding(), lengths, rows=rows)
    for found, wanted in zip(fast, plain, strict=True):
        torch.testing.assert_close(found, wanted, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(("wiring", "cell"), product(WIRINGS, CELL_NAMES))
def test_fast_steps_equal_plain_steps(wiring, cell):
    check_same(make_model(wiring, cell=cell), [4, 2, 3], rows=torch.tensor([2, 0, 0]))


@given(
    wiring=st.sampled_from(WIRINGS),
    cell=st.sampled_from(CELL_NAMES),
    lengths=st.lists(st.integers(1, 6), min_size=1, max_size=4),
    encoder_layers=st.integers(1, 2),
    decoder_layers=st.integers(1, 3),
    bidirectional=st.booleans(),
    reverse_source=st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_fast_steps_equal_plain_steps_for_all_settings(wiring, cell, lengths, **changes):
    check_same(make_model(wiring, cell=cell, **changes), lengths)


@pytest.mark.parametrize("wiring", WIRINGS)
def test_a_vocabulary_too_large_for_a_table_is_projected_at_each_step(monkeypatch, wiring):
    monkeypatch.setattr(products, "TABLE_BYTES", 0)
    check_same(make_model(wiring), [4, 2])


def test_many_rows_take_the_same_way():
    check_same(make_model(), [3] * 5000)


def test_a_fast_step_leaves_its_state_as_it_was():
    model = make_model(("general", "every_step", True), cell="lstm").for_decoding()
    with torch.inference_mode():
        memory = model.encode(torch.tensor([[4, 5, 6]]), torch.tensor([3]))
        state = model.step(torch.tensor([2]), model.start(memory), memory).state
        before = [tensor.clone() for layer in state.layers for tensor in layer] + [state.feed.clone()]
        first = model.step(torch.tensor([5]), state, memory).logits
        second = model.step(torch.tensor([5]), state, memory).logits
        after = [tensor for layer in state.layers for tensor in layer] + [state.feed]
    assert torch.equal(first, second)
    assert all(torch.equal(now, then) for now, then in zip(after, before, strict=True))


def test_bfloat16_products_change_the_logits_little():
    model = make_model()
    exact, _ = decode(model.for_decoding(), [4, 2])
    rough, _ = decode(model.for_decoding(compute_dtype=torch.bfloat16), [4, 2])
    assert rough.dtype == torch.float32
    torch.testing.assert_close(rough, exact, atol=0.1, rtol=0)


def test_preparing_leaves_the_precision_of_the_trained_model_alone():
    model = make_model()
    model.compute_dtype = torch.bfloat16
    exact, _ = decode(make_model().for_decoding(), [4, 2])
    found, _ = decode(model.for_decoding(), [4, 2])
    assert model.compute_dtype == torch.bfloat16
    torch.testing.assert_close(found, exact)


def test_the_prepared_model_still_does_the_teacher_forced_pass():
    model = make_model()
    batch = torch.tensor([[4, 5, 6]]), torch.tensor([3]), torch.tensor([[2, 7]])
    with torch.inference_mode():
        torch.testing.assert_close(model.for_decoding()(*batch), model(*batch))


@pytest.mark.parametrize(("wiring", "cell"), product(WIRINGS, ("gru", "lstm")))
def test_rows_of_one_sentence_read_its_memory_as_if_each_had_its_own(wiring, cell):
    model = make_model(wiring, cell=cell)
    rows, ids = torch.tensor([0, 0, 0]), torch.tensor([4, 5, 9])
    outputs = []
    for each in (model, model.for_decoding()):
        with torch.inference_mode():
            memory = each.encode(torch.tensor([[4, 5, 6, 3]]), torch.tensor([4]))
            state = each.step(torch.tensor([2]), each.start(memory), memory).state.select(rows)
            outputs.append(each.step(ids, state, memory.select(rows)))
    plain, fast = outputs
    torch.testing.assert_close(fast.logits, plain.logits, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(fast.attention, plain.attention, atol=1e-5, rtol=1e-5)
