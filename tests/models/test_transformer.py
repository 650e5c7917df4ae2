from itertools import product

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.config import ModelConfig
from seq2seq.errors import ConfigError, InputError
from seq2seq.models.transformer import TransformerEncoderDecoder

WORDS, START = 11, 2
VARIANTS = [
    {
        "positions": positions,
        "normalization": normalization,
        "tie_embeddings": tied,
        "reverse_source": reverse,
    }
    for positions, normalization, tied, reverse in product(
        ("sinusoidal", "learned"), ("pre", "post"), ("none", "target", "all"), (False, True)
    )
]


def make_model(
    *, seed: int = 3, words: tuple[int, int] = (WORDS, WORDS), **values
) -> TransformerEncoderDecoder:
    torch.manual_seed(seed)
    sizes = {
        "embedding_size": 8,
        "heads": 2,
        "feed_forward_size": 12,
        "maximum_positions": 16,
        "dropout": 0.0,
    }
    config = ModelConfig.from_json({"architecture": "transformer", **sizes, **values})
    model = TransformerEncoderDecoder(
        config, source_vocabulary_size=words[0], target_vocabulary_size=words[1]
    )
    with torch.no_grad():  # biases and norms start at 0 and 1, where a mistake would not show
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.1)
    return model.double().eval()


def ids(rows: int, columns: int, seed: int = 0) -> torch.Tensor:
    return torch.randint(4, WORDS, (rows, columns), generator=torch.Generator().manual_seed(seed))


def previous(rows: int, columns: int, seed: int = 1) -> torch.Tensor:
    tokens = ids(rows, columns, seed)
    tokens[:, 0] = START
    return tokens


def run_steps(model, source, lengths, tokens) -> tuple[torch.Tensor, torch.Tensor]:
    """Logits [B,T,V] and attention [B,T,L,H,S], step by step."""
    memory = model.encode(source, lengths)
    state, logits, attention = model.start(memory), [], []
    for column in tokens.T:
        output = model.step(column, state, memory)
        state = output.state
        logits.append(output.logits)
        attention.append(output.attention)
    return torch.stack(logits, 1), torch.stack(attention, 1)


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
@pytest.mark.parametrize("prepared", [False, True])
def test_stepping_gives_the_parallel_pass(variant, prepared):
    model = make_model(encoder_layers=2, decoder_layers=2, **variant)
    source, lengths, tokens = ids(3, 5), torch.tensor([5, 2, 1]), previous(3, 4)
    features, attention = model.features(source, lengths, tokens, with_attention=True)
    weight, bias = model.output_weights()
    stepped_logits, stepped_attention = run_steps(
        model.for_decoding() if prepared else model, source, lengths, tokens
    )
    torch.testing.assert_close(stepped_logits, features @ weight.T + bias)
    torch.testing.assert_close(stepped_attention, attention)
    torch.testing.assert_close(stepped_logits, model(source, lengths, tokens))


@given(
    rows=st.lists(st.integers(1, 6), min_size=1, max_size=3),
    padding=st.integers(0, 3),
    variant=st.sampled_from(VARIANTS),
    layers=st.integers(1, 3),
)
def test_padding_changes_nothing_and_single_equals_batched(rows, padding, variant, layers):
    model = make_model(encoder_layers=layers, decoder_layers=layers, **variant)
    lengths, width = torch.tensor(rows), max(rows) + padding
    source, tokens = ids(len(rows), width), previous(len(rows), 3)
    source[torch.arange(width) >= lengths[:, None]] = 0
    together, attention = run_steps(model, source, lengths, tokens)
    for row, length in enumerate(rows):
        one = slice(row, row + 1)
        alone, own = run_steps(model, source[one, :length], lengths[one], tokens[one])
        torch.testing.assert_close(together[one], alone)
        torch.testing.assert_close(attention[one, ..., :length], own)
        assert not attention[row, ..., length:].any()


@given(variant=st.sampled_from(VARIANTS), filler=st.integers(0, WORDS - 1))
def test_what_stands_in_the_padding_does_not_matter(variant, filler):
    model = make_model(**variant)
    lengths, tokens = torch.tensor([2, 4]), previous(2, 3)
    source = ids(2, 4)
    other = source.clone()
    other[0, 2:] = filler
    assert torch.equal(model(source, lengths, tokens), model(other, lengths, tokens))


@given(change=st.integers(1, 4))
def test_no_position_sees_a_later_one(change):
    model = make_model(decoder_layers=2)
    source, lengths, tokens = ids(1, 3), torch.tensor([3]), previous(1, 5)
    other = tokens.clone()
    other[:, change] = 4 + (other[:, change] - 3) % (WORDS - 4)
    before, after = model(source, lengths, tokens), model(source, lengths, other)
    torch.testing.assert_close(before[:, :change], after[:, :change])
    assert not torch.allclose(before[:, change], after[:, change])


def test_memory_is_zero_at_padding_and_marks_real_tokens():
    memory = make_model().encode(ids(2, 4), torch.tensor([4, 2]))
    assert memory.mask.tolist() == [[True] * 4, [True, True, False, False]]
    assert not memory.states[1, 2:].any()
    assert memory.states[1, :2].all()


def test_attention_is_float32_and_sums_to_one():
    attention = run_steps(make_model(decoder_layers=3), ids(2, 4), torch.tensor([4, 2]), previous(2, 3))[1]
    assert attention.shape == (2, 3, 3, 2, 4)
    assert attention.dtype == torch.float32
    torch.testing.assert_close(attention.sum(-1), torch.ones(2, 3, 3, 2))


