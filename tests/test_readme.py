"""The README says what is true: its commands parse, its files exist, its header is one a Space accepts."""

import re
import shlex
from pathlib import Path
from types import SimpleNamespace

import pytest

from seq2seq.cli import build_parser

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _commands() -> list[str]:
    blocks = re.findall(r"^```\n(.*?)^```", README, flags=re.DOTALL | re.MULTILINE)
    return [line for block in blocks for line in block.splitlines()]


def _header() -> dict[str, str]:
    block = README.split("---\n")[1]
    return dict(re.findall(r"^(\w+): (.+)$", block, flags=re.MULTILINE))


@pytest.mark.parametrize("command", [line for line in _commands() if "-m seq2seq " in line])
def test_every_command_of_the_readme_parses(command, monkeypatch):
    here = SimpleNamespace(folder=Path("here"))
    monkeypatch.setattr("seq2seq.hub.locate.find_pulled", lambda name, store: here)  # OWNER/NAME was pulled
    words = shlex.split(re.split(r"[<>]", command)[0])
    build_parser().parse_args(words[words.index("seq2seq") + 1 :])


def test_the_command_lines_of_the_issue_are_all_there():
    text = "\n".join(_commands())
    for command in (
        "train --train",
        "--resume",
        "translate --checkpoint",
        "--format jsonl",
        "evaluate --checkpoint",
    ):
        assert command in text


@pytest.mark.parametrize(
    "path", [target for target in re.findall(r"\]\(([^)]+)\)", README) if "://" not in target]
)
def test_every_linked_file_exists(path):
    assert (ROOT / path).exists()


@pytest.mark.parametrize("path", re.findall(r"`(seq2seq/[\w./]+)`", README))
def test_every_named_module_exists(path):
    assert (ROOT / path).exists()


def test_one_line_installs_and_runs_and_one_installs_and_tests():
    runs, tests = (line for line in _commands() if "pip install -r" in line)
    assert runs.endswith("-r requirements.txt && .venv/bin/python app.py")
    assert tests.endswith("-r requirements-dev.txt && .venv/bin/pytest")
    for name in ("requirements.txt", "requirements-dev.txt", "app.py"):
        assert (ROOT / name).is_file()


def test_the_space_header_is_complete_and_matches_the_requirements():
    header = _header()
    assert header["sdk"] == "gradio"
    assert header["app_file"] == "app.py"
    assert f"gradio=={header['sdk_version']}" in (ROOT / "requirements.txt").read_text()
    assert len(header["short_description"]) <= 60
    assert {"title", "emoji", "colorFrom", "colorTo", "python_version", "license"} <= set(header)
    assert header["hf_oauth"] == "true"
    assert "hf_oauth_scopes:\n- contribute-repos\n---" in README  # the least that can push, and nothing else
    assert {header["colorFrom"], header["colorTo"]} <= {
        "red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray",
    }  # fmt: skip
