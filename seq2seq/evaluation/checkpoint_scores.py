"""How good a checkpoint is on parallel text: BLEU, chrF, TER, exact matches, loss and perplexity."""

import math
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from typing import Any

from seq2seq.checkpoints import Checkpoint
from seq2seq.data.batches import EncodedCorpus, encode_corpus, make_batches
from seq2seq.data.corpus import ParallelCorpus, group_references
from seq2seq.decoding.scoring import score_targets
from seq2seq.evaluation.metrics import Score, check_resamples, score_translations
from seq2seq.evaluation.sentences import SourceSentence, gather_sentences, translate_sentences
from seq2seq.models.encoder_decoder import EncoderDecoder
from seq2seq.options import DecodingOptions
from seq2seq.translator import Translator

SCORING_BATCH_TOKENS = 2048
LONGEST_PAIR_TOKENS = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Scores of a test set.

    Attributes:
        single_reference: by metric, line by line: each pair's own target is the reference.
        multi_reference: by metric, each different source once, against all its targets.
        exact_match: share of lines whose translation is one of the source's references, in percent.
        loss: mean cross-entropy of the references in nats a token, the end token included.
        perplexity: its exponential.
        pairs, sources, tokens, seconds: size of the test set and time of the translation.
    """

    single_reference: dict[str, Score]
    multi_reference: dict[str, Score]
    exact_match: float
    loss: float
    perplexity: float
    pairs: int
    sources: int
    tokens: int
    seconds: float
    options: DecodingOptions

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON values."""
        return asdict(self)

    def summary(self) -> dict[str, float | int | str]:
        """What scores.json and a model card keep, without nesting."""
        values: dict[str, float | int | str] = {"pairs": self.pairs, "sources": self.sources}
        for name, score in self.single_reference.items():
            values |= {name: round(score.value, 2), f"{name}_signature": score.signature}
        for name, score in self.multi_reference.items():
            values[f"{name}_multi_reference"] = round(score.value, 2)
        values |= {"exact_match": round(self.exact_match, 2), "loss": round(self.loss, 4)}
        return values | {"perplexity": round(self.perplexity, 3)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationScores:
    """What a validation in the middle of a training run measures.

    Attributes:
        exact_match: share of the translated sources whose translation is a reference, in percent.
    """

    loss: float
    bleu: float | None
    chrf: float | None
    exact_match: float | None
    samples: tuple[tuple[str, str, str], ...]
    seconds: float

    def to_json(self) -> dict[str, float | None]:
        """The numbers alone."""
        return {"loss": self.loss, "bleu": self.bleu, "chrf": self.chrf}


def evaluate(
    translator: Translator,
    corpus: ParallelCorpus,
    options: DecodingOptions,
    *,
    more_references: Sequence[Sequence[str]] = (),
    bootstrap: int = 0,
) -> Evaluation:
    """Translate every different source of a test set once and score it in every way.

    Args:
        translator: the model.
        corpus: sources with their references.
        options: the settings of the search.
        more_references: further references, each as many lines as the corpus.
        bootstrap: resamples for 95 % intervals of the scores; 0 makes none.

    Raises:
        DataError: when further references have another number of lines.
        InputError: for a source that the model cannot read.
        ConfigError: for more resamples than there is memory for.
    """
    sentences = gather_sentences(corpus, more_references)
    check_resamples(bootstrap, len(corpus))
    start = time.perf_counter()
    texts = list(chain.from_iterable(translate_sentences(translator, sentences, options)))
    seconds = time.perf_counter() - start
    return score_test(
        translator, corpus, sentences, texts, options=options, seconds=seconds, bootstrap=bootstrap
    )


def score_test(
    translator: Translator,
    corpus: ParallelCorpus,
    sentences: Sequence[SourceSentence],
    texts: Sequence[str],
    *,
    options: DecodingOptions,
    seconds: float,
    bootstrap: int = 0,
) -> Evaluation:
    """As `evaluate`, for a test whose ``sentences`` are translated already: ``texts``, made in ``seconds``."""
    checkpoint, language = translator.checkpoint, translator.target_language
    loss, tokens = mean_loss(checkpoint, checkpoint.model, corpus)
    text_of = {sentence.source: text for sentence, text in zip(sentences, texts, strict=True)}
    references_of = {sentence.source: sentence.references for sentence in sentences}
    exact = sum(text_of[pair.source] in references_of[pair.source] for pair in corpus.pairs)
    return Evaluation(
        single_reference=score_translations(
            [text_of[pair.source] for pair in corpus.pairs],
            [[pair.target] for pair in corpus.pairs],
            language=language,
            bootstrap=bootstrap,
        ),
        multi_reference=score_translations(
            texts, [sentence.references for sentence in sentences], language=language, bootstrap=bootstrap
        ),
        exact_match=100 * exact / len(corpus),
        loss=loss,
        perplexity=math.exp(min(loss, 700.0)),
        pairs=len(corpus),
        sources=len(sentences),
        tokens=tokens,
        seconds=seconds,
        options=options,
    )


def mean_loss(checkpoint: Checkpoint, model: EncoderDecoder, corpus: ParallelCorpus) -> tuple[float, int]:
    """Mean cross-entropy of the targets in nats a token, and the number of tokens."""
    encoded, _ = encode_corpus(
        corpus,
        checkpoint.source_tokenizer,
        checkpoint.target_tokenizer,
        maximum_tokens=LONGEST_PAIR_TOKENS,
    )
    return encoded_loss(model, encoded)


def encoded_loss(model: EncoderDecoder, encoded: EncodedCorpus) -> tuple[float, int]:
    """As `mean_loss`, for pairs that are encoded already."""
    total, tokens = 0.0, 0
    device = next(model.parameters()).device
    for rows in make_batches(encoded, batch_tokens=SCORING_BATCH_TOKENS, seed=0, epoch=0):
        batch = encoded.collate(rows).to(device)
        log_probabilities = score_targets(
            model, batch.source_ids, batch.source_lengths, batch.target_ids, batch.target_lengths
        )
        total -= float(log_probabilities.sum(dtype=None))
        tokens += int(batch.target_lengths.sum())
    return total / tokens, tokens


def validate(checkpoint: Checkpoint, corpus: ParallelCorpus, *, sentences: int) -> ValidationScores:
    """Loss of all pairs; BLEU and chrF of greedy translations of the first ``sentences`` different sources."""
    start = time.perf_counter()
    training = checkpoint.model.training
    checkpoint.model.eval()
    loss, _ = mean_loss(checkpoint, checkpoint.model, corpus)
    scores: dict[str, Score] = {}
    samples: tuple[tuple[str, str, str], ...] = ()
    exact = None
    if sentences:
        grouped = dict(list(group_references(corpus).items())[:sentences])
        lines = Translator(checkpoint).translate_lines(iter(grouped), DecodingOptions(method="greedy"))
        texts = [line.texts[0] if line.texts else "" for line in lines]
        scores = score_translations(texts, list(grouped.values()), language=checkpoint.info.target_language)
        samples = tuple((s, r[0], t) for (s, r), t in zip(grouped.items(), texts, strict=True))
        right = sum(text in references for text, references in zip(texts, grouped.values(), strict=True))
        exact = 100 * right / len(texts)
    checkpoint.model.train(training)
    return ValidationScores(
        loss=loss,
        bleu=scores["bleu"].value if scores else None,
        chrf=scores["chrf"].value if scores else None,
        exact_match=exact,
        samples=samples,
        seconds=time.perf_counter() - start,
    )