@pytest.mark.parametrize("prepared", [False, True])
def test_a_step_leaves_its_state_as_it_was(prepared):
    model = make_model(decoder_layers=2)
    model = model.for_decoding() if prepared else model
    memory = model.encode(ids(2, 3), torch.tensor([3, 2]))
    state = model.step(torch.tensor([START, START]), model.start(memory), memory).state
    first = model.step(torch.tensor([4, 5]), state, memory)
    kept = [layer.clone() for layer in first.state.past]
    model.step(torch.tensor([6, 7]), state, memory)
    again = model.step(torch.tensor([4, 5]), state, memory)
    torch.testing.assert_close(again.logits, first.logits)
    assert all(torch.equal(new, old) for new, old in zip(first.state.past, kept, strict=True))
    assert state.position == 1


@given(rows=st.lists(st.integers(0, 2), min_size=1, max_size=5))
def test_selected_rows_go_on_as_the_rows_they_came_from(rows):
    model = make_model(decoder_layers=2)
    memory = model.encode(ids(3, 4), torch.tensor([4, 3, 1]))
    output = model.step(torch.full((3,), START), model.start(memory), memory)
    tokens, index = torch.tensor([4, 5, 6]), torch.tensor(rows)
    whole = model.step(tokens, output.state, memory)
    part = model.step(tokens[index], output.state.select(index), memory.select(index))
    torch.testing.assert_close(part.logits, whole.logits[index])
    torch.testing.assert_close(part.attention, whole.attention[index])


def test_gradients_flow_through_the_steps():
    model = make_model(decoder_layers=2, tie_embeddings="none")
    source, lengths, tokens = ids(2, 3), torch.tensor([3, 2]), previous(2, 3)
    run_steps(model, source, lengths, tokens)[0].square().sum().backward()
    stepped = {name: parameter.grad.clone() for name, parameter in model.named_parameters()}
    model.zero_grad()
    model(source, lengths, tokens).square().sum().backward()
    for name, parameter in model.named_parameters():
        torch.testing.assert_close(stepped[name], parameter.grad, msg=name)


def test_a_reversed_source_is_read_as_the_mirrored_sentence():
    plain, mirrored = make_model(), make_model(reverse_source=True)
    source, lengths, tokens = ids(1, 5), torch.tensor([5]), previous(1, 3)
    logits, attention = run_steps(mirrored, source, lengths, tokens)
    expected, flipped = run_steps(plain, source.flip(1), lengths, tokens)
    torch.testing.assert_close(logits, expected)
    torch.testing.assert_close(attention, flipped.flip(-1))


def test_tied_embeddings_are_one_matrix():
    def matrices(tied: str) -> int:
        model = make_model(tie_embeddings=tied)
        return len({id(m) for m in (model.source_embedding, model.target_embedding, model.output_weight)})

    assert [matrices(tied) for tied in ("none", "target", "all")] == [3, 2, 1]
    names = [name for name, _ in make_model(tie_embeddings="all").named_parameters()]
    assert "target_embedding" in names
    assert not {"source_embedding", "output_weight"} & set(names)


def test_one_matrix_cannot_embed_two_vocabularies():
    with pytest.raises(ConfigError, match="one shared vocabulary, and the sizes are 11 and 9"):
        make_model(words=(11, 9), tie_embeddings="all")
    model = make_model(words=(11, 9), tie_embeddings="target")
    assert model(ids(1, 3), torch.tensor([3]), torch.tensor([[START]])).shape == (1, 1, 9)


def test_learned_positions_have_an_end():
    model = make_model(positions="learned", maximum_positions=8)
    message = "The source has 9 tokens, and this model has positions for 8"
    with pytest.raises(InputError, match=message):
        model.encode(ids(1, 9), torch.tensor([9]))
    with pytest.raises(InputError, match="The target has 9 tokens"):
        model(ids(1, 8), torch.tensor([8]), previous(1, 9))
    with pytest.raises(InputError, match="The target has 9 tokens"):
        run_steps(model, ids(1, 2), torch.tensor([2]), previous(1, 9))


def test_sinusoidal_positions_have_no_end():
    model = make_model()
    source, lengths, tokens = ids(1, 300), torch.tensor([300]), previous(1, 2)
    logits = model(source, lengths, tokens)
    assert torch.equal(logits, model(source, lengths, tokens))
    assert torch.isfinite(logits).all()


def test_the_table_of_positions_is_no_weight():
    assert not [name for name in make_model().state_dict() if "sinusoids" in name]


def test_dropout_is_on_in_training_only():
    model = make_model(dropout=0.5)
    arguments = ids(2, 4), torch.tensor([4, 3]), previous(2, 3)
    assert torch.equal(model(*arguments), model(*arguments))
    model.train()
    assert not torch.equal(model(*arguments), model(*arguments))


def test_bfloat16_products_stay_near_and_give_float32_gradients():
    model = make_model(decoder_layers=2).float()
    arguments = ids(2, 4), torch.tensor([4, 3]), previous(2, 3)
    exact, exact_attention = model.features(*arguments, with_attention=True)
    model.compute_dtype = torch.bfloat16
    features, attention = model.features(*arguments, with_attention=True)
    assert features.dtype == attention.dtype == torch.float32
    assert not torch.equal(features, exact)
    torch.testing.assert_close(features, exact, atol=0.1, rtol=0.1)
    torch.testing.assert_close(attention, exact_attention, atol=0.02, rtol=0.1)
    features.sum().backward()
    assert {parameter.grad.dtype for parameter in model.parameters() if parameter.grad is not None} == {
        torch.float32
    }


def test_a_step_refuses_another_models_state():
    model = make_model()
    memory = model.encode(ids(1, 2), torch.tensor([2]))
    with pytest.raises(TypeError, match="not from Memory"):
        model.step(torch.tensor([START]), memory, memory)
