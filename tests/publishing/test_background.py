"""Pushing while training goes on, with a command that stands in for `push`."""

import json
import sys
import time

import pytest

from seq2seq.publishing.background import BestPusher, push_command

PROGRAM = """
import json, os, sys, time
from pathlib import Path
notes, folder, step = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3].removeprefix("Step ")
does = (notes / "does").read_text() if (notes / "does").exists() else "push"
with (notes / "began").open("a") as file:
    file.write(json.dumps({"step": step, "name": folder.name, "weights": (folder / "model.safetensors").read_text(),
        "files": sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()),
        "nice": os.nice(0), "graphics": os.environ["CUDA_VISIBLE_DEVICES"]}) + "\\n")
while does == "wait" and not (notes / "go").exists():
    time.sleep(0.02)
if does == "fail":
    print("a line before")
    sys.exit("error: The Hub takes no more requests for now.")
print("http://hub/ana/x is at commit abc")
"""


class Run:
    """A run's folder, a pusher of it, and what it told."""

    def __init__(self, root, **settings):
        self.notes, self.folder, self.told = root, root / "mine", []
        self.folder.mkdir()
        command = [sys.executable, "-c", PROGRAM, str(root), "{folder}", "Step {step}"]
        settings = {"every_best": True, "between_seconds": 0.0, **settings}
        self.pusher = BestPusher(self.folder, command, self.told.append, **settings)

    def best(self, step):
        for name in ("config.json", "events.jsonl", "README.md"):
            (self.folder / name).write_text("{}")
        draft = self.folder / "draft"
        draft.write_text(f"weights of {step}")
        draft.replace(self.folder / "model.safetensors")
        (self.folder / "scores.json").write_text(json.dumps({"step": step}))
        self.pusher.offer(step)

    def does(self, what):
        (self.notes / "does").write_text(what)

    def began(self):
        path = self.notes / "began"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def wait(self, true):
        end = time.monotonic() + 30
        while not true():
            assert time.monotonic() < end
            self.pusher.look()
            time.sleep(0.02)


@pytest.fixture
def make(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return lambda **settings: Run(tmp_path, **settings)


def copies(run):
    return list(run.notes.glob("seq2seq-push-*"))


def test_a_new_best_is_pushed_as_a_copy_of_what_may_be_published(make):
    run = make()
    run.best(1200)
    run.wait(lambda: run.told)
    assert run.told == ["pushed the best weights, of step 1,200: http://hub/ana/x is at commit abc"]
    (seen,) = run.began()
    assert seen["files"] == ["README.md", "config.json", "model.safetensors", "scores.json"]
    assert (seen["step"], seen["name"], seen["weights"]) == ("1,200", "mine", "weights of 1200")
    assert (seen["nice"], seen["graphics"]) == (10, "")
    assert copies(run) == []


def test_training_goes_on_while_a_push_is_under_way_and_of_what_comes_meanwhile_the_newest_is_next(make):
    run = make()
    run.does("wait")
    run.best(1)
    run.wait(run.began)
    start = time.monotonic()
    run.best(2)
    run.best(3)
    assert time.monotonic() - start < 0.5
    assert len(run.began()) == 1
    (run.notes / "go").touch()
    run.wait(lambda: len(run.told) == 2)
    assert [seen["weights"] for seen in run.began()] == ["weights of 1", "weights of 3"]


def test_a_push_that_fails_is_one_line_and_the_next_best_is_tried(make):
    run = make()
    run.does("fail")
    run.best(1)
    run.wait(lambda: run.told)
    assert run.told == ["step 1 was not pushed: The Hub takes no more requests for now."]
    run.does("push")
    run.best(2)
    run.wait(lambda: len(run.told) == 2)
    assert run.told[1].startswith("pushed the best weights, of step 2: ")


def test_at_the_end_the_last_best_is_pushed(make):
    run = make(every_best=False)
    run.best(1)
    run.best(2)
    assert run.began() == []
    run.pusher.finish()
    assert [seen["weights"] for seen in run.began()] == ["weights of 2"]
    assert copies(run) == []


def test_pushes_keep_their_distance_but_for_the_last(make):
    run = make(between_seconds=1000.0)
    run.best(1)
    run.wait(lambda: run.told)
    run.best(2)
    run.pusher.look()
    assert len(run.began()) == 1
    run.pusher.finish()
    assert [seen["weights"] for seen in run.began()] == ["weights of 1", "weights of 2"]


def test_a_push_that_does_not_end_is_ended(make):
    run = make()
    run.does("wait")
    run.best(7)
    run.wait(run.began)
    run.pusher.finish(limit_seconds=0.2)
    assert run.told == ["the push of step 7 took too long and was ended"]
    assert copies(run) == []


def test_without_weights_nothing_is_pushed(make):
    run = make()
    run.pusher.look()
    run.pusher.finish()
    assert run.told == []


def test_the_command_holds_no_token(monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    words = push_command("ana/x", "mit", private=True)
    assert words[1:] == (
        "-m", "seq2seq", "push", "{folder}", "ana/x", "--yes", "--message", "Step {step}", "--license", "mit",
        "--private",
    )  # fmt: skip
