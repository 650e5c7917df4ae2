"""The command `deploy` with the real client against a stand-in Hub."""

from pathlib import Path

import pytest
from hub_process import HubProcess
from stand_in_hub import READ_TOKEN, WRITE_TOKEN, StandInHub

from seq2seq.cli import main
from seq2seq.cli_deploy import _agreed
from seq2seq.errors import HubError
from seq2seq.hub.space import Hardware
from seq2seq.publishing.application import collect_application

ROOT = Path(__file__).parents[2]
PAID = Hardware(name="t4-small", title="Nvidia T4 small", dollars_an_hour=0.40002)


@pytest.fixture(scope="module")
def hub():
    with StandInHub() as stand_in:
        yield stand_in


@pytest.fixture(scope="module")
def deploy(hub, tmp_path_factory):
    """Runs the command without a terminal: its exit code and what it said."""
    home = tmp_path_factory.mktemp("deploy")
    with HubProcess(hub, home, "deploy_client.py") as process:

        def run(*words, token=WRITE_TOKEN):
            code, said, problem = process(words=["deploy", *words], token=token)
            written = [path.read_bytes() for path in home.rglob("*") if path.is_file()]
            for content in (*written, said.encode(), problem.encode()):
                assert not token or token.encode() not in content
            return code, said, problem

        yield run


def test_a_space_is_made_with_the_app_and_a_checkpoint_in_one_commit_and_then_updated(hub, deploy):
    code, said, problem = deploy("ana/page", "--checkpoint", "dates", "--hardware", "zero-a10g", "--private")
    assert (code, problem) == (0, "")
    assert said.startswith("To the Space ana/page, which will be made: private\n")
    assert "  checkpoints/dates\n" in said
    assert "Hardware: zero-a10g (zero-a10g), which costs nothing by the hour" in said
    space = hub.repository("ana/page", "space")
    assert f"{hub.address}/spaces/ana/page is at commit {space.at('main').sha[:12]}: " in said
    assert (space.sdk, space.hardware, space.private, len(space.commits)) == ("gradio", "zero-a10g", True, 2)
    files = hub.files_of("ana/page", kind="space")
    app = collect_application(["dates"])
    assert set(files) == {*app.files, ".gitattributes"}
    assert files["app.py"] == (ROOT / "app.py").read_bytes()
    assert b"\ntorch>=2.8,<2.12\n" in files["requirements.txt"]  # ZeroGPU knows no newer one

    hub.add_commit(
        "ana/page", {"seq2seq/old.py": b"gone", "notes.txt": b"mine", "app.py": b"old"}, kind="space"
    )
    code, said, problem = deploy("ana/page", "--checkpoint", "dates", "--hardware", "t4-small", "--yes")
    assert (code, problem) == (0, "")
    assert "To the Space ana/page, which is there: private" in said
    assert "Hardware: Nvidia T4 small (t4-small), which costs $0.40 an hour while it runs" in said
    assert ": 2 files sent, 1 removed; the Hub builds it now" in said
    assert space.hardware == "t4-small"
    files = hub.files_of("ana/page", kind="space")
    assert set(files) == {*app.files, ".gitattributes", "notes.txt"}
    assert files["requirements.txt"] == (ROOT / "requirements.txt").read_bytes()


def test_what_costs_money_is_not_deployed_unasked(hub, deploy):
    code, said, problem = deploy("ana/paid", "--checkpoint", "dates", "--hardware", "a100-large")
    assert code == 2
    assert "which costs $2.50 an hour while it runs" in said
    assert problem.splitlines()[-1] == (
        "error: a100-large costs $2.50 an hour while it runs, and nobody can be asked whether that is meant. "
        "Add --yes to say so."
    )
    assert ("space", "ana/paid") not in hub.names()


def test_unknown_hardware_is_refused_with_what_there_is(deploy):
    code, _, problem = deploy("ana/page", "--hardware", "quantum", "--dry-run")
    assert code == 2
    assert (
        "There is no hardware 'quantum' for Spaces. Choose one of a100-large, barter, cpu-basic, " in problem
    )


def test_a_dry_run_lists_every_file_and_sends_nothing(hub, deploy):
    before = len(hub.requests)
    code, said, _ = deploy("ana/dry", "--dry-run", token="")
    assert code == 0
    assert "\nseq2seq/ui/app.py\n" in said
    assert "which will be made" not in said
    assert hub.requests[before:] == []


def test_another_app_is_not_overwritten(hub, deploy):
    hub.add_repository("ana/other", {"main.py": b"print()"}, kind="space")
    code, _, problem = deploy("ana/other", "--checkpoint", "dates")
    assert (code, problem.splitlines()[-1]) == (
        2,
        "error: The Space ana/other holds something else: it has main.py. "
        "Choose another name; nothing was changed.",
    )


def test_a_token_that_may_only_read_is_told_before_anything_is_made(hub, deploy):
    code, _, problem = deploy("ana/new", "--checkpoint", "dates", token=READ_TOKEN)
    assert code == 2
    assert "The token of ana may only read." in problem
    assert ("space", "ana/new") not in hub.names()


def test_a_price_that_nobody_tells_is_told_to_be_unknown():
    hardware = Hardware(name="new", title="New", dollars_an_hour=None)
    assert (hardware.is_paid, hardware.price) == (True, "money (see https://huggingface.co/pricing#spaces)")
    assert not Hardware(name="cpu-basic", title="", dollars_an_hour=None).is_paid


@pytest.mark.parametrize(("answer", "agreed"), [("y", True), ("YES ", True), ("", False), ("n", False)])
def test_at_a_terminal_the_person_is_asked_with_the_price(monkeypatch, answer, agreed):
    asked = []
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: asked.append(question) or answer)
    assert _agreed(PAID, yes=False) is agreed
    assert asked == ["It will cost $0.40 an hour while it runs. Deploy it? [y/N] "]


def test_without_a_terminal_what_is_free_needs_no_answer(monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    assert _agreed(None, yes=False)
    with pytest.raises(HubError, match="Add --yes"):
        _agreed(PAID, yes=False)


def test_what_is_no_name_of_a_space_is_refused(capsys):
    assert main(["deploy", "page", "--dry-run"]) == 2
    assert "'page' is no name of a model on the Hugging Face Hub." in capsys.readouterr().err
