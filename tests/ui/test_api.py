"""The endpoints, over the bundled checkpoint for dates, as functions."""

import math
from pathlib import Path

import gradio as gr
import pytest

from seq2seq.errors import ConfigError, InputError
from seq2seq.translation import Translation
from seq2seq.ui.api import Api, _in_one_sentence
from seq2seq.ui.shelf import CheckpointShelf

CHECKPOINTS = Path(__file__).parents[2] / "checkpoints"
MODEL = "dates"
TEXT = "March 3, 1999"


@pytest.fixture(scope="module")
def api():
    return Api(CheckpointShelf(CHECKPOINTS))


def test_the_models_are_the_shelfs(api):
    assert MODEL in api.models()


def test_a_translation_comes_with_its_alternatives_and_alignment(api):
    found = api.translate(TEXT, MODEL, n_best=3, settings={"beam_width": 4})
    assert found["text"] == "1999-03-03"
    assert len(found["translations"]) == 3
    best = found["translations"][0]
    assert sum(best["token_log_probabilities"]) == pytest.approx(best["log_probability"])
    assert len(best["tokens"]) == len(best["alignment"]) == 11
    assert max(best["alignment"]) < len(found["source_tokens"])


def test_a_beginning_is_forced(api):
    assert api.translate(TEXT, MODEL, prefix="2001-")["text"].startswith("2001-")


def test_many_texts_keep_their_order(api):
    assert api.translate_many([TEXT, "", "4 May 2011"], MODEL, "greedy") == ["1999-03-03", "", "2011-05-04"]


def test_alternatives_follow_the_beginning(api):
    found = api.alternatives(TEXT, "1999-0", MODEL, count=4)
    assert [item["token"] for item in found][:1] == ["3"]
    assert len(found) == 4
    assert found[0]["probability"] == pytest.approx(math.exp(found[0]["log_probability"]))


def test_a_given_translation_is_scored(api):
    good, bad = api.score(TEXT, "1999-03-03", MODEL), api.score(TEXT, "1999-03-04", MODEL)
    assert good["log_probability"] > bad["log_probability"]
    assert good["perplexity"] < bad["perplexity"]
    assert [item["rank"] for item in good["tokens"]] == [0] * 11
    assert bad["tokens"][9]["rank"] > 0


def test_a_trace_comes_back_as_a_translation(api):
    assert Translation.from_json(api.trace(TEXT, MODEL)).texts == ("1999-03-03",)


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda api: api.translate("", MODEL), InputError, "no text to translate"),
        (lambda api: api.translate("a" * 1001, MODEL), InputError, "1,001 characters"),
        (lambda api: api.translate(TEXT, "../dates"), InputError, "no model named '../dates'"),
        (lambda api: api.translate(TEXT, MODEL, "guess"), ConfigError, "method must be one of"),
        (
            lambda api: api.translate(TEXT, MODEL, settings={"beam": 3}),
            ConfigError,
            "Unknown .* setting: beam",
        ),
        (lambda api: api.translate_many(["a"] * 65, MODEL), InputError, "65 texts"),
        (lambda api: api.score(TEXT, " ", MODEL), InputError, "no text to translate"),
        (lambda api: api.alternatives(TEXT, "1" * 301, MODEL), InputError, "301 characters"),
    ],
)
def test_bad_input_is_refused(api, call, error, sentence):
    with pytest.raises(error, match=sentence):
        call(api)


def test_a_problem_reaches_the_caller_as_text():
    def fail(text: str) -> str:
        raise InputError(f"Not <b>{text}</b>.")

    with pytest.raises(gr.Error) as raised:
        _in_one_sentence(fail)("this")
    assert raised.value.message == "Not &lt;b&gt;this&lt;/b&gt;."
