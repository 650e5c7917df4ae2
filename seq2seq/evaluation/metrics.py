"""BLEU, chrF and TER of sacrebleu, each with its signature and, where asked for, a bootstrap interval.

What counts as a word follows the target language: Chinese and Japanese are not split at spaces. The signature
says which tokenizer was used, so that a score is never compared with one of another kind.
"""

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import Any, Final, cast

from sacrebleu.metrics.base import Metric
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from sacrebleu.metrics.ter import TER

from seq2seq.errors import ConfigError

MOST_RESAMPLED_SENTENCES: Final = 10_000_000
"""Samples times sentences of a bootstrap; sacrebleu holds the statistics of all of them in memory at once."""
_CHINESE: Final = frozenset({"zh", "zho", "chi", "cmn", "yue"})
_JAPANESE: Final = frozenset({"ja", "jpn"})
_OTHERS_WITHOUT_SPACES: Final = frozenset({"th", "tha", "lo", "lao", "km", "khm", "my", "mya"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A 95 % confidence interval as sacrebleu gives it: the mean of the resampled scores, and half its width.

    The bootstrap of Koehn 2004 (ACL W04-3250); the signature holds the number of samples and the seed.
    """

    mean: float
    half_width: float

    @property
    def low(self) -> float:
        """Its lower end."""
        return self.mean - self.half_width

    @property
    def high(self) -> float:
        """Its upper end."""
        return self.mean + self.half_width


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A metric's value (0 to 100; TER: errors a hundred words), sacrebleu's signature and maybe an interval."""

    value: float
    signature: str
    interval: Interval | None = None


def choose_tokenizer(language: str) -> str:
    """The name of sacrebleu's tokenizer for BLEU in a target language, given as a code such as ``zh``.

    ``zh`` for Chinese, ``ja-mecab`` for Japanese where MeCab is installed, single characters for it where it
    is not and for other languages without spaces, ``13a`` for all the rest.
    """
    code = _primary(language)
    if code in _CHINESE:
        return "zh"
    if code in _JAPANESE:
        return "ja-mecab" if find_spec("MeCab") and find_spec("ipadic") else "char"
    return "char" if code in _OTHERS_WITHOUT_SPACES else "13a"


def score_translations(
    translations: Sequence[str],
    references: Sequence[Sequence[str]],
    *,
    language: str = "",
    bootstrap: int = 0,
    names: Collection[str] = (),
) -> dict[str, Score]:
    """Score translations against the references of each, by every metric of `METRICS`.

    Args:
        translations: one for each source.
        references: one or several for each; their number may differ.
        language: code of the target language, which decides what a word is.
        bootstrap: number of resamples for the intervals; below 2 there are none.
        names: of the metrics that are wanted; all of them when empty.

    Raises:
        ConfigError: when there are too many resamples for the memory.
    """
    check_resamples(bootstrap, len(translations))
    streams, scores = reference_streams(references), {}
    for name, metric in build_metrics(language).items():
        if names and name not in names:
            continue
        score = metric.corpus_score(list(translations), streams, n_bootstrap=max(1, bootstrap))
        signature = str(metric.get_signature())
        interval = _interval(score, signature) if bootstrap > 1 else None
        scores[name] = Score(value=score.score, signature=signature, interval=interval)
    return scores


def score_sentence(translation: str, references: Sequence[str], *, language: str = "") -> dict[str, float]:
    """BLEU and chrF of one sentence, 0 to 100.

    BLEU leaves out the orders of n-grams for which the sentence is too short (sacrebleu's effective order).
    """
    bleu, chrf = _sentence_metrics(choose_tokenizer(language))
    return {
        "bleu": bleu.sentence_score(translation, references).score,
        "chrf": chrf.sentence_score(translation, references).score,
    }


def length_ratio(translations: Sequence[str], references: Sequence[Sequence[str]], language: str) -> float:
    """Words of the translations over those of the nearest references in length, as BLEU counts them."""
    score = METRICS["bleu"](language).corpus_score(list(translations), reference_streams(references))
    return float(score.sys_len / score.ref_len) if score.ref_len else 0.0


def build_metrics(language: str) -> dict[str, Metric]:
    """A new instance of every metric, for a target language."""
    return {name: build(language) for name, build in METRICS.items()}


def reference_streams(references: Sequence[Sequence[str]]) -> list[list[str]]:
    """References sentence by sentence as sacrebleu wants them: one list for each first, second, ... of all.

    Where a sentence has fewer references, sacrebleu takes None for them, which its own types do not say.
    """
    width = max(len(row) for row in references)
    streams = [[row[i] if i < len(row) else None for row in references] for i in range(width)]
    return cast(list[list[str]], streams)


def check_resamples(samples: int, sentences: int, most: int = MOST_RESAMPLED_SENTENCES) -> None:
    """Refuse more resamples than memory is meant for.

    Raises:
        ConfigError: naming the largest number for so many sentences.
    """
    if samples * sentences > most:
        raise ConfigError(
            [f"{samples:,} resamples of {sentences:,} sentences need too much memory."],
            f"Take at most {most // sentences:,} resamples.",
        )


def _interval(score: Any, signature: str) -> Interval:
    values = json.loads(score.format(width=6, signature=signature, is_json=True))
    # sacrebleu says nothing of an interval whose mean is 0
    return Interval(mean=values.get("confidence_mean", 0.0), half_width=values.get("confidence_var", 0.0))


@cache
def _sentence_metrics(tokenizer: str) -> tuple[BLEU, CHRF]:
    return BLEU(tokenize=tokenizer, effective_order=True), CHRF()


def _primary(language: str) -> str:
    return language.lower().replace("_", "-").partition("-")[0]


def _build_bleu(language: str) -> Metric:
    return BLEU(tokenize=choose_tokenizer(language))


def _build_chrf(language: str) -> Metric:
    return CHRF()


def _build_ter(language: str) -> Metric:
    """TER splits Chinese and Japanese characters only together with its normalisation."""
    unspaced = _primary(language) in _CHINESE | _JAPANESE
    return TER(normalized=unspaced, asian_support=unspaced)


METRICS: Final[dict[str, Callable[[str], Metric]]] = {
    "bleu": _build_bleu,
    "chrf": _build_chrf,
    "ter": _build_ter,
}
