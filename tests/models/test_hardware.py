import gc
import weakref

import pytest
import torch

from seq2seq.errors import ConfigError
from seq2seq.models import hardware
from seq2seq.models.hardware import (
    AllThreads,
    choose_device,
    choose_dtype,
    choose_threads,
    keep_freed_memory,
    keep_to_one_thread,
    spare_collections,
    use_one_thread,
)


def test_auto_finds_a_device_that_computes():
    device = choose_device("auto")
    assert (torch.ones(2, device=device) + 1).sum().item() == 4


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a cuda device")
def test_a_device_that_is_not_there_is_named():
    with pytest.raises(ConfigError, match=r"There is no cuda device on this machine\. Choose auto or cpu\."):
        choose_device("cuda")


def test_a_named_precision_is_taken_without_a_probe(monkeypatch):
    monkeypatch.setattr(hardware, "_product_seconds", lambda dtype: pytest.fail("probed"))
    assert choose_dtype("bfloat16", torch.device("cpu")) == torch.bfloat16
    assert choose_dtype("float32", torch.device("cpu")) == torch.float32


@pytest.mark.parametrize(
    ("ratio", "chosen"), [(4.0, torch.bfloat16), (1.1, torch.float32), (0.2, torch.float32)]
)
def test_auto_takes_bfloat16_only_where_it_is_clearly_faster(monkeypatch, ratio, chosen):
    seconds = {torch.float32: ratio, torch.bfloat16: 1.0}
    monkeypatch.setattr(hardware, "_product_seconds", seconds.__getitem__)
    assert choose_dtype("auto", torch.device("cpu")) == chosen


def test_the_probe_measures_a_time():
    assert hardware._product_seconds(torch.float32) > 0


def test_threads_are_as_asked_or_all_there_are():
    assert choose_threads(3) == 3
    assert choose_threads(0) >= 1


@pytest.fixture
def three_threads():
    """A process that computes with three threads, and forgets afterwards what a test changed."""
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    yield
    use_one_thread()
    torch.set_num_threads(before)


def test_a_server_keeps_to_one_thread_but_where_all_are_asked_for(three_threads):
    keep_to_one_thread()
    assert torch.get_num_threads() == 1
    with AllThreads():
        assert torch.get_num_threads() == 3
    assert torch.get_num_threads() == 1


def test_elsewhere_asking_for_all_threads_changes_nothing(three_threads):
    with AllThreads():
        assert torch.get_num_threads() == 3
    assert torch.get_num_threads() == 3


def test_a_forked_process_of_a_server_never_asks_for_threads_that_it_lacks(three_threads):
    keep_to_one_thread()
    use_one_thread()
    with AllThreads():
        assert torch.get_num_threads() == 1


def test_what_is_alive_is_not_searched_for_garbage_again_but_what_comes_later_is():
    class Node:
        pass

    before = gc.get_threshold()
    try:
        spare_collections()
        assert gc.get_freeze_count() > 0
        node = Node()
        node.itself, seen = node, weakref.ref(node)
        del node
        gc.collect()
        assert seen() is None
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)


def test_keeping_freed_memory_changes_no_result():
    keep_freed_memory()
    assert torch.ones(1_000_000).sum().item() == 1_000_000
