import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from scripted_translator import ScriptedShelf

from seq2seq.borrowing import FEWEST_LINES, Order
from seq2seq.errors import ConfigError
from seq2seq.models.hardware import choose_device
from seq2seq.options import DecodingOptions
from seq2seq.ui.devices import describe_place, lend_gpu, zero_gpu_use

ROOT = Path(__file__).parents[2]
CHECKPOINTS = ROOT / "checkpoints"


def translate_on_zero_gpu(use, outcome="lent"):
    """What the page's translator does where GPUs are lent, in a process that knows the stand-in of `spaces`."""
    places = (ROOT, ROOT / "tests", ROOT / "tests" / "stand_in_spaces")
    variables = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(map(str, places)),
        "SPACES_ZERO_GPU": "true",
        "STAND_IN_SPACES": outcome,
        "SEQ2SEQ_ZERO_GPU": use,
        "OMP_NUM_THREADS": "1",
    }
    client = Path(__file__).with_name("zero_gpu_client.py")
    command = [sys.executable, str(client), str(CHECKPOINTS)]
    said = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=120, check=False)
    assert said.returncode == 0, said.stderr
    return json.loads(said.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def lent():
    return translate_on_zero_gpu("always")


def test_a_translation_made_on_a_lent_gpu_is_the_same_step_by_step(lent):
    assert (lent["same"], lent["seconds_grow"]) == (True, True)
    assert lent["steps"] > 5
    assert lent["kept"]


def test_it_is_made_in_another_process_that_is_asked_for_a_short_time(lent):
    ((seconds, process),) = lent["sentence_asked"]
    assert seconds == 10
    assert process != lent["process"]
    assert lent["device"] == "cpu"  # of this process, although CUDA seems to be here


def test_many_lines_are_one_call(lent):
    assert len(lent["many_asked"]) == 3
    assert lent["many_asked"][-1][0] == 10 + FEWEST_LINES // 40
    assert (lent["many"], lent["many_count"]) == (["1999-03-03"], FEWEST_LINES)
    assert lent["few"] == ["1999-03-03"] * 3


def test_what_is_wrong_with_a_text_is_said_as_anywhere(lent):
    assert lent["problems"] == [["InputError", "empty_source"], ["InputError", "prefix_over_limit"]]
    assert lent["told"] == []


@pytest.mark.slow
def test_by_default_only_many_lines_ask_for_a_gpu():
    found = translate_on_zero_gpu("")
    assert (found["sentence_asked"], found["few_asked"], len(found["many_asked"])) == ([], [], 1)
    assert found["same"]
    assert found["many"] == ["1999-03-03"]


@pytest.mark.slow
def test_it_can_be_switched_off():
    assert translate_on_zero_gpu("never")["many_asked"] == []


@pytest.mark.slow
@pytest.mark.parametrize("outcome", ["no_quota", "aborted", "unreachable"])
def test_where_no_gpu_is_lent_the_processor_translates_and_the_reader_is_told(outcome):
    found = translate_on_zero_gpu("always", outcome)
    assert (found["same"], found["many"]) == (True, ["1999-03-03"])
    assert found["told"][0].startswith("ZeroGPU lent no GPU, perhaps because its quota is used up: ")
    assert "这次在 CPU 上计算" in found["told"][0]


def test_the_longest_order_asks_for_no_more_than_a_minute():
    order = Order(
        folder=CHECKPOINTS,
        changed=0,
        device="cuda",
        options=DecodingOptions(),
        lines=("x",) * 10_000,
        is_sentence=False,
        extra={},
    )
    assert order.seconds == 60


def test_elsewhere_the_shelf_stays_as_it_is(monkeypatch):
    monkeypatch.delenv("SPACES_ZERO_GPU", raising=False)
    shelf = ScriptedShelf()
    assert lend_gpu(shelf) is shelf


def test_on_zero_gpu_this_process_stays_on_the_processor(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setenv("SPACES_ZERO_GPU", "true")
    assert choose_device("auto").type == "cpu"
    monkeypatch.delenv("SPACES_ZERO_GPU")
    assert choose_device("auto").type == "cuda"


def test_a_wrong_use_is_told_with_the_right_ones():
    with pytest.raises(ConfigError, match=r"SEQ2SEQ_ZERO_GPU is 'now'. Set it to never, lines, always."):
        zero_gpu_use({"SEQ2SEQ_ZERO_GPU": "now"})


def test_the_page_says_where_it_computes(monkeypatch):
    monkeypatch.delenv("SPACES_ZERO_GPU", raising=False)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    monkeypatch.setattr("seq2seq.models.hardware.choose_threads", lambda _: 2)
    assert describe_place("en") == "Runs on: CPU, 2 cores"
    assert describe_place("zh") == "运行于：CPU，2 核"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda _: "NVIDIA <L4>")
    assert describe_place("en") == "Runs on: GPU, NVIDIA &lt;L4&gt;"
    monkeypatch.setenv("SPACES_ZERO_GPU", "true")
    assert describe_place("en") == "Runs on: CPU, 2 cores; many sentences on ZeroGPU"
    monkeypatch.setenv("SEQ2SEQ_ZERO_GPU", "always")
    assert describe_place("zh") == "运行于：ZeroGPU；用完时为 CPU，2 核"
