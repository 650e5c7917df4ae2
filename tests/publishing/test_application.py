"""What a Space gets: the app, and checkpoints without what is never published."""

import shutil
import subprocess
from pathlib import Path

import pytest

from seq2seq.errors import HubError
from seq2seq.publishing.application import ROOT, collect_application


@pytest.fixture(scope="module")
def app():
    return collect_application()


def copy_of_the_app(folder):
    """A small checkout with a package of one file."""
    for name in ("app.py", "requirements.txt", "README.md"):
        (folder / name).write_text(name)
    (folder / "seq2seq").mkdir()
    (folder / "seq2seq" / "__init__.py").write_text("")
    (folder / "seq2seq" / "notes.txt").write_text("mine")
    (folder / "seq2seq" / "secret.py").write_text("mine")
    return folder


def test_it_is_all_that_the_app_needs_and_nothing_else(app):
    assert app.checkpoints == ("dates", "en-fr")
    tops = {path.split("/")[0] for path in app.files}
    assert tops <= {"app.py", "requirements.txt", "README.md", "LICENSE", "seq2seq", "checkpoints", "docs"}
    assert [path for path in app.files if path.startswith("docs/")] == ["docs/explore.png"]
    package = {
        path.relative_to(ROOT).as_posix() for path in (ROOT / "seq2seq").rglob("*.*") if path.is_file()
    }
    kept = {path for path in package if "__pycache__" not in path}
    tracked = (
        subprocess.check_output(["git", "ls-files", "seq2seq"], cwd=ROOT, text=True) if has_git() else ""
    )
    assert {path for path in app.files if path.startswith("seq2seq/")} == (set(tracked.split()) or kept)


def has_git():
    return shutil.which("git") is not None and (ROOT / ".git").exists()


def test_a_checkpoint_goes_without_its_events_and_its_card_as_it_is(app):
    files = {
        path.removeprefix("checkpoints/en-fr/") for path in app.files if path.startswith("checkpoints/en-fr/")
    }
    assert {"config.json", "model.safetensors", "scores.json", "README.md", "general_test.tsv"} <= files
    assert "events.jsonl" not in files
    for name in app.checkpoints:
        assert (
            app.files[f"checkpoints/{name}/README.md"]
            == (ROOT / "checkpoints" / name / "README.md").read_bytes()
        )


def test_the_sizes_are_those_of_the_files(app):
    assert app.sizes["checkpoints/dates"] > 1_000_000
    assert set(app.sizes) == {"app", "checkpoints/dates", "checkpoints/en-fr"}


def test_a_run_goes_without_paths_of_its_machine(make_run):
    folder = make_run("mine")
    (folder / "README.md").write_text("Trained with `train --train /home/ana/secret/pairs.tsv`.")
    (folder / "resume").mkdir(exist_ok=True)
    (folder / "resume" / "state.json").write_text("{}")
    app = collect_application([str(folder)])
    assert app.checkpoints == ("mine",)
    card = app.files["checkpoints/mine/README.md"]
    assert card == b"Trained with `train --train pairs.tsv`."
    files = {path.removeprefix("checkpoints/mine/") for path in app.files if path.startswith("checkpoints/")}
    assert not [
        path for path in files if path.split("/")[0] in ("resume", "events.jsonl", "general_test.tsv")
    ]


def test_two_checkpoints_of_one_name_are_refused(make_run, tmp_path):
    folder = make_run("mine")
    shutil.copytree(folder, tmp_path / "other" / "mine")
    with pytest.raises(HubError, match=r"^Two of the checkpoints are called mine\. Rename"):
        collect_application([str(folder), str(tmp_path / "other" / "mine")])


def test_what_git_does_not_keep_stays_here(tmp_path):
    folder = copy_of_the_app(tmp_path)
    assert "seq2seq/secret.py" in collect_application(["dates"], folder).files
    if not shutil.which("git"):
        pytest.skip("there is no git")
    for words in (["init", "-q"], ["add", "app.py", "requirements.txt", "README.md", "seq2seq/__init__.py"]):
        subprocess.run(["git", *words], cwd=folder, check=True)
    files = collect_application(["dates"], folder).files
    assert "seq2seq/__init__.py" in files
    assert not {"seq2seq/secret.py", "seq2seq/notes.txt"} & set(files)


def test_an_installed_package_is_no_checkout(tmp_path):
    with pytest.raises(
        HubError, match=r"^There is no app\.py in .*, so this is no checkout of the app\. Clone"
    ):
        collect_application([], tmp_path)
    assert Path(tmp_path).is_dir()
