import pytest

from seq2seq.__main__ import main
from seq2seq.hub.locate import locate_checkpoint


@pytest.fixture(autouse=True)
def somewhere(tmp_path, monkeypatch):
    """An empty folder to be in, and an empty home."""
    monkeypatch.setenv("SEQ2SEQ_HOME", str(tmp_path / "home"))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


@pytest.mark.parametrize("command", ["translate --checkpoint", "train --output run --train x --start-from"])
def test_a_name_that_was_not_pulled_says_how_to_pull_it(command, capsys):
    assert main([*command.split(), "ana/other"]) == 2
    assert capsys.readouterr().err == (
        "error: There is no folder ana/other, and no model of that name was pulled. "
        "Check the path, or pull it: python -m seq2seq pull ana/other\n"
    )


@pytest.mark.parametrize("text", ["model", "a/b/c", "/ana/other", "../other", "C:\\other"])
def test_what_is_no_name_on_the_hub_is_a_path(text):
    assert str(locate_checkpoint(text)) == text
