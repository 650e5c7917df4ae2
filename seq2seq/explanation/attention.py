"""Attention read honestly: what specials take, and what each source token got.

Shape letters: T target tokens, S source tokens.
"""

from collections.abc import Sequence

import numpy as np

from seq2seq.decoding.trace import FloatArray


def hide_columns(attention: FloatArray, hidden: Sequence[int], *, renormalize: bool) -> FloatArray:
    """Attention [T,S] without some source columns [T,S-H].

    With ``renormalize`` the rest of each row sums to 1 again; a row that had all its weight there stays 0.
    """
    kept = np.delete(attention, list(hidden), axis=1)
    if not renormalize:
        return kept
    sums = kept.sum(axis=1, keepdims=True)
    renormalized: FloatArray = np.divide(kept, sums, out=np.zeros_like(kept), where=sums > 0)
    return renormalized


def coverage(attention: FloatArray) -> FloatArray:
    """The attention that each source token got from all T target tokens together [S]; they sum to T."""
    received: FloatArray = attention.sum(axis=0)
    return received


def row_scale(attention: FloatArray) -> FloatArray:
    """Attention [T,S] with each row's largest weight at 1, for colours that compare within a row only."""
    largest = attention.max(axis=1, keepdims=True, initial=0.0)
    scaled: FloatArray = np.divide(attention, largest, out=np.zeros_like(attention), where=largest > 0)
    return scaled
