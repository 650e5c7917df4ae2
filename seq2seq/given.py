"""What a model thinks of a translation that someone else wrote."""

import time
from collections.abc import Iterator, Sequence

from torch import Tensor

from seq2seq.decoding.edits import AttentionEdit
from seq2seq.decoding.ranking import ranking_exponent
from seq2seq.decoding.scoring import rank_targets, score_targets
from seq2seq.decoding.strategies import decode_stream
from seq2seq.errors import InputError
from seq2seq.options import DecodingOptions
from seq2seq.translation import Translation
from seq2seq.translator import BATCH_SENTENCES, LONGEST_SOURCE_TOKENS, Translator, pad_rows


def force_translation(
    translator: Translator, source: str, target: str, options: DecodingOptions
) -> Translation:
    """The trace of a given translation, ranked as the search with these options would rank it.

    Raises:
        InputError: when the source or the target is empty or too long.
    """
    return force_ids(translator, source, _encode_target(translator, target), options, text=target)


def force_ids(
    translator: Translator,
    source: str,
    target_ids: Sequence[int],
    options: DecodingOptions,
    *,
    text: str = "",
    edits: Sequence[AttentionEdit] = (),
) -> Translation:
    """As `force_translation`, for target ids without the end token, and with edits of the attention.

    Raises:
        InputError: when the source is empty or too long, or an edit cannot be.
    """
    start, source_ids = time.perf_counter(), translator.encode_source(source)
    forced = DecodingOptions(
        method="beam",
        beam_width=1,
        length_penalty=ranking_exponent(options),
        coverage_penalty=options.coverage_penalty,
        maximum_length=len(target_ids) + 1,
        candidates=options.candidates,
    )
    stream = decode_stream(translator.model, source_ids, forced, prefix=target_ids, edits=edits, whole=True)
    beams = tuple(stream)
    return Translation(
        source=source,
        source_tokens=tuple(translator.checkpoint.source_tokenizer.tokens(source_ids)),
        beams=beams,
        token_strings=translator.token_strings,
        texts=(text or translator.checkpoint.target_tokenizer.decode(target_ids),),
        options=forced,
        prefix=text,
        edits=tuple(edits),
        made_by=translator.made_by,
        seconds=time.perf_counter() - start,
    )


def rank_tokens(translator: Translator, source: str, target_ids: Sequence[int]) -> list[int]:
    """How many tokens the model finds likelier than each token of a translation, end token included."""
    batch = _pair(translator, [translator.encode_source(source)], target_ids)
    ranks: list[int] = rank_targets(translator.model, *batch)[0].tolist()
    return ranks


def leave_one_out(translator: Translator, source: str, target_ids: Sequence[int]) -> Iterator[list[float]]:
    """How much log-probability a translation loses when each source token is left out, end token excluded.

    Yields the losses of the first source tokens, more each time, until it has those of all.

    The faithfulness of attention is measured against this, as in Jain 2019 (arXiv:1902.10186, section 4.1).

    Raises:
        InputError: when the source has a single token, so that nothing would be left.
    """
    ids = translator.encode_source(source)
    if len(ids) < 3:
        raise InputError(
            "The source has a single token, so none can be left out.",
            "Take a longer sentence.",
            key="single_token",
        )
    totals: list[float] = []
    rows = [ids, *([*ids[:left], *ids[left + 1 :]] for left in range(len(ids) - 1))]
    for first in range(0, len(rows), BATCH_SENTENCES):
        batch = _pair(translator, rows[first : first + BATCH_SENTENCES], target_ids)
        totals += score_targets(translator.model, *batch).sum(1).tolist()
        yield [totals[0] - total for total in totals[1:]]


def _pair(translator: Translator, sources: list[list[int]], target_ids: Sequence[int]) -> list[Tensor]:
    """Several sources with one target, as a batch on the model's device."""
    tensors = (*pad_rows(sources), *pad_rows([list(target_ids)] * len(sources)))
    return [tensor.to(translator.device) for tensor in tensors]


def _encode_target(translator: Translator, target: str) -> list[int]:
    if not target.strip():
        raise InputError("There is no translation to score.", "Type one.", key="empty_target")
    ids = translator.checkpoint.target_tokenizer.encode(target)
    if not 0 < len(ids) < LONGEST_SOURCE_TOKENS:
        raise InputError(
            f"The translation has {len(ids)} tokens; 1 to {LONGEST_SOURCE_TOKENS - 1} can be scored.",
            "Shorten it.",
            key="long_target",
            values={"tokens": len(ids), "limit": LONGEST_SOURCE_TOKENS - 1},
        )
    return ids
