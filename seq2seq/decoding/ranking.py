"""What the results of a search are ranked by: log-probability, length penalty, coverage penalty."""

from typing import Final

import numpy as np

from seq2seq.decoding.trace import FloatArray
from seq2seq.options import DecodingOptions

LEAST_COVERAGE: Final = 1e-4


def ranking_exponent(options: DecodingOptions) -> float:
    """The alpha that a method ranks its results by; greedy search and sampling rank by log-probability."""
    return options.length_penalty if "beam" in options.method else 0.0


def coverage_penalty(received: FloatArray) -> float:
    """``sum_s log(min(received_s, 1))`` of the attention that each source token received from all steps [S].

    Wu 2016, arXiv:1609.08144, equation 14; a token without any attention counts as one with little, so that
    the sum stays finite.
    """
    return float(np.log(np.clip(received, LEAST_COVERAGE, 1.0)).sum())


def length_penalty(length: int, alpha: float) -> float:
    """What a hypothesis' log-probability is divided by for ranking: ``((5 + length) / 6) ** alpha``.

    Wu 2016, arXiv:1609.08144, equation 14. The length counts every token that was scored, the end token
    included.
    """
    return float(((5.0 + length) / 6.0) ** alpha)
