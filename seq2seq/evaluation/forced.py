"""What a model says at every token of the references, batch by batch; and how two rows of tokens match."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from seq2seq.data.vocabulary import END_ID
from seq2seq.decoding.scoring import predict_targets
from seq2seq.decoding.strategies import Decoded, decode_batch
from seq2seq.evaluation.sentences import SourceSentence, check_sources
from seq2seq.options import DecodingOptions
from seq2seq.translator import Translator, pad_rows

BATCH_SENTENCES: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class ForcedSentence:
    """A reference as the model sees it, token by token behind the true tokens before; the end token included.

    Attributes:
        target_ids: the reference's tokens.
        log_probabilities: of each, in nats.
        best_ids: the likeliest token at each place.
        best_log_probabilities: of those, in nats.
    """

    target_ids: tuple[int, ...]
    log_probabilities: tuple[float, ...]
    best_ids: tuple[int, ...]
    best_log_probabilities: tuple[float, ...]


def sentence_batches(
    translator: Translator, sentences: Sequence[SourceSentence]
) -> Iterator[Sequence[SourceSentence]]:
    """The sentences some at a time, once all their sources are known to be readable.

    Raises:
        InputError: with the line of a source that the model cannot read.
    """
    check_sources(translator, sentences)
    for first in range(0, len(sentences), BATCH_SENTENCES):
        yield sentences[first : first + BATCH_SENTENCES]


def force_references(translator: Translator, batch: Sequence[SourceSentence]) -> list[ForcedSentence]:
    """The first reference of each sentence, forced in float32."""
    targets = [encode_target(translator, sentence.references[0]) for sentence in batch]
    rows = (*pad_rows(_sources(translator, batch)), *pad_rows(targets))
    said = predict_targets(translator.model, *(tensor.to(translator.device) for tensor in rows))
    columns = zip(
        targets,
        said.log_probability.tolist(),
        said.best_ids.tolist(),
        said.best_log_probability.tolist(),
        strict=True,
    )
    return [
        ForcedSentence(
            target_ids=tuple(target),
            log_probabilities=tuple(true[: len(target)]),
            best_ids=tuple(ids[: len(target)]),
            best_log_probabilities=tuple(best[: len(target)]),
        )
        for target, true, ids, best in columns
    ]


def run_freely(
    translator: Translator, batch: Sequence[SourceSentence], options: DecodingOptions
) -> list[Decoded]:
    """The best translation of each sentence, in float32 as `force_references`."""
    ids, lengths = (tensor.to(translator.device) for tensor in pad_rows(_sources(translator, batch)))
    return [found[0] for found in decode_batch(translator.model, ids, lengths, options)]


def encode_target(translator: Translator, text: str) -> list[int]:
    """The tokens of a reference with the end token."""
    return [*translator.checkpoint.target_tokenizer.encode(text), END_ID]


def match_tokens(first: Sequence[int], second: Sequence[int]) -> list[tuple[int, int]]:
    """Places of equal tokens in an alignment with the fewest edits (Levenshtein), in order.

    Matched pairs never cross: this is the word alignment of TER without its shifts.
    """
    costs = _edit_costs(first, second)
    row, column = len(first), len(second)
    matches: list[tuple[int, int]] = []
    while row and column:
        equal = first[row - 1] == second[column - 1]
        if costs[row][column] == costs[row - 1][column - 1] + (not equal):
            row, column = row - 1, column - 1
            if equal:
                matches.append((row, column))
        elif costs[row][column] == costs[row - 1][column] + 1:
            row -= 1
        else:
            column -= 1
    return matches[::-1]


def edit_distance(first: Sequence[int], second: Sequence[int]) -> int:
    """Insertions, deletions and replacements between two rows of tokens."""
    return _edit_costs(first, second)[-1][-1]


def _edit_costs(first: Sequence[int], second: Sequence[int]) -> list[list[int]]:
    costs = [list(range(len(second) + 1))]
    for row, token in enumerate(first, start=1):
        above, current = costs[-1], [row]
        for column, other in enumerate(second, start=1):
            replaced = above[column - 1] + (token != other)
            current.append(min(replaced, above[column] + 1, current[-1] + 1))
        costs.append(current)
    return costs


def _sources(translator: Translator, batch: Sequence[SourceSentence]) -> list[list[int]]:
    return [translator.encode_source(sentence.source) for sentence in batch]
