"""The Transformer against a computation in float64 NumPy, written from arXiv:1706.03762 without torch."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from seq2seq.models.transformer_layers import attend, sinusoidal_positions

Array = NDArray[np.float64]


def softmax(values: Array) -> Array:
    powers = np.exp(values - values.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def normalized(values: Array, norm: torch.nn.LayerNorm) -> Array:
    centred = values - values.mean(-1, keepdims=True)
    scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-5)
    return scaled * norm.weight.detach().numpy() + norm.bias.detach().numpy()


def multi_head(queries: Array, memory: Array, weights: list[list[Array]], output: Array, causal: bool):
    """Concat(head_1, ...) W^O for one sentence; ``weights[head]`` are its query, key and value matrices."""
    heads, attentions = [], []
    for query, key, value in weights:
        energies = (queries @ query.T) @ (memory @ key.T).T / np.sqrt(len(query))
        if causal:
            energies = np.where(np.tri(len(queries), dtype=bool), energies, -np.inf)
        attentions.append(softmax(energies))
        heads.append(attentions[-1] @ (memory @ value.T))
    return np.concatenate(heads, axis=1) @ output.T, np.stack(attentions)


def head_weights(*matrices: torch.Tensor, heads: int, parts: int) -> list[list[Array]]:
    """Per head the query, key and value matrices, from weights stored head by head."""
    found: list[list[Array]] = [[] for _ in range(heads)]
    for matrix in matrices:
        per_head = matrix.detach().numpy().reshape(heads, -1, matrix.shape[1])
        count = per_head.shape[1] // parts
        for head in range(heads):
            found[head] += list(per_head[head].reshape(-1, count, matrix.shape[1]))
    return found


def position_encoding(count: int, width: int, whole_width: int) -> Array:
    table = np.zeros((count, width))
    for position in range(count):
        for pair in range(width // 2):
            angle = position / 10_000 ** (2 * pair / whole_width)
            table[position, 2 * pair : 2 * pair + 2] = np.sin(angle), np.cos(angle)
    return table


def feed_forward(values: Array, layer) -> Array:
    inner, inner_bias, outer, outer_bias = (parameter.detach().numpy() for parameter in layer.parameters())
    return np.maximum(0, values @ inner.T + inner_bias) @ outer.T + outer_bias


def reference_pass(model, source: Array, target: Array) -> tuple[Array, Array]:
    """Logits [T,V] and attention [L,H,T,S] of one sentence."""
    config = model.config
    before = config.normalization == "pre"
    width, heads = config.embedding_size, config.heads

    def sublayer(values: Array, norm, function) -> Array:
        return (
            values + function(normalized(values, norm))
            if before
            else normalized(values + function(values), norm)
        )

    def attended(layer, memory, causal, attentions=None):
        if hasattr(layer, "projection"):
            weights = head_weights(layer.projection, heads=heads, parts=3)
        else:
            pairs = head_weights(layer.key_value, heads=heads, parts=2)
            queries = layer.query.detach().numpy().reshape(heads, -1, width)
            weights = [[query, *pair] for query, pair in zip(queries, pairs, strict=True)]

        def function(values: Array) -> Array:
            result, attention = multi_head(
                values, values if memory is None else memory, weights, layer.output.detach().numpy(), causal
            )
            if attentions is not None:
                attentions.append(attention)
            return result

        return function

    embedded = model.source_embedding.detach().numpy()[source] * np.sqrt(width)
    states = embedded + position_encoding(len(source), width, width)
    for layer in model.encoder:
        states = sublayer(states, layer.norms[0], attended(layer.attention, None, False))
        states = sublayer(states, layer.norms[1], lambda v, layer=layer: feed_forward(v, layer.feed_forward))
    states = normalized(states, model.encoder_norm) if before else states
    values = model.target_embedding.detach().numpy()[target] * np.sqrt(width)
    values = values + position_encoding(len(target), width, width)
    attentions: list[Array] = []
    for layer in model.decoder:
        values = sublayer(values, layer.norms[0], attended(layer.attention, None, True))
        values = sublayer(values, layer.norms[1], attended(layer.cross_attention, states, False, attentions))
        values = sublayer(values, layer.norms[2], lambda v, layer=layer: feed_forward(v, layer.feed_forward))
    values = normalized(values, model.decoder_norm) if before else values
    logits = values @ model.output_weight.detach().numpy().T + model.output_bias.detach().numpy()
    return logits, np.stack(attentions)


@pytest.mark.parametrize("normalization", ["pre", "post"])
@pytest.mark.parametrize("tied", ["none", "all"])
def test_the_whole_model_agrees_with_numpy(tiny_model, normalization, tied):
    model = tiny_model(
        architecture="transformer", encoder_layers=2, decoder_layers=2, normalization=normalization,
        tie_embeddings=tied,
    )  # fmt: skip
    with torch.no_grad():  # biases and norms start at 0 and 1, where a mistake would not show
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.1)
    source, tokens = torch.tensor([[4, 9, 7, 7, 3]]), torch.tensor([[2, 5, 11, 6]])
    features, attention = model.features(source, torch.tensor([5]), tokens, with_attention=True)
    weight, bias = model.output_weights()
    expected, expected_attention = reference_pass(model, source[0].numpy(), tokens[0].numpy())
    logits = (features @ weight.T + bias)[0].detach().numpy()
    np.testing.assert_allclose(logits, expected, rtol=0, atol=1e-7)  # the positions are float32
    np.testing.assert_allclose(
        attention[0].detach().numpy(), expected_attention.transpose(2, 0, 1, 3), rtol=1e-5, atol=1e-6
    )


def test_attention_agrees_with_numpy():
    generator = np.random.default_rng(1)
    queries, keys, values = (generator.normal(size=(2, count, 3)) for count in (4, 5, 5))
    hidden = np.where(generator.random((2, 1, 5)) < 0.4, -np.inf, 0.0)
    hidden[..., 0] = 0.0
    expected = softmax(queries @ keys.transpose(0, 2, 1) / np.sqrt(3) + hidden)
    attention, contexts = attend(
        torch.from_numpy(queries),
        torch.from_numpy(np.concatenate([keys, values], 2)),
        torch.from_numpy(hidden),
    )
    np.testing.assert_allclose(attention, expected, rtol=1e-12)
    np.testing.assert_allclose(contexts, expected @ values, rtol=1e-12)
    assert not attention.numpy()[np.broadcast_to(hidden < 0, attention.shape)].any()


@pytest.mark.parametrize("width", [2, 5, 8])
def test_positions_agree_with_numpy(width):
    table = sinusoidal_positions(20, width)
    expected = position_encoding(20, width + width % 2, width)[:, :width]
    np.testing.assert_allclose(table, expected, rtol=0, atol=1e-6)
