"""The page's engine for programs: named endpoints with typed parameters, called with `gradio_client`.

Every endpoint checks its input as the page does and answers a problem with one sentence.
"""

import math
from collections.abc import Callable
from functools import wraps
from html import escape
from typing import Any, Final

import gradio as gr

from seq2seq.errors import Seq2SeqError
from seq2seq.given import force_translation, rank_tokens
from seq2seq.options import DecodingOptions
from seq2seq.translator import Translator
from seq2seq.ui.feedback import check_prefix, check_source, refusal
from seq2seq.ui.shelf import Shelf

MOST_TEXTS: Final = 64
"""Texts of one request."""
MOST_ALTERNATIVES: Final = 50
CONCURRENT_CALLS: Final = 4


def build_api(shelf: Shelf) -> None:
    """Add the endpoints to the page that is being built."""
    api = Api(shelf)
    for endpoint in (api.models, api.translate, api.translate_many, api.alternatives, api.score, api.trace):
        name = endpoint.__name__
        gr.api(  # type: ignore[attr-defined]
            _in_one_sentence(endpoint),
            api_name=name,
            concurrency_limit=CONCURRENT_CALLS,
            concurrency_id="api",
        )


def _in_one_sentence(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """The endpoint with our errors as gradio's, which reach the caller; their text is HTML to gradio."""

    @wraps(endpoint)
    def call(*arguments: Any, **named: Any) -> Any:
        try:
            return endpoint(*arguments, **named)
        except Seq2SeqError as problem:
            raise gr.Error(escape(str(problem), quote=False), print_exception=False) from problem

    return call


class Api:
    """The endpoints over a shelf of models; an empty ``model`` means the first one."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def models(self) -> list[str]:
        """The names of the models."""
        return list(self._shelf.names())

    def translate(
        self,
        text: str,
        model: str = "",
        method: str = "beam",
        n_best: int = 1,
        prefix: str = "",
        settings: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Translate one text.

        Args:
            text: what to translate.
            model: name of a model.
            method: greedy, beam, sampling or diverse_beam.
            n_best: translations wanted.
            prefix: words the translation must begin with.
            settings: further settings of decoding by name, such as {"beam_width": 8}.

        Returns:
            ``text``, and ``translations``, best first: each with text, score, log_probability, finished, tokens,
            token_log_probabilities and alignment (for each token the source token it looks at most).
        """
        translator = self._load(model)
        options = _options(method, n_best, settings)
        check_source(text)
        check_prefix(prefix)
        found = translator.translate(text, options, prefix=prefix)
        results = zip(found.beams[-1].hypotheses, found.texts, strict=True)
        return {
            "text": found.texts[0],
            "source_tokens": list(found.source_tokens),
            "translations": [
                translator.describe_hypothesis(hypothesis, words) for hypothesis, words in results
            ],
        }

    def translate_many(
        self, texts: list[str], model: str = "", method: str = "beam", settings: dict[str, Any] | None = None
    ) -> list[str]:
        """Translate up to 64 texts; an empty text gives an empty translation."""
        if len(texts) > MOST_TEXTS:
            raise refusal("many_texts", texts=len(texts), limit=MOST_TEXTS)
        for text in texts:
            if text.strip():
                check_source(text)
        lines = self._load(model).translate_lines(iter(texts), _options(method, 1, settings))
        return [line.texts[0] if line.texts else "" for line in lines]

    def alternatives(
        self, text: str, prefix: str = "", model: str = "", count: int = 10
    ) -> list[dict[str, Any]]:
        """The likeliest next tokens after a beginning of the translation, with their probabilities."""
        check_source(text)
        check_prefix(prefix)
        options = DecodingOptions(method="greedy", candidates=min(count, MOST_ALTERNATIVES))
        translator = self._load(model)
        stream = translator.stream(text, options, prefix=prefix)
        translation = next(item for item in stream if not item.beams[-1].hypotheses[0].steps[-1].forced)
        return [
            {
                "token": translation.token_strings[candidate.token_id],
                "probability": math.exp(candidate.log_probability),
                "log_probability": candidate.log_probability,
            }
            for candidate in translation.beams[-1].hypotheses[0].steps[-1].candidates
        ]

    def score(self, text: str, translation: str, model: str = "") -> dict[str, Any]:
        """What the model thinks of a given translation.

        Returns:
            ``log_probability`` (the sum, in nats), ``perplexity``, and ``tokens``: each with its string,
            log_probability and rank (how many tokens the model found likelier).
        """
        check_source(text)
        check_source(translation)
        translator = self._load(model)
        forced = force_translation(translator, text, translation, DecodingOptions(method="greedy"))
        (hypothesis,) = forced.beams[-1].hypotheses
        ranks = rank_tokens(translator, text, hypothesis.token_ids)
        return {
            "log_probability": hypothesis.log_probability,
            "perplexity": math.exp(-hypothesis.log_probability / len(hypothesis.steps)),
            "tokens": [
                {
                    "token": forced.token_strings[step.token_id],
                    "log_probability": step.log_probability,
                    "rank": rank,
                }
                for step, rank in zip(hypothesis.steps, ranks, strict=True)
            ],
        }

    def trace(
        self,
        text: str,
        model: str = "",
        method: str = "beam",
        prefix: str = "",
        settings: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """The whole trace of a translation, as the page's JSON download holds it."""
        check_source(text)
        check_prefix(prefix)
        options = _options(method, 1, settings)
        return self._load(model).translate(text, options, prefix=prefix).to_json()

    def _load(self, model: str) -> Translator:
        names = self._shelf.names()
        return self._shelf.load(model or (names[0] if names else ""))


def _options(method: str, n_best: int, settings: dict[str, Any] | None) -> DecodingOptions:
    return DecodingOptions.from_json({**(settings or {}), "method": method, "n_best": n_best})
