import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from seq2seq.decoding.edits import AttentionEdit
from seq2seq.decoding.trace import Beam, Candidate, DecodeStep, Expansions, Hypothesis
from seq2seq.errors import InputError
from seq2seq.options import DecodingOptions
from seq2seq.translation import Translation

REAL = st.floats(-50, 0)
ATTENTION = arrays.arrays(np.float32, (2, 1, 3), elements=st.floats(0, 1, width=32))


@st.composite
def translations(draw):
    """Two beams of two hypotheses that share their first step."""
    steps = [
        DecodeStep(
            token_id=token_id,
            log_probability=draw(REAL),
            candidates=(Candidate(token_id=token_id, log_probability=draw(REAL)),),
            entropy=draw(st.floats(0, 9)),
            attention=draw(ATTENTION),
            forced=draw(st.booleans()),
        )
        for token_id in (5, 6, 3)
    ]

    def hypothesis(*path, finished=False):
        return Hypothesis(steps=path, log_probability=draw(REAL), score=draw(REAL), finished=finished)

    expansions = Expansions(
        parents=np.array([-1]),
        token_ids=np.array([[5, 6]]),
        log_probabilities=np.array([[draw(st.floats(-9, 0, width=32)), -np.inf]], np.float32),
        scores=np.array([[-np.inf, draw(st.floats(-9, 0, width=32))]], np.float32),
    )
    first = Beam(step=0, hypotheses=(hypothesis(steps[0]),), parents=(-1,), done=False, expansions=expansions)
    pair = (hypothesis(steps[0], steps[2], finished=True), hypothesis(steps[0], steps[1]))
    return Translation(
        source=draw(st.text(max_size=9)),
        source_tokens=("a", "▁b", "</s>"),
        beams=(first, Beam(step=1, hypotheses=pair, parents=(0, 0), done=True)),
        token_strings={5: "x", 6: "ȳ", 3: "</s>"},
        texts=(draw(st.text(max_size=5)), "y"),
        options=DecodingOptions(method="beam", beam_width=2, n_best=2),
        prefix="",
        edits=(
            AttentionEdit(kind="scale", position=1, factor=0.1),
            AttentionEdit(kind="pin", position=0, step=2),
        ),
        seconds=0.25,
    )


def _comparable(translation):
    """The fields with arrays as lists, so that they compare."""
    beams = [
        (
            beam.step,
            beam.parents,
            beam.done,
            [
                (
                    [
                        (
                            s.token_id,
                            s.log_probability,
                            s.entropy,
                            s.forced,
                            s.candidates,
                            s.attention.tolist(),
                        )
                        for s in h.steps
                    ],
                    (h.log_probability, h.score, h.finished),
                )
                for h in beam.hypotheses
            ],
        )
        for beam in translation.beams
    ]
    expansions = [
        [getattr(beam.expansions, name).tolist() for name in Expansions.__slots__]
        if beam.expansions
        else None
        for beam in translation.beams
    ]
    rest = (translation.source, translation.source_tokens, dict(translation.token_strings), translation.texts)
    return beams, expansions, rest, translation.options, translation.prefix, translation.edits


@given(translations())
def test_a_translation_comes_back_from_its_json_to_the_bit(translation):
    values = json.loads(json.dumps(translation.to_json()))
    again = Translation.from_json(values)
    assert _comparable(again) == _comparable(translation)
    assert again.done
    first, second = again.beams[1].hypotheses
    assert first.steps[0] is second.steps[0]
    assert again.beams[0].hypotheses[0].steps[0] is first.steps[0]
    assert len(values["steps"]) == 3


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": "other"}, "This is not a translation saved by Seq2Seq Explorer."),
        ({"version": 9}, "The trace has version 9; this program reads 1."),
        ({"steps": [{}]}, "The trace is damaged"),
        ({"token_strings": {}}, "The trace is damaged"),
        ({"texts": []}, "The trace is damaged"),
        ({"options": {"method": "guess"}}, "The trace is damaged"),
        (
            {"beams": [{"step": 0, "done": True, "parents": [], "hypotheses": [{"steps": [99]}]}]},
            "The trace is damaged",
        ),
        ({"source_tokens": ["a"]}, "The trace is damaged"),
        ({"edits": [{"kind": "pin", "position": 7}]}, "The trace is damaged"),
        ({"edits": [{"kind": "pin"}]}, "The trace is damaged"),
    ],
)
@given(translation=translations())
def test_what_is_no_trace_or_damaged_gives_one_sentence(translation, change, message):
    with pytest.raises(InputError) as problem:
        Translation.from_json({**translation.to_json(), **change})
    assert problem.value.message.startswith(message)


def test_a_list_is_no_trace():
    with pytest.raises(InputError, match="not a translation saved by"):
        Translation.from_json([])  # type: ignore[arg-type]
