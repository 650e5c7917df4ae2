"""How much work the reference model is, so that a rate becomes a share of what the machine can do."""

from collections.abc import Mapping

from benchmarks.settings import DECODER_SIZE, EMBEDDING_SIZE, ENCODER_SIZE, PIECES, Measurement

BACKWARD_FACTOR = 3.0
"""Training multiplies each matrix three times: forward, for the input's and for the weight's gradient."""
SOURCE_PER_TARGET = 0.86
"""Source tokens for each target token of the training split, end tokens included, in our pieces."""


def operations_per_token(output_width: int) -> float:
    """Operations of the forward pass for one target token, a multiplication and an addition counted as two.

    Matrix products with weights only: both directions of the encoder's GRU and the attention's keys for the
    source tokens; the decoder's GRU, the attentional layer and the output layer for the target token.
    ``output_width`` is the width of what the output layer reads.
    """
    encoder = 2 * 3 * ENCODER_SIZE * (EMBEDDING_SIZE + ENCODER_SIZE)
    keys = DECODER_SIZE * 2 * ENCODER_SIZE
    decoder = 3 * DECODER_SIZE * (EMBEDDING_SIZE + DECODER_SIZE)
    attentional = output_width * (DECODER_SIZE + 2 * ENCODER_SIZE)
    output = PIECES * output_width
    return 2.0 * (SOURCE_PER_TARGET * (encoder + keys) + decoder + attentional + output)


def add_shares(
    measurements: list[Measurement], limits: Mapping[str, float], widths: Mapping[str, int]
) -> list[Measurement]:
    """Percentages of the machine's limits, for each figure that has one.

    Training and batches against the fastest matrix product measured at the output layer's shape; a step at
    batch 1 against the time that reading its weights takes. The peers compute in fp32, and so may not reach
    the bf16 limit; the share is of the machine, not of their number format.
    """
    shares = []
    for item in measurements:
        share = _share(item, limits, widths.get(item.system, EMBEDDING_SIZE))
        if share is not None:
            shares.append(Measurement(system=item.system, measure=f"{item.measure}_share", value=100 * share))
    return shares


def _share(item: Measurement, limits: Mapping[str, float], width: int) -> float | None:
    if item.value is None or not limits:
        return None
    fastest = max(
        value for name, value in limits.items() if name.startswith("output_layer_") and "giga" in name
    )
    if item.measure == "training":
        return item.value * BACKWARD_FACTOR * operations_per_token(width) / (fastest * 1e9)
    if item.measure in ("single_greedy_step", "single_beam_step"):
        return limits["step_weights_microseconds"] / (1000 * item.value)
    return None
