import json
from dataclasses import FrozenInstanceError
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.config import ModelConfig, TrainingConfig
from seq2seq.errors import ConfigError
from seq2seq.options import DecodingOptions

CONFIGS = (ModelConfig, TrainingConfig, DecodingOptions)
SETTINGS = [(kind, setting) for kind in CONFIGS for setting in kind.settings()]


def valid_values(setting):
    """Values of a setting that are right on their own."""
    if setting.choices:
        return st.sampled_from(setting.choices)
    if setting.type is bool:
        return st.booleans()
    draw = st.integers if setting.type is int else st.floats
    return draw(setting.minimum, setting.maximum)


def configs(kind):
    """Configs of a kind, those left out that contradict themselves."""

    def build(values):
        try:
            return kind(**values)
        except ConfigError:
            return None

    values = st.fixed_dictionaries({}, optional={item.name: valid_values(item) for item in kind.settings()})
    return values.map(build).filter(lambda config: config is not None)


@given(st.one_of([configs(kind) for kind in CONFIGS]))
def test_json_gives_the_same_config_back(config):
    assert type(config).from_json(json.loads(json.dumps(config.to_json()))) == config


@pytest.mark.parametrize(("kind", "setting"), SETTINGS, ids=lambda value: getattr(value, "name", None))
def test_every_setting_explains_itself(kind, setting):
    assert setting.help.endswith(".")
    assert setting.default == getattr(kind(), setting.name)
    assert setting.problem_with(setting.default) == ""
    if setting.type in (int, float):
        assert setting.minimum <= setting.default <= setting.maximum
    if setting.type is str:
        assert setting.default in setting.choices


@pytest.mark.parametrize(
    ("kind", "setting"),
    [pair for pair in SETTINGS if pair[1].type in (int, float)],
    ids=lambda value: getattr(value, "name", None),
)
def test_bounds_are_held(kind, setting):
    step = 1 if setting.type is int else 1e-9 + abs(setting.maximum) * 1e-6
    for value in (setting.minimum - step, setting.maximum + step, -inf, inf, nan, 10**400):
        with pytest.raises(ConfigError, match=f"^{setting.name} must "):
            kind.from_json({setting.name: value})


@pytest.mark.parametrize(
    ("setting", "value", "message"),
    [
        ("heads", 0, "heads must lie between 1 and 64, not 0."),
        ("heads", 2.0, "heads must be a whole number, not 2.0."),
        ("heads", True, "heads must be a whole number, not True."),
        ("heads", None, "heads must be a whole number, not None."),
        ("dropout", "0.1", "dropout must be a number, not '0.1'."),
        ("dropout", nan, "dropout must lie between 0 and 0.9, not nan."),
        ("bidirectional", 1, "bidirectional must be true or false, not 1."),
        ("cell", "GRU", "cell must be one of gru, lstm, rnn, not 'GRU'."),
        ("cell", ["gru"], "cell must be text, not ['gru']."),
    ],
)
def test_a_wrong_value_is_named_with_what_would_be_right(setting, value, message):
    with pytest.raises(ConfigError) as raised:
        ModelConfig(**{setting: value})
    assert raised.value.problems == (message,)


def test_all_problems_come_in_one_error():
    with pytest.raises(ConfigError) as raised:
        ModelConfig(cell="gnu", heads=65, dropout=1)
    assert raised.value.problems == (
        "dropout must lie between 0 and 0.9, not 1.",
        "cell must be one of gru, lstm, rnn, not 'gnu'.",
        "heads must lie between 1 and 64, not 65.",
    )


def test_unknown_names_and_wrong_values_come_in_one_error():
    with pytest.raises(ConfigError) as raised:
        DecodingOptions.from_json({"beam_size": 5, "alpha": 1.0, "top_p": 2})
    assert raised.value.problems == (
        "Unknown DecodingOptions setting: alpha.",
        "Unknown DecodingOptions setting: beam_size.",
        "top_p must lie between 0.01 and 1, not 2.",
    )


def test_a_whole_number_does_for_a_number():
    assert ModelConfig(dropout=0).dropout == 0


@pytest.mark.parametrize(
    ("kind", "values", "problem"),
    [
        (
            ModelConfig,
            {"architecture": "transformer", "embedding_size": 10, "heads": 4},
            "embedding_size (10) must be a multiple of heads (4).",
        ),
        (
            ModelConfig,
            {"attention": "dot", "encoder_size": 8, "decoder_size": 12},
            "dot attention needs encoder states as wide as the decoder's: 16 is not 12.",
        ),
        (
            ModelConfig,
            {"attention": "scaled_dot", "encoder_size": 8, "decoder_size": 16, "bidirectional": False},
            "scaled_dot attention needs encoder states as wide as the decoder's: 8 is not 16.",
        ),
        (
            ModelConfig,
            {"attention": "none", "input_feeding": True},
            "input_feeding needs an attention, and attention is none.",
        ),
        (
            TrainingConfig,
            {"metric": "chrf", "validation_sentences": 0},
            "metric chrf needs validation_sentences above 0; with 0 the metric must be loss.",
        ),
        (
            TrainingConfig,
            {"batch_tokens": 100, "maximum_tokens": 101},
            "batch_tokens (100) must be at least maximum_tokens (101).",
        ),
        (
            TrainingConfig,
            {"tokenizer": "words", "subword_alpha": 0.1},
            "subword_alpha needs a tokenizer that can split a word in several ways (unigram or bpe), not words.",
        ),
        (
            DecodingOptions,
            {"minimum_length": 8, "maximum_length": 7},
            "minimum_length (8) is above maximum_length (7).",
        ),
        (
            DecodingOptions,
            {"beam_width": 2, "n_best": 3},
            "n_best (3) is above beam_width (2): a beam holds no more.",
        ),
        (
            DecodingOptions,
            {"method": "greedy", "n_best": 2},
            "greedy decoding has one result, and n_best is 2.",
        ),
    ],
)
def test_contradictions_are_found(kind, values, problem):
    with pytest.raises(ConfigError) as raised:
        kind(**values)
    assert raised.value.problems == (problem,)


def test_what_looks_like_a_contradiction_and_is_none():
    ModelConfig(architecture="recurrent", embedding_size=10, heads=4)
    ModelConfig(architecture="transformer", attention="none", input_feeding=True)
    TrainingConfig(metric="loss", validation_sentences=0)
    DecodingOptions(minimum_length=50)
    DecodingOptions(method="sampling", n_best=20)


@pytest.mark.parametrize("kind", CONFIGS)
def test_a_config_does_not_change(kind):
    config = kind()
    name = kind.settings()[0].name
    with pytest.raises(FrozenInstanceError):
        setattr(config, name, getattr(config, name))


def test_no_setting_is_declared_twice_but_the_seed():
    names = [setting.name for _, setting in SETTINGS]
    assert {name for name in names if names.count(name) > 1} == {"seed"}
