import contextlib
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted_translator import ScriptedTranslator

from seq2seq.errors import InputError
from seq2seq.explanation.alarms import find_alarms
from seq2seq.explanation.saved_traces import LARGEST_TRACE_BYTES, read_trace
from seq2seq.explanation.search_tree import build_tree
from seq2seq.options import DecodingOptions
from seq2seq.translation import MadeBy
from seq2seq.ui.downloads import csv_text
from seq2seq.ui.session import Choice
from seq2seq.ui.view import ViewMaker

TRANSLATION = ScriptedTranslator(heads=(1, 2)).translate(
    "one two", DecodingOptions(method="beam", beam_width=2, n_best=2)
)
VALUES = TRANSLATION.to_json()
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.just([]), st.just({}),
    st.sampled_from([-1, 10**30, "\ud800", "<0xzz>", "", [[]], float("inf"), -(10**9), 64, 65]),
)  # fmt: skip


def show_all_of_it(translation):
    """What an opened trace is shown by."""
    view = ViewMaker(1, Choice()).view(translation, "done")
    json.dumps(view, ensure_ascii=False, allow_nan=False).encode("utf-8")
    build_tree(translation.beams, translation.options)
    csv_text(translation, Choice(hypothesis=1))
    for kind in ("words", "characters", "unigram", "?"):
        find_alarms(replace(translation, made_by=MadeBy(source_kind=kind, target_kind=kind)), 0)


def places(value, path=()):
    """The paths of all values within JSON values."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in items:
        yield from places(part, (*path, key))


PLACES = [path for path in places(VALUES) if path]


def test_a_trace_comes_back_whole():
    found = read_trace(json.dumps(VALUES).encode())
    assert found.made_by == TRANSLATION.made_by
    assert found.to_json() == VALUES
    show_all_of_it(found)


def test_a_trace_from_before_models_were_named_still_opens():
    values = {name: value for name, value in VALUES.items() if name != "made_by"}
    assert read_trace(json.dumps(values).encode()).made_by.name == ""


def test_a_weight_that_float32_cannot_hold_is_damage():
    values = json.loads(json.dumps(VALUES))
    values["steps"][0]["attention"][0][0][0] = 1e300
    with pytest.raises(InputError, match="damaged"):
        read_trace(json.dumps(values).encode())


@given(st.lists(st.tuples(st.sampled_from(PLACES), ODD), min_size=1, max_size=2))
def test_a_damaged_trace_is_refused_or_harmless(changes):
    values = json.loads(json.dumps(VALUES))
    for path, odd in changes:
        with contextlib.suppress(LookupError, TypeError):
            target = values
            for key in path[:-1]:
                target = target[key]
            target[path[-1]] = odd
    try:
        found = read_trace(json.dumps(values).encode())
    except InputError as problem:
        sentence, key = str(problem), problem.key
    else:
        show_all_of_it(found)
        return
    assert key in ("trace_damaged", "trace_foreign", "trace_version")
    assert len(sentence) < 250


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "trace_foreign"),
        (b"\xff\xfe\x00", "trace_foreign"),
        (b"{}", "trace_foreign"),
        (b"[" * 200_000, "trace_foreign"),
        (b"9" * 5000, "trace_foreign"),
        (b" " * (LARGEST_TRACE_BYTES + 1), "trace_large"),
        (json.dumps({**VALUES, "version": 2}).encode(), "trace_version"),
        (json.dumps({**VALUES, "beams": []}).encode(), "trace_damaged"),
    ],
)
def test_what_is_no_trace_is_refused(content, key):
    with pytest.raises(InputError) as problem:
        read_trace(content)
    assert problem.value.key == key
