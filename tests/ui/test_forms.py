import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.errors import ConfigError, InputError
from seq2seq.options import DecodingOptions
from seq2seq.ui.feedback import describe_problem
from seq2seq.ui.forms import (
    PAGE_BOUNDS,
    PAGE_DEFAULTS,
    PAGE_SETTINGS,
    SETTINGS,
    Texts,
    build_control,
    read_few_options,
    read_options,
    setting_help,
)


def values(**changes):
    defaults = {name: PAGE_DEFAULTS.get(name, SETTINGS[name].default) for name in PAGE_SETTINGS}
    return list((defaults | changes).values())


@pytest.mark.parametrize("name", sorted(PAGE_BOUNDS))
def test_sliders_stay_within_the_bounds_of_their_setting(name):
    low, high, step = PAGE_BOUNDS[name]
    setting = SETTINGS[name]
    assert setting.minimum <= low < high <= setting.maximum
    assert low <= PAGE_DEFAULTS.get(name, setting.default) <= high
    assert setting.type is float or step == int(step)


def test_the_beam_is_1_to_50_wide():
    assert PAGE_BOUNDS["beam_width"][:2] == (1, 50)


def test_what_is_chosen_stays_in_a_list_of_models_while_it_is_there():
    texts, there = Texts(), ["first", "second"]
    for place in ("one", "two"):
        texts.add_model_list(
            place, lambda language, current: [(f"{name} {language}", name) for name in there]
        )
    assert texts.model_lists == ["one", "two"]
    kept, gone = texts.list_models_again("zh", "second", "third")
    assert kept["choices"] == gone["choices"] == [("first zh", "first"), ("second zh", "second")]
    assert ("value" in kept, gone["value"]) == (False, "first")
    there.clear()
    assert texts.list_models_again("en", "first", None)[0]["value"] is None


def test_every_setting_of_decoding_has_a_control_or_a_reason():
    assert set(SETTINGS) - set(PAGE_SETTINGS) == {"candidates"}  # the view always shows ten


@pytest.mark.parametrize("name", PAGE_SETTINGS)
def test_a_control_carries_the_default_and_the_words_of_its_setting(on_a_page, name):
    texts = Texts()
    control = on_a_page(build_control, name, texts)
    assert control.value == PAGE_DEFAULTS.get(name, SETTINGS[name].default)
    assert control.info.rstrip(".") in SETTINGS[name].help or control.info[1:] in SETTINGS[name].help
    (english,), (chinese,) = texts.updates("en"), texts.updates("zh")
    assert (english["label"], english["info"]) == (control.label, control.info)
    assert chinese["info"] != english["info"]


def test_a_control_that_stands_twice_has_two_ids(on_a_page):
    places = [on_a_page(build_control, "beam_width", Texts(), place).elem_id for place in ("", "left-")]
    assert places == ["setting-beam-width", "left-setting-beam-width"]


def test_settings_that_are_not_on_a_short_form_have_their_defaults():
    assert read_few_options({"beam_width": 3.0}) == DecodingOptions(beam_width=3)
    assert read_few_options({"method": "greedy", "beam_width": 7}) == DecodingOptions(method="greedy")
    assert read_few_options({"method": "sampling", "temperature": None}).temperature == 1.0
    with pytest.raises(ConfigError, match="beam_width must lie between"):
        read_few_options({"beam_width": 51})


def test_help_does_not_repeat_the_method():
    assert setting_help("beam_width", "en") == "Hypotheses kept at every step."


@given(
    method=st.sampled_from(SETTINGS["method"].choices),
    beam_width=st.integers(1, 20),
    n_best=st.integers(1, 20),
)
def test_the_list_is_never_longer_than_the_method_allows(method, beam_width, n_best):
    options = read_options(values(method=method, beam_width=beam_width, beam_groups=1, n_best=n_best))
    longest = {"greedy": 1, "sampling": n_best}.get(method, beam_width)
    assert options.n_best == min(n_best, longest)


def test_what_a_hidden_control_holds_means_nothing():
    options = read_options(values(method="greedy", beam_width=9, temperature=0.3))
    assert options == DecodingOptions(method="greedy")


def test_groups_that_cannot_share_the_beam_are_refused():
    with pytest.raises(InputError, match=r"beam width \(8\) is not a multiple of the number of groups \(5\)"):
        read_options(values(method="diverse_beam", beam_width=8))


def test_an_emptied_control_means_the_default():
    options = read_options(values(seed=None, temperature=None))
    assert options == DecodingOptions(n_best=5)


def test_whole_numbers_may_come_as_fractions():
    assert read_options(values(beam_width=7.0)).beam_width == 7


def test_values_out_of_bounds_are_refused():
    with pytest.raises(ConfigError, match=r"top_p must lie between 0.01 and 1, not 2."):
        read_options(values(method="sampling", top_p=2.0))


def test_crossed_lengths_are_refused_in_the_readers_language():
    with pytest.raises(InputError) as raised:
        read_options(values(minimum_length=9, maximum_length=3))
    assert describe_problem(raised.value, "zh").startswith("最小长度（9）大于最大长度（3）")
