"""Encoded pairs to padded tensors."""

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedPair:
    """Ids of a pair, without start; both sides end in the end token."""

    source_ids: tuple[int, ...]
    target_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Padded ids on the right: source [B,S], target [B,T], both int64; lengths [B] count real tokens.

    Both sides end in the end token and have no start token: the decoder's input is the target shifted right
    behind a start token, which the model does.
    """

    source_ids: Tensor
    source_lengths: Tensor
    target_ids: Tensor
    target_lengths: Tensor
