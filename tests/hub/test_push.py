"""The command `push` with the real client against the stand-in Hub."""

import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hub_process import ROOT, HubProcess
from stand_in_hub import EXPIRED_TOKEN, OTHER_TOKEN, READ_TOKEN, WRITE_TOKEN, StandInHub
from stand_in_repositories import Faults

DATES = ROOT / "checkpoints" / "dates"
PUBLISHED = {
    "README.md", "config.json", "scores.json", "model.safetensors", "assets/attention.svg",
    "source_tokenizer/tokenizer.json", "target_tokenizer/tokenizer.json",
}  # fmt: skip
TOKENS = (WRITE_TOKEN, READ_TOKEN, OTHER_TOKEN, EXPIRED_TOKEN)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("pushes")


@pytest.fixture(scope="module")
def hub():
    with StandInHub() as stand_in:
        stand_in.organizations = {"ana": ["team"]}
        yield stand_in


@pytest.fixture(scope="module")
def seq2seq(hub, place):
    """Runs a command; ``seq2seq("push", ...)``."""
    before = os.environ.get("SEQ2SEQ_HOME")
    os.environ["SEQ2SEQ_HOME"] = str(place / "home")
    with HubProcess(hub, place / "client", "command_client.py", token=WRITE_TOKEN) as process:
        yield lambda *arguments: process(arguments=[str(word) for word in arguments])
    os.environ.pop("SEQ2SEQ_HOME") if before is None else os.environ.update(SEQ2SEQ_HOME=before)
    assert process.said.read_bytes() == b""


@pytest.fixture
def copy(tmp_path):
    """A checkpoint folder that a test may change."""
    return Path(shutil.copytree(DATES, tmp_path / "dates"))


def test_a_pushed_checkpoint_is_pulled_with_the_same_bytes_and_translates(hub, seq2seq, place):
    pushed = seq2seq("push", "dates", "ana/dates")
    assert pushed["errors"] == ""
    assert pushed["code"] == 0
    commits = hub.commits_of("ana/dates")
    assert [commit.title for commit in commits] == ["Push with Seq2Seq Explorer", "initial commit"]
    assert f"{hub.address}/ana/dates is at commit {commits[0].sha[:12]}: 7 files sent" in pushed["output"]
    files = hub.files_of("ana/dates")
    assert set(files) == {*PUBLISHED, ".gitattributes"}
    assert files["model.safetensors"] == (DATES / "model.safetensors").read_bytes()
    assert seq2seq("pull", "ana/dates")["code"] == 0
    (folder,) = (place / "home" / "models" / "ana--dates").glob("*/dates")
    pulled = {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
    assert pulled == {name: files[name] for name in PUBLISHED if not name.startswith("assets/")}
    (place / "days.txt").write_text("March 3, 1999\n")
    translated = seq2seq(
        "translate", "--checkpoint", "ana/dates", "--input", place / "days.txt", "--output", place / "out.txt"
    )
    assert translated["code"] == 0
    assert (place / "out.txt").read_text() == "1999-03-03\n"


def test_what_is_shown_first_is_what_is_there_afterwards(hub, seq2seq):
    shown = seq2seq("push", DATES, "team/shown", "--private")["output"]
    assert shown.startswith("To team/shown, which will be made: private, licence apache-2.0\n")
    files = hub.files_of("team/shown")
    for name in PUBLISHED:
        assert f"{len(files[name]):,}  {name}\n" in shown
    assert "Not published: events.jsonl, general_test.tsv\n" in shown
    assert hub.repository("team/shown").private


def test_pushing_again_sends_only_what_changed(hub, seq2seq, copy):
    seq2seq("push", copy, "ana/again")
    first = hub.commits_of("ana/again")[0].sha
    same = seq2seq("push", copy, "ana/again")
    assert f"{hub.address}/ana/again has all of it already, at commit {first[:12]}\n" in same["output"]
    assert "To ana/again, which is there: public" in same["output"]
    scores = json.loads((copy / "scores.json").read_text())
    scores["test"]["greedy"]["bleu"] = 99.5
    (copy / "scores.json").write_text(json.dumps(scores))
    changed = seq2seq("push", copy, "ana/again")
    assert ": 2 files sent\n" in changed["output"]
    assert "| greedy | 99.50 |" in hub.files_of("ana/again")["README.md"].decode()
    assert len(hub.commits_of("ana/again")) == 3


def test_a_dry_run_shows_the_card_and_asks_the_hub_nothing(hub, seq2seq):
    seen = len(hub.requests)
    shown = seq2seq("push", "dates", "ana/dry", "--dry-run", "--license", "cc0-1.0")
    assert "To ana/dry: public, licence cc0-1.0\n" in shown["output"]
    assert "\n---\nlibrary_name: seq2seq-explorer\nlicense: cc0-1.0\n" in shown["output"]
    assert "\n## Known weaknesses\n" in shown["output"]
    assert hub.requests[seen:] == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nothing", "ana/x"), "'nothing' is no folder of a checkpoint or a run, nor the name of one."),
        (("dates", "x"), "'x' is no name of a model on the Hugging Face Hub."),
        (("dates", "ben/x"), "ana may not write to ben/x."),
        (("dates", "ana/other"), "ana/other holds something else, for example pytorch_model.bin."),
        (("dates", "ana/open", "--private"), "ana/open exists and is public, and it was to be private."),
        (("dates", "ana/x", "--license", "mine"), "The Hub knows no licence 'mine'."),
        (("dates", "ana/x", "--dataset", "my file.tsv"), "'my file.tsv' is no name of a dataset on the Hub."),
    ],
)
def test_what_cannot_be_pushed_is_one_sentence_and_nothing_is_sent(hub, seq2seq, arguments, words):
    hub.add_repository("ana/other", {"config.json": b"{}", "pytorch_model.bin": b"p"})
    hub.add_repository("ana/open", {"README.md": b"# Open\n"})
    before = hub.names()
    answer = seq2seq("push", *arguments)
    assert answer["code"] == 2
    assert words in answer["errors"]
    assert answer["errors"].startswith("error: ")
    assert answer["errors"].count("\n") == 1
    assert hub.names() == before
    assert hub.files_of("ana/open") == {"README.md": b"# Open\n"}


