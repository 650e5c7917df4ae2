import contextlib
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.decoding.edits import AttentionEdit
from seq2seq.errors import InputError
from seq2seq.options import METHOD_NAMES, DecodingOptions
from seq2seq.ui.feedback import describe_problem
from seq2seq.ui.forms import PAGE_BOUNDS, PAGE_SETTINGS, SETTINGS, read_options
from seq2seq.ui.permalink import (
    LINK_PARAMETERS,
    MOST_EDITS,
    Link,
    asked_language,
    page_default,
    read_query,
    write_query,
)

DEFAULTS = read_options([page_default(name) for name in PAGE_SETTINGS])


@st.composite
def page_options(draw):
    """Options that the form can make."""
    values = {"method": draw(st.sampled_from(METHOD_NAMES)), "seed": draw(st.integers(0, 2**31 - 1))}
    for name, (low, high, _) in PAGE_BOUNDS.items():
        numbers = st.integers(int(low), int(high)) if SETTINGS[name].type is int else st.floats(low, high)
        values[name] = draw(st.one_of(st.just(page_default(name)), numbers))
    if values["maximum_length"]:
        values["minimum_length"] = min(values["minimum_length"], values["maximum_length"])
    if values["beam_width"] % values["beam_groups"]:
        values["beam_groups"] = 1
    return read_options([values[name] for name in PAGE_SETTINGS])


def parameters_of(query):
    return dict(parse_qsl(query, keep_blank_values=True))


def attention_edits():
    places = {"position": st.integers(0, 99_999), "step": st.none() | st.integers(0, 99_999)}
    plain = st.builds(AttentionEdit, kind=st.sampled_from(["knock_out", "pin"]), **places)
    factors = st.floats(1e-20, 1e20)
    return st.one_of(plain, st.builds(AttentionEdit, kind=st.just("scale"), factor=factors, **places))


@given(
    options=page_options(),
    source=st.text(),
    prefix=st.text(),
    model=st.text(min_size=1),
    whole=st.booleans(),
    edits=st.lists(attention_edits(), max_size=MOST_EDITS).map(tuple),
)
def test_a_link_brings_back_all_of_it(options, source, prefix, model, whole, edits):
    query = write_query(model=model, source=source, prefix=prefix, options=options, whole=whole, edits=edits)
    link = read_query(parameters_of(query))
    assert (link.model, link.source, link.prefix) == (model, source, prefix)
    assert (link.whole, link.edits) == (whole, edits)
    assert read_options(link.values()) == options


@given(options=page_options())
def test_a_link_names_only_what_differs_from_the_defaults(options):
    named = parameters_of(write_query(model="m", source="s", prefix="", options=options))
    for name in set(named) & set(PAGE_SETTINGS):
        fewer = {key: value for key, value in named.items() if key != name}
        with contextlib.suppress(InputError):  # without it the settings may contradict each other
            assert read_options(read_query(fewer).values()) != options, name


def test_the_usual_settings_need_no_parameter():
    assert (
        write_query(model="en-fr", source="a b&c", prefix="", options=DEFAULTS) == "model=en-fr&text=a+b%26c"
    )
    greedy = DecodingOptions(method="greedy")
    assert write_query(model="m", source="s", prefix="J'ai", options=greedy) == (
        "model=m&text=s&prefix=J%27ai&method=greedy"
    )


def test_an_address_without_our_parameters_asks_for_nothing():
    assert read_query({}) is None
    assert read_query({"__theme": "dark", "utm_source": "mail", "view": "api"}) is None


def test_foreign_parameters_stand_beside_ours():
    assert read_query({"__theme": "dark", "text": "hi", "lang": "zh"}) == Link(source="hi")


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"beam_width": "51"}, "sets beam_width to “51”, and it must be a whole number from 1 to 50"),
        ({"beam_width": "3.5"}, "whole number from 1 to 50"),
        ({"beam_width": ""}, "to “”, and it must be a whole number"),
        ({"temperature": "nan"}, "sets temperature to “nan”, and it must be a number from 0.1 to 3"),
        ({"temperature": "1e999"}, "number from 0.1 to 3"),
        ({"top_p": "-inf"}, "number from 0.05 to 1"),
        ({"seed": "9" * 5000}, "9999…”, and it must be a whole number from 0 to 2147483647"),
        ({"length_penalty": "٣"}, "number from 0 to 2"),
        ({"method": "<b>best</b>"}, "sets method to “<b>best</b>”, and it can be greedy, beam"),
        ({"whole": "yes"}, "sets whole to “yes”, and it can be 0, 1"),
        (
            {"edits": "erase:1:all"},
            "changes the attention by “erase:1:all”, and it must be like knock_out:3:all",
        ),
        ({"edits": "pin:-1:2"}, "changes the attention by “pin:-1:2”"),
        ({"edits": "scale:1:2:0"}, "changes the attention by “scale:1:2:0”"),
        ({"edits": "pin:1:1,"}, "changes the attention by “”"),
        ({"edits": ",".join(["pin:1:1"] * 21)}, "has 21 changes of the attention, and there can be 20"),
        ({"lang": "tlh"}, "sets lang to “tlh”, and it can be en, zh"),
    ],
)
def test_what_the_form_could_not_hold_is_refused_in_one_sentence(parameters, sentence):
    with pytest.raises(InputError) as problem:
        read_query({"text": "hello", **parameters})
    assert sentence in str(problem.value)
    assert len(str(problem.value)) < 200
    assert "链接" in describe_problem(problem.value, "zh")


@given(
    st.dictionaries(
        st.sampled_from(LINK_PARAMETERS), st.text() | st.floats().map(str) | st.integers().map(str)
    )
)
def test_anything_may_stand_in_an_address(parameters):
    with contextlib.suppress(InputError):
        assert (read_query(parameters) is None) == (not parameters)


def test_only_a_language_of_the_page_is_taken():
    assert asked_language({"lang": "zh"}) == "zh"
    assert asked_language({"lang": "<script>"}) is None
    assert asked_language({}) is None
