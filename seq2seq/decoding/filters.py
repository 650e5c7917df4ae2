"""What a search may say next: pure functions on scores of tokens.

A constraint sets the scores of what it forbids to minus infinity and returns a new tensor or array. The trace
always shows what the model said before any of them.
"""

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from seq2seq.data.vocabulary import END_ID, PAD_ID, START_ID
from seq2seq.decoding.generation import is_anywhere
from seq2seq.options import DecodingOptions

_NEVER: Final = (PAD_ID, START_ID)
_NEVER_NOR_END: Final = (PAD_ID, START_ID, END_ID)
MOST_BLOCKED: Final = len(_NEVER_NOR_END)


def blocked_tokens(length: int, options: DecodingOptions) -> tuple[int, ...]:
    """What may not follow ``length`` tokens: padding, start, and the end before the minimum length."""
    return _NEVER_NOR_END if length < options.minimum_length else _NEVER


def block_candidates(
    scores: NDArray[np.float64], token_ids: NDArray[np.int64], blocked: tuple[int, ...]
) -> NDArray[np.float64]:
    """Scores [R,k] of the tokens [R,k], minus infinity where the token is blocked."""
    forbidden = token_ids == blocked[0]
    for token_id in blocked[1:]:
        forbidden |= token_ids == token_id
    return np.where(forbidden, -np.inf, scores) if is_anywhere(forbidden) else scores


def block_tokens(logits: Tensor, blocked: tuple[int, ...]) -> Tensor:
    """Logits [R,V], minus infinity in the columns of blocked tokens."""
    return logits.index_fill(-1, torch.tensor(blocked, device=logits.device), -torch.inf)


def penalize_repetition(log_probabilities: Tensor, said: NDArray[np.int64], penalty: float) -> Tensor:
    """Log-probabilities [R,V], those of tokens that each row has said [R,T] multiplied by the penalty.

    Keskar 2019, arXiv:1909.05858, section 4.1, there on logits; log-probabilities do not depend on a constant
    that a model may add to all of its logits.
    """
    columns = torch.from_numpy(said).to(log_probabilities.device)
    return log_probabilities.scatter(1, columns, log_probabilities.gather(1, columns) * penalty)


def block_repeated_ngrams(log_probabilities: Tensor, said: NDArray[np.int64], size: int) -> Tensor:
    """Log-probabilities [R,V], minus infinity for tokens that would say an n-gram of a row [R,T] again.

    Paulus 2017, arXiv:1705.04304, section 2.5.
    """
    length = said.shape[1]
    if length < size:
        return log_probabilities
    windows = np.lib.stride_tricks.sliding_window_view(said, size, axis=1)
    latest = said[:, length - size + 1 :]
    repeats = (windows[:, :, :-1] == latest[:, None]).all(axis=2)
    row, start = np.nonzero(repeats)
    blocked = log_probabilities.clone()
    blocked[torch.from_numpy(row), torch.from_numpy(windows[row, start, -1])] = -torch.inf
    return blocked


def apply_temperature(logits: Tensor, temperature: float) -> Tensor:
    """Logits [R,V] of a flatter (above 1) or sharper (below 1) distribution."""
    return logits if temperature == 1.0 else logits / temperature


def keep_top_k(logits: Tensor, k: int) -> Tensor:
    """Logits [R,V] of the k likeliest tokens, minus infinity elsewhere; 0 keeps all.

    Fan 2018, arXiv:1805.04833, section 5.4.
    """
    if k == 0 or k >= logits.shape[-1]:
        return logits
    values, indices = logits.topk(k, dim=-1)
    return torch.full_like(logits, -torch.inf).scatter_(-1, indices, values)


def keep_top_p(logits: Tensor, p: float) -> Tensor:
    """Logits [R,V] of the nucleus: the likeliest tokens that together reach probability p, at least one.

    Holtzman 2020, arXiv:1904.09751, equations 2 and 3. Elsewhere minus infinity; 1 keeps all.
    """
    if p >= 1.0:
        return logits
    values, indices = logits.sort(dim=-1, descending=True)
    probabilities = values.softmax(-1)
    before = probabilities.cumsum(-1) - probabilities
    kept = values.masked_fill(before >= p, -torch.inf)
    kept[..., 0] = values[..., 0]
    return torch.full_like(logits, -torch.inf).scatter_(-1, indices, kept)


def filter_for_sampling(logits: Tensor, blocked: tuple[int, ...], options: DecodingOptions) -> Tensor:
    """Logits [R,V] to draw from: blocked tokens out, then temperature, then top-k, then top-p."""
    allowed = apply_temperature(block_tokens(logits, blocked), options.temperature)
    return keep_top_p(keep_top_k(allowed, options.top_k), options.top_p)
