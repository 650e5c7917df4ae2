from functools import partial

import pytest
from finished_run import finish_run


@pytest.fixture
def make_run(tmp_path):
    """Makes a folder: ``make_run(name, examples=..., model settings=...)``."""
    return partial(finish_run, tmp_path)
