"""Label-smoothed cross-entropy over real target tokens, with the output layer inside.

The output layer and its softmax are where training a small model spends its time and memory, so they are one
operation here: rows of logits are made chunk by chunk, turned into probabilities in place, and their gradient
is taken at once (as in Cut Your Losses, arXiv:2411.09009); no [N,V] tensor is kept for the backward pass.
"""

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import Function

CHUNK_ROWS = 512


def smoothed_cross_entropy(
    features: Tensor,
    weight: Tensor,
    bias: Tensor,
    targets: Tensor,
    *,
    label_smoothing: float,
    compute_dtype: torch.dtype,
) -> Tensor:
    """The sum over N tokens of ``-sum_v q_v log p_v`` in nats (Szegedy 2016, arXiv:1512.00567, section 7).

    ``q`` is ``1 - label_smoothing`` on the target plus ``label_smoothing / V`` everywhere, ``p`` the softmax
    of ``features [N,F] @ weight.T [F,V] + bias [V]``. Targets are int64 [N]. Products run in
    ``compute_dtype``; the terms of the target itself are always exact.
    """
    total: Tensor = _CrossEntropy.apply(features, weight, bias, targets, label_smoothing, compute_dtype)  # type: ignore[no-untyped-call]
    return total


class _CrossEntropy(Function):
    """Computes its gradients in the forward pass, up to the factor the backward pass brings."""

    @staticmethod
    def forward(
        context: Any,
        features: Tensor,
        weight: Tensor,
        bias: Tensor,
        targets: Tensor,
        smoothing: float,
        dtype: torch.dtype,
    ) -> Tensor:
        rows, words = targets.shape[0], weight.shape[0]
        cast_weight, cast_bias = weight.to(dtype), bias.to(dtype)
        feature_gradient = torch.empty_like(features)
        weight_gradient = torch.zeros_like(weight)
        bias_gradient = torch.zeros_like(bias)
        true_log_probability = features.new_zeros(rows)
        for start in range(0, rows, CHUNK_ROWS):
            chunk = slice(start, start + CHUNK_ROWS)
            cast = features[chunk].to(dtype)
            probabilities = torch.softmax(torch.addmm(cast_bias, cast, cast_weight.t()), dim=1)
            picked = probabilities.gather(1, targets[chunk, None])[:, 0].to(features.dtype)
            true_log_probability[chunk] = picked.clamp_min(1e-37).log()
            feature_gradient[chunk] = probabilities @ cast_weight
            weight_gradient += probabilities.t() @ cast
            bias_gradient += (probabilities.new_ones(1, len(cast)) @ probabilities)[0]
        total = _smoothed_total(features, weight, bias, targets, true_log_probability, smoothing)
        share = smoothing / words
        feature_gradient -= (1 - smoothing) * weight[targets] + share * weight.sum(0)
        weight_gradient.index_add_(0, targets, features, alpha=-(1 - smoothing))
        weight_gradient -= share * features.sum(0)
        counts = torch.bincount(targets, minlength=words).to(bias.dtype)
        bias_gradient -= (1 - smoothing) * counts + share * rows
        context.save_for_backward(feature_gradient, weight_gradient, bias_gradient)
        return total

    @staticmethod
    def backward(context: Any, *output_gradients: Tensor) -> tuple[Tensor | None, ...]:
        (factor,) = output_gradients
        gradients = (gradient.mul_(factor) for gradient in context.saved_tensors)
        return (*gradients, None, None, None)


def _smoothed_total(
    features: Tensor, weight: Tensor, bias: Tensor, targets: Tensor, true: Tensor, smoothing: float
) -> Tensor:
    """The loss from log p of the targets alone: sum_v log p_v = sum_v logit_v - V (logit_t - log p_t)."""
    words = weight.shape[0]
    target_logits = (features * weight[targets]).sum(1) + bias[targets]
    logit_sums = features @ weight.sum(0) + bias.sum()
    all_log_probabilities = logit_sums - words * (target_logits - true)
    return -((1 - smoothing) * true + smoothing / words * all_log_probabilities).sum()
