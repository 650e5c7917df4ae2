"""The Dockerfile, as far as it can be tried without Docker: what it copies exists, starts and is found healthy."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
INSTRUCTIONS = re.sub(r"\\\n\s*", " ", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
IGNORED = [
    line for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] != "#"
]


def arguments(instruction):
    """What stands behind an instruction, each time that it occurs."""
    return re.findall(rf"^\s*{instruction} (.*)$", INSTRUCTIONS, flags=re.MULTILINE)


def copied():
    """Source and target of all that is copied."""
    for words in map(str.split, arguments("COPY")):
        yield from ((source, words[-1]) for source in words[:-1])


def environment():
    return dict(pair.split("=", 1) for line in arguments("ENV") for pair in line.split())


def test_what_is_copied_is_there_and_not_ignored():
    sources = [source for source, _ in copied()]
    assert {"app.py", "requirements.txt", "seq2seq", "checkpoints"} <= set(sources)
    for source in sources:
        assert (ROOT / source).exists(), source
        assert f"!{source}" in IGNORED


def test_nothing_else_reaches_the_builder():
    assert IGNORED[0] == "*"
    assert {line[1:] for line in IGNORED if line[:1] == "!"} == {source for source, _ in copied()}
    for private in (
        "checkpoints/en-fr/resume",
        "checkpoints/en-fr/neighbours",
        "checkpoints/en-fr/events.jsonl",
    ):
        assert any(fnmatchcase(private, line) for line in IGNORED[1:])


def test_the_base_is_a_version_and_the_user_is_nobody_special():
    (base,) = arguments("FROM")
    assert re.fullmatch(r"python:3\.12\.\d+-slim-\w+", base)
    assert arguments("USER") == ["1000"]
    assert INSTRUCTIONS.index("USER 1000") < INSTRUCTIONS.index("\nCMD ")
    header = (ROOT / "README.md").read_text(encoding="utf-8").split("---\n")[1]
    assert 'python_version: "3.12"' in header


def test_the_processor_or_a_version_of_cuda_is_an_argument_and_torch_is_the_one_of_the_requirements():
    assert arguments("ARG") == ["TORCH=cpu"]
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("torch")] == ["torch>=2.8,<2.14"]
    assert "grep '^torch' requirements.txt" in INSTRUCTIONS
    assert "https://download.pytorch.org/whl/${TORCH}" in INSTRUCTIONS


def test_strangers_share_it_and_what_they_make_lies_in_a_volume():
    given = environment()
    assert (given["SEQ2SEQ_SHARED"], given["SEQ2SEQ_HOME"]) == ("true", "/data")
    assert arguments("VOLUME") == ["/data"]
    assert arguments("EXPOSE") == [given["GRADIO_SERVER_PORT"]] == ["7860"]


@pytest.mark.slow
def test_the_copied_files_start_and_are_found_healthy(tmp_path):
    for source, target in copied():
        place = tmp_path / "app" / (target if target not in (".", "./") else source)
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, place, ignore=shutil.ignore_patterns("__pycache__", "resume"))
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / source, place)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    here = {
        "SEQ2SEQ_HOME": str(tmp_path / "data"),
        "GRADIO_SERVER_NAME": "127.0.0.1",
        "GRADIO_SERVER_PORT": port,
    }
    check = json.loads(re.search(r"CMD (\[.*urllib.*\])", INSTRUCTIONS)[1])
    check = [sys.executable, *(word.replace(":7860/", f":{port}/") for word in check[1:])]
    variables = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), **environment(), **here}
    with subprocess.Popen([sys.executable, "app.py"], cwd=tmp_path / "app", env=variables) as server:
        try:
            assert subprocess.run(check, stderr=subprocess.DEVNULL, check=False).returncode == 1
            end = time.monotonic() + 90
            while subprocess.run(check, stderr=subprocess.DEVNULL, check=False).returncode:
                assert time.monotonic() < end
                assert server.poll() is None
                time.sleep(0.5)
            assert (tmp_path / "data" / "runs").is_dir()
        finally:
            server.terminate()
