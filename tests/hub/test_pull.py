"""Pulling, by the real client in a process of its own, from a Hub with all that a stranger may put there."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import pytest
from dates_files import FILES
from stand_in_hub import EXPIRED_TOKEN, OTHER_TOKEN, WRITE_TOKEN, StandInHub
from stand_in_repositories import Faults

from seq2seq import load_translator
from seq2seq.__main__ import main
from seq2seq.hub.locate import find_pulled, locate_checkpoint
from seq2seq.hub.names import HubName
from seq2seq.hub.store import ModelStore

ROOT = Path(__file__).parents[2]
CLIENT = Path(__file__).with_name("pull_client.py")
PICKLE = b"\x80\x04\x95" + b"cos\nsystem\n" * 3
CONFIG = json.loads(FILES["config.json"])


def changed(**files):
    return FILES | {
        name.replace("__", "/").replace("_json", ".json"): content for name, content in files.items()
    }


def configured(**values):
    return FILES | {"config.json": json.dumps(CONFIG | values).encode()}


class Place(NamedTuple):
    """A home, and the variables of a process that pulls into it from a Hub."""

    home: Path
    variables: dict

    def command(self):
        return [sys.executable, str(CLIENT), str(self.home)]

    def pull(self, *cases):
        process = subprocess.run(
            self.command(),
            input=json.dumps(list(cases)),
            env=self.variables,
            text=True,
            capture_output=True,
            timeout=120,
            check=True,
        )
        assert process.stderr == ""
        return [json.loads(line) for line in process.stdout.splitlines()]


def place_of(hub, folder):
    variables = hub.environment(folder / "hugging face")
    return Place(folder / "home", {**os.environ, **variables, "PYTHONPATH": str(ROOT)})


@pytest.fixture
def hub():
    with StandInHub() as stand_in:
        yield stand_in


CASES = {
    "plain": {},
    "again": {"name": "ana/plain"},
    "by commit": {"name": "ana/plain@{commit}"},
    "no such revision": {"name": "ana/plain@nowhere"},
    "no such model": {"name": "ana/none"},
    "no name": {"name": "../plain"},
    "private": {},
    "private with a token": {"name": "ana/private", "token": WRITE_TOKEN},
    "private among strangers": {"name": "ana/private", "token": WRITE_TOKEN, "public_only": True},
    "private with another's token": {"name": "ana/private", "token": OTHER_TOKEN},
    "expired token": {"name": "ana/private", "token": EXPIRED_TOKEN},
    "gated": {},
    "dataset": {},
    "empty": {},
    "transformers": {},
    "newer": {},
    "pickled": {},
    "deep": {},
    "nan": {"name": "ana/huge-vocabulary"},
    "too large": {"name": "ana/untouched", "limit_bytes": 1_000_000},
    "stopped": {"name": "ana/untouched", "stop_after": 100_000},
    "lying": {},
    "lying-twice": {},
    "limited": {},
    "broken": {},
    "truncated": {},
    "hostile-names": {},
}


def fill(hub):
    """The repositories of all cases; the commit of the plain one."""
    commit = hub.add_repository("ana/plain", FILES)
    hub.add_repository("ana/untouched", FILES)
    hub.add_repository("ana/private", FILES, private=True)
    hub.add_repository("ana/gated", FILES, gated=True)
    hub.add_repository("ana/dataset", {"pairs.csv": b"a,b"}, kind="dataset")
    hub.add_repository("ana/empty", {".gitattributes": b"* text"})
    hub.add_repository("ana/transformers", FILES | {"config.json": b'{"model_type": "marian"}'})
    hub.add_repository("ana/newer", configured(version=99))
    hub.add_repository("ana/pickled", FILES | {"model.safetensors": PICKLE, "pytorch_model.bin": PICKLE})
    hub.add_repository("ana/deep", FILES | {"config.json": b"[" * 200_000})
    hub.add_repository("ana/huge-vocabulary", configured(source_vocabulary_size=10_000_000))
    hub.add_repository("ana/lying", FILES, faults=Faults(hidden_bytes=500))
    hub.add_repository("ana/lying-twice", FILES, faults=Faults(hidden_bytes=500, hidden_from_head=True))
    hub.add_repository("ana/limited", FILES, faults=Faults(rate_limited_seconds=60))
    hub.add_repository("ana/broken", FILES, faults=Faults(broken=500))
    hub.add_repository("ana/truncated", FILES, faults=Faults(truncated_bytes=1000, where="/resolve/"))
    names = {"../../evil": b"x", "/etc/evil": b"x", "C:\\evil": b"x", "evil\nname": b"x", "evil.py": b"x"}
    hub.add_repository("ana/hostile-names", FILES, faults=Faults(extra=names))
    return commit


class Pulled(NamedTuple):
    answers: dict
    place: Place
    commit: str
    requests: list


@pytest.fixture(scope="module")
def pulled(tmp_path_factory):
    """What came of every case, all of them pulled by one process."""
    folder = tmp_path_factory.mktemp("pulled")
    with StandInHub() as hub:
        commit, place = fill(hub), place_of(hub, folder)
        cases = [{"name": f"ana/{key}", **case} for key, case in CASES.items()]
        for case in cases:
            case["name"] = case["name"].format(commit=commit)
        answers = dict(zip(CASES, place.pull(*cases), strict=True))
        return Pulled(answers, place, commit, [request.path for request in hub.requests])


def test_a_checkpoint_is_pulled_whole_at_its_commit_with_every_byte_counted(pulled):
    answer = pulled.answers["plain"]
    assert answer["commit"] == pulled.commit
    folder = Path(answer["folder"])
    assert folder == pulled.place.home / "models" / "ana--plain" / pulled.commit / "plain"
    assert {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    } == FILES
    assert answer["progress"][-1] == sum(map(len, FILES.values()))
    assert answer["progress"] == sorted(answer["progress"])


def test_what_is_here_already_is_not_pulled_again(pulled):
    for case in ("again", "by commit"):
        assert pulled.answers[case]["folder"] == pulled.answers["plain"]["folder"]
    asked = [path for path in pulled.requests if path.startswith("/ana/plain/resolve/")]
    assert len(asked) == 2 * len(FILES)  # HEAD and GET, once


@pytest.mark.parametrize(
    ("case", "key", "words"),
    [
        ("no such revision", "hub_no_revision", "ana/plain@nowhere has no revision nowhere."),
        ("no such model", "hub_not_found", "There is no model ana/none on the Hub, or it is private."),
        ("no name", "hub_bad_name", "Write OWNER/NAME or OWNER/NAME@REVISION."),
        ("private", "hub_not_found", "for a private one, give a token that may read it."),
        ("private among strangers", "hub_private_here", "all visitors of this server would see it."),
        ("private with another's token", "hub_not_found", "or it is private."),
        ("expired token", "hub_bad_token", "The Hub does not take this token. It may have expired"),
        ("gated", "hub_gated", "ana/gated is gated: its owner wants to be asked."),
        ("dataset", "hub_is_dataset", "ana/dataset is a dataset, not a model."),
        ("empty", "hub_empty", "ana/empty is empty."),
        ("transformers", "hub_transformers", "is a model of another library (transformers)."),
        ("newer", "hub_damaged", "version 99; this program reads 1. Update the program."),
        ("pickled", "hub_damaged", "model.safetensors is truncated or not a safetensors file."),
        ("deep", "hub_damaged", "config.json is not valid JSON."),
        ("nan", "hub_damaged", "config.json is incomplete or damaged"),
        ("too large", "hub_too_large", "ana/untouched has 2 MB, and 1 MB are the most."),
        ("stopped", "hub_stopped", "Pulling ana/untouched was stopped. Nothing was kept of it."),
        ("lying", "hub_lies", "Such a repository is not pulled."),
        ("lying-twice", "hub_lies", "Such a repository is not pulled."),
        ("limited", "hub_rate_limited", "The Hub takes no more requests for now."),
        ("broken", "hub_broken", "The Hub failed with status 500."),
        ("truncated", "hub_unreachable", "the connection broke. Check the network and try again."),
    ],
)  # fmt: skip
def test_what_cannot_be_pulled_is_told_apart_in_a_sentence_and_nothing_is_kept(pulled, case, key, words):
    answer = pulled.answers[case]
    assert answer["key"] == key
    assert words in answer["message"]
    assert str(pulled.place.home) not in answer["message"]


def test_only_files_of_a_checkpoint_are_ever_asked_for(pulled):
    assert pulled.answers["hostile-names"]["commit"]
    asked = {
        path.partition("/resolve/")[2].partition("/")[2] for path in pulled.requests if "/resolve/" in path
    }
    assert asked <= {*FILES, "source_tokenizer/sentencepiece.model", "target_tokenizer/sentencepiece.model"}
    folder = Path(pulled.answers["hostile-names"]["folder"])
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} == set(FILES)


def test_nothing_unfinished_lies_in_the_home(pulled):
    models = pulled.place.home / "models"
    whole = {"plain", "private", "hostile-names"}
    for place in models.iterdir():
        commits = [path for path in place.iterdir() if path.is_dir()]
        assert len(commits) == (place.name.removeprefix("ana--") in whole), commits
    assert [str(model.name) for model in ModelStore(pulled.place.home).models()] == [
        "ana/hostile-names",
        "ana/plain",
        "ana/private",
    ]


def test_a_private_model_is_marked_as_one(pulled):
    assert pulled.answers["private with a token"]["private"] is True
    assert pulled.answers["plain"]["private"] is False


def test_no_byte_that_is_written_holds_a_token(pulled):
    for path in pulled.place.home.parent.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [
                token for token in (WRITE_TOKEN, OTHER_TOKEN, EXPIRED_TOKEN) if token.encode() in content
            ]
    assert not [token for token in (WRITE_TOKEN, EXPIRED_TOKEN) if token in json.dumps(pulled.answers)]


def test_a_pulled_model_is_used_by_its_name_without_a_network(pulled, monkeypatch, capsys, tmp_path):
    """The Hub is closed by now."""
    monkeypatch.setenv("SEQ2SEQ_HOME", str(pulled.place.home))
    monkeypatch.chdir(tmp_path)
    translator = load_translator("ana/plain")
    assert translator.name == "ana/plain"
    assert translator.translate("March 3, 1999").texts[0] == "1999-03-03"
    assert str(locate_checkpoint(f"ana/plain@{pulled.commit}")) == pulled.answers["plain"]["folder"]
    (tmp_path / "days.txt").write_text("March 3, 1999\n")
    assert main(["translate", "--checkpoint", "ana/plain", "--input", "days.txt"]) == 0
    assert capsys.readouterr().out == "1999-03-03\n"
    assert main(["models"]) == 0
    assert f"ana/plain\t{pulled.commit[:12]}\t1.9 MB\t" in capsys.readouterr().out


def test_a_folder_here_goes_before_a_name_on_the_hub(pulled, monkeypatch, tmp_path):
    monkeypatch.setenv("SEQ2SEQ_HOME", str(pulled.place.home))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ana").mkdir()
    assert find_pulled("ana/plain") is None
    assert locate_checkpoint("ana/plain") == Path("ana/plain")


@pytest.mark.slow
def test_a_newer_commit_replaces_the_old_one(hub, tmp_path):
    old, place = hub.add_repository("ana/moves", FILES), place_of(hub, tmp_path)
    assert place.pull({"name": "ana/moves"})[0]["commit"] == old
    new = hub.add_commit("ana/moves", {"README.md": b"# another\n"})
    answer, pinned = place.pull({"name": "ana/moves"}, {"name": f"ana/moves@{old}"})
    assert (answer["commit"], pinned["commit"]) == (new, old)
    assert (Path(answer["folder"]) / "README.md").read_bytes() == b"# another\n"
    hub.add_commit("ana/moves", {"README.md": b"# third\n"})
    third = place.pull({"name": "ana/moves"})[0]["commit"]
    commits = {path.name for path in (place.home / "models" / "ana--moves").iterdir() if path.is_dir()}
    assert commits == {old, third}  # the one in between has no name any more


def test_a_pull_that_is_killed_leaves_nothing_that_is_seen_and_the_next_one_works(hub, tmp_path):
    slow = Faults(chunk_bytes=4096, chunk_seconds=0.05, where="model.safetensors")
    hub.add_repository("ana/slow", FILES, faults=slow)
    place = place_of(hub, tmp_path)
    with subprocess.Popen(place.command(), env=place.variables, stdin=subprocess.PIPE, text=True) as process:
        process.stdin.write(json.dumps([{"name": "ana/slow"}]))
        process.stdin.close()
        end = time.monotonic() + 60
        while not any("model.safetensors" in request.path for request in hub.requests):
            assert time.monotonic() < end
            time.sleep(0.02)
        time.sleep(0.2)
        process.kill()
    left = place.home / "models" / "ana--slow"
    assert [path.name for path in left.iterdir() if path.name.startswith(".draft-")]
    assert ModelStore(place.home).find(HubName.parse("ana/slow")) is None
    del hub.faults["ana/slow"]
    assert place.pull({"name": "ana/slow"})[0]["progress"][-1] == sum(map(len, FILES.values()))
    assert not [path.name for path in left.iterdir() if path.name.startswith(".draft-")]


def test_without_a_network_what_is_here_is_found_and_said_to_be_unasked_for(pulled):
    variables = {**pulled.place.variables, "HF_ENDPOINT": "http://127.0.0.1:9"}
    (answer,) = pulled.place._replace(variables=variables).pull({"name": "ana/plain"})
    assert (answer["commit"], answer["unasked"]) == (pulled.commit, True)
    offline = pulled.place._replace(variables={**variables, "HF_HUB_OFFLINE": "1"})
    here, missing = offline.pull({"name": "ana/plain"}, {"name": "ana/none"})
    assert (here["unasked"], missing["key"]) == (True, "hub_offline")
    strangers = {"name": "ana/private", "public_only": True}
    assert offline.pull(strangers)[0]["key"] == "hub_offline"


def test_without_a_network_pulling_fails_in_a_moment(hub, tmp_path):
    place = place_of(hub, tmp_path)
    closed = Place(place.home, {**place.variables, "HF_ENDPOINT": "http://127.0.0.1:9"})
    (answer,) = closed.pull({"name": "ana/plain"})
    assert (answer["key"], answer["seconds"] < 5) == ("hub_unreachable", True)


def test_the_command_pulls_and_says_what_is_here(hub, tmp_path):
    commit, place = hub.add_repository("ana/mine", FILES), place_of(hub, tmp_path)
    variables = {**place.variables, "SEQ2SEQ_HOME": str(place.home)}
    command = [sys.executable, "-m", "seq2seq", "pull", "ana/mine"]
    said = [subprocess.check_output(command, env=variables, text=True, cwd=tmp_path) for _ in range(2)]
    assert said[0].startswith(f"ana/mine at commit {commit[:12]}: {place.home}")
    assert said[1].startswith(f"ana/mine is here already, at commit {commit[:12]}: ")