def command(hub, folder, token, *arguments):
    variables = {**os.environ, **hub.environment(folder / "hugging face", token), "PYTHONPATH": str(ROOT)}
    return {"args": [sys.executable, "-m", "seq2seq", "push", *arguments], "env": variables}


def test_an_interrupt_ends_it_and_the_repository_is_as_it_was(hub, place):
    hub.add_repository("ana/slow", {"README.md": b"# Mine\n"})
    hub.uploads.clear()
    hub.faults["ana/slow"] = Faults(silent_seconds=2.0, where="/objects/batch")
    process = subprocess.Popen(
        **command(hub, place, WRITE_TOKEN, "dates", "ana/slow"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    end = time.monotonic() + 60
    while not any(request.path.startswith("/ana/slow.git") for request in hub.requests[-3:]):
        assert time.monotonic() < end
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    assert errors == "error: Pushing to ana/slow was stopped. Push again to go on. ana/slow is as it was.\n"
    assert "is at commit" not in output
    assert hub.files_of("ana/slow") == {"README.md": b"# Mine\n"}


@pytest.mark.parametrize(("typed", "pushed"), [(b"y\n", True), (b"\n", False)])
def test_on_a_terminal_it_asks(hub, place, typed, pushed):
    name = f"ana/asked-{len(typed)}"
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        **command(hub, place, WRITE_TOKEN, "dates", name), stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    said = b""
    while b"Push it? [y/N] " not in said:
        said += os.read(ours, 4096)
    os.write(ours, typed)
    code = process.wait(60)
    os.close(ours)
    assert code == (0 if pushed else 1)
    assert (("model", name) in hub.names()) is pushed


def test_no_byte_that_was_written_holds_a_token(hub, seq2seq, place):
    seq2seq("push", "dates", "ana/clean")
    written = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
    assert len(written) > 5
    for content in (*written.values(), *hub.files_of("ana/clean").values()):
        assert not [token for token in TOKENS if token.encode() in content]
    assert not [request.path for request in hub.requests for token in TOKENS if token in request.path]
