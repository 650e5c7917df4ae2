import inspect

import pytest

from seq2seq import errors
from seq2seq.errors import (
    CheckpointError,
    ConfigError,
    DataError,
    FullMemoryError,
    HubError,
    InputError,
    Seq2SeqError,
    TrainingError,
)

CHILDREN = (CheckpointError, ConfigError, DataError, FullMemoryError, HubError, InputError, TrainingError)


@pytest.mark.parametrize("kind", [CheckpointError, DataError, InputError, TrainingError, Seq2SeqError])
def test_says_what_happened_and_then_what_to_do(kind):
    error = kind("Line 3 has 1 column.", "Put a tab between source and target.")
    assert str(error) == "Line 3 has 1 column. Put a tab between source and target."
    assert (error.message, error.hint) == ("Line 3 has 1 column.", "Put a tab between source and target.")
    assert str(kind("Line 3 has 1 column.")) == "Line 3 has 1 column."


def test_a_config_error_carries_every_problem():
    error = ConfigError(["heads must be at least 1.", "cell must be one of gru, lstm."], "See --help.")
    assert error.problems == ("heads must be at least 1.", "cell must be one of gru, lstm.")
    assert str(error) == "heads must be at least 1. cell must be one of gru, lstm. See --help."


@pytest.mark.parametrize("kind", CHILDREN)
def test_one_except_catches_them_all(kind):
    with pytest.raises(Seq2SeqError):
        raise kind("x")


def test_the_tree_of_the_docstring_is_the_tree_of_the_classes():
    classes = {
        name for name, thing in inspect.getmembers(errors, inspect.isclass) if issubclass(thing, Seq2SeqError)
    }
    assert classes == {kind.__name__ for kind in CHILDREN} | {"Seq2SeqError"}
    assert all(name in errors.__doc__ for name in classes)
