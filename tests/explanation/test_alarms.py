import math

import numpy as np
import pytest

from seq2seq.decoding.trace import Beam, DecodeStep, Hypothesis
from seq2seq.explanation.alarms import Alarm, find_alarms, find_repetition
from seq2seq.options import DecodingOptions
from seq2seq.translation import MadeBy, Translation


def translation(words, *, attention=None, probability=0.9, finished=True, source=("the", "cat", "!")):
    tokens = [*words, "</s>"] if finished else list(words)
    rows = (
        np.full((len(tokens), len(source) + 1), 1 / (len(source) + 1), np.float32)
        if attention is None
        else attention
    )
    steps = tuple(
        DecodeStep(
            token_id=index,
            log_probability=math.log(probability),
            candidates=(),
            entropy=0.0,
            attention=np.asarray(rows[index], np.float32).reshape(1, 1, -1),
        )
        for index in range(len(tokens))
    )
    total = len(steps) * math.log(probability)
    best = Hypothesis(steps=steps, log_probability=total, score=total, finished=finished)
    return Translation(
        source=" ".join(source),
        source_tokens=(*source, "</s>"),
        beams=(Beam(step=len(steps) - 1, hypotheses=(best,), parents=(-1,), done=True),),
        token_strings=dict(enumerate(tokens)),
        texts=(" ".join(words),),
        options=DecodingOptions(),
        prefix="",
        seconds=0.0,
        made_by=MadeBy(source_kind="words", target_kind="words"),
    )


def alarms(*arguments, **settings):
    return find_alarms(translation(*arguments, **settings), 0)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("no no no way", (("no",), 3)),
        ("very very good", None),
        ("I do I do I do not", (("I", "do"), 3)),
        ("a b c a b c", (("a", "b", "c"), 2)),
        ("", None),
    ],
)
def test_loops_are_found(words, found):
    assert find_repetition(words.split()) == found


def test_a_good_translation_raises_no_alarm():
    assert alarms(["le", "chat"]) == ()


def test_a_loop_names_its_words_and_what_helps():
    (alarm,) = alarms(["le"] * 5)
    assert alarm == Alarm(kind="repetition", words=("le",), value=5, setting="no_repeat_ngram")


def test_words_that_nothing_looked_at_are_named_but_punctuation_is_not():
    rows = [[0.9, 0.05, 0.0, 0.05]] * 3
    (alarm,) = alarms(["le", "chat"], attention=rows)
    assert (alarm.kind, alarm.words, alarm.setting) == ("uncovered", ("cat",), "coverage_penalty")
    assert alarm.value == pytest.approx(0.15)


def test_guesses_and_cuts_are_told():
    kinds = [alarm.kind for alarm in alarms(["le", "chat"], probability=0.2, finished=False)]
    assert kinds == ["unsure", "cut"]


def test_a_model_without_attention_raises_no_alarm_of_coverage():
    assert alarms(["le", "chat"], attention=np.zeros((3, 0))) == ()
