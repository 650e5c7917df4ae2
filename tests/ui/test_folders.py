import os
import tempfile
from pathlib import Path

import pytest

from seq2seq.ui.downloads import save_file
from seq2seq.ui.folders import keep_uploads_apart, temporary_folder


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_the_folder_is_this_users_own(temporary):
    folder = temporary_folder()
    assert folder == temporary / f"seq2seq-explorer-{os.getuid()}"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert temporary_folder() == folder


def test_a_folder_that_someone_else_put_there_is_left_alone(temporary):
    elsewhere = temporary / "elsewhere"
    elsewhere.mkdir()
    taken = temporary / f"seq2seq-explorer-{os.getuid()}"
    taken.symlink_to(elsewhere)
    folder = temporary_folder()
    assert folder not in (taken, elsewhere)
    assert folder.stat().st_mode & 0o777 == 0o700


def test_downloads_lie_in_it(temporary):
    path = Path(save_file("a.txt", "x"))
    assert path.is_relative_to(temporary_folder() / "downloads")


def test_gradio_is_told_unless_the_environment_says_otherwise(temporary, monkeypatch):
    monkeypatch.setenv("GRADIO_TEMP_DIR", "/elsewhere")
    keep_uploads_apart()
    assert os.environ["GRADIO_TEMP_DIR"] == "/elsewhere"
    monkeypatch.delenv("GRADIO_TEMP_DIR")
    keep_uploads_apart()
    assert os.environ["GRADIO_TEMP_DIR"] == str(temporary_folder() / "gradio")
