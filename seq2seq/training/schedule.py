"""How the learning rate and the share of the model's own tokens change over a run."""

import math

from seq2seq.config import TrainingConfig

FINAL_SHARE = 0.02
"""What the cosine leaves of the peak learning rate at the end of a run."""


def learning_rate(config: TrainingConfig, step: int, progress: float) -> float:
    """The learning rate of update ``step`` (from 1) when ``progress`` (0 to 1) of the run is behind it.

    It rises linearly over ``warmup_steps``, then stays, or falls with the inverse square root of the step
    (Vaswani 2017, arXiv:1706.03762, equation 3, scaled to the peak), or along half a cosine of the progress
    (Loshchilov 2017, arXiv:1608.03983, equation 5, without restarts).
    """
    warmup = config.warmup_steps
    rise = min(1.0, step / warmup) if warmup else 1.0
    return config.learning_rate * rise * _decay(config.schedule, step, warmup, progress)


def _decay(schedule: str, step: int, warmup: int, progress: float) -> float:
    if schedule == "inverse_sqrt":
        return math.sqrt(max(1, warmup) / max(step, warmup, 1))
    if schedule == "cosine":
        return FINAL_SHARE + (1 - FINAL_SHARE) * 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))
    return 1.0


def truth_probability(config: TrainingConfig, step: int) -> float:
    """The probability of feeding the true token at update ``step``.

    Bengio 2015, arXiv:1506.03099, section 2.4. It never falls below ``1 - sampling_rate``. The inverse
    sigmoid is ``k / (k + exp(step / k))`` with k = ``sampling_steps``.
    """
    floor = 1.0 - config.sampling_rate
    if config.scheduled_sampling == "constant":
        return floor
    if config.scheduled_sampling == "linear":
        return max(floor, 1.0 - step / config.sampling_steps)
    if config.scheduled_sampling == "inverse_sigmoid":
        k = config.sampling_steps
        return max(floor, k / (k + math.exp(min(step / k, 700.0))))
    return 1.0
