"""Settings as flags: what is written is read back."""

import argparse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.config import ModelConfig, TrainingConfig
from seq2seq.flags import add_settings, flags_of, given_settings
from seq2seq.options import DecodingOptions

CONFIGS = (ModelConfig, TrainingConfig, DecodingOptions)


def read(config, flags):
    parser = argparse.ArgumentParser()
    add_settings(parser.add_argument_group("all"), config)
    return given_settings(parser.parse_args(flags), config)


@pytest.mark.parametrize("config", CONFIGS)
def test_every_setting_comes_back_from_its_flag(config):
    values = {**config().to_json(), "seed": 3} if config is not ModelConfig else config().to_json()
    assert read(config, flags_of(values)) == values


@pytest.mark.parametrize("config", CONFIGS)
def test_only_what_stands_there_is_given(config):
    assert read(config, []) == {}


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_value_is_never_taken_for_another_flag(text):
    parser = argparse.ArgumentParser()
    parser.add_argument("--probe")
    parser.add_argument("--output")
    assert vars(parser.parse_args(flags_of({"probe": text}))) == {"probe": text, "output": None}
