"""A device whose memory is full: one sentence, and the next request works."""

import gc
import weakref

import numpy as np
import pytest
import torch
from scripted_model import ScriptedModel

from seq2seq.data.vocabulary import END_ID
from seq2seq.decoding.strategies import decode_batch, decode_stream
from seq2seq.errors import FullMemoryError
from seq2seq.models.memory import say_full_memory
from seq2seq.options import DecodingOptions

SENTENCE = (
    "The memory is full: this needs more than there is left. "
    "Take a shorter text, fewer lines or a narrower beam."
)
LONG = 5


class SmallDevice(ScriptedModel):
    """A model on a device on which a source of `LONG` tokens does not fit."""

    def encode(self, source_ids, source_lengths):
        self.taken = torch.zeros(1000)
        if source_ids.shape[1] >= LONG:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB.")
        return super().encode(source_ids, source_lengths)


class NarrowDevice(ScriptedModel):
    """A model on a device on which the third step does not fit."""

    def step(self, previous_ids, state, memory):
        if len(self.rows_of_steps) == 2:
            self.rows_of_steps.append(0)
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return super().step(previous_ids, state, memory)


def never_ends(_source, _prefix):
    logits = np.zeros(7)
    logits[END_ID] = -9
    return logits


def test_a_text_that_does_not_fit_is_refused_and_the_next_one_is_translated():
    model = SmallDevice(7, never_ends)
    with pytest.raises(FullMemoryError) as refused:
        list(decode_stream(model, [4, 5, 6, 4, END_ID], DecodingOptions()))
    assert (str(refused.value), refused.value.key) == (SENTENCE, "full_memory")
    assert list(decode_stream(model, [4, END_ID], DecodingOptions()))[-1].done


def test_a_step_in_the_middle_of_a_search_may_be_the_one_that_does_not_fit():
    model = NarrowDevice(7, never_ends)
    beams = []
    with pytest.raises(FullMemoryError):
        beams.extend(decode_stream(model, [4, END_ID], DecodingOptions(method="greedy")))
    assert list(decode_stream(model, [4, END_ID], DecodingOptions(method="greedy")))[-1].done


def test_a_batch_that_does_not_fit_is_refused_too():
    model = SmallDevice(7, never_ends)
    with pytest.raises(FullMemoryError, match="fewer lines"):
        decode_batch(model, torch.full((3, LONG), 4), torch.full((3,), LONG), DecodingOptions())
    assert decode_batch(model, torch.full((3, 2), 4), torch.full((3,), 2), DecodingOptions())


@pytest.mark.parametrize(
    "problem",
    [
        torch.OutOfMemoryError("CUDA out of memory."),
        RuntimeError("MPS backend out of memory (MPS allocated: 9 GB)"),
        RuntimeError("[enforce fail at alloc_cpu.cpp:121] . DefaultCPUAllocator: can't allocate memory"),
        MemoryError(),
    ],
)
def test_every_way_to_say_it_is_understood(problem):
    with pytest.raises(FullMemoryError), say_full_memory():
        raise problem


def test_other_trouble_stays_what_it_is():
    with pytest.raises(RuntimeError, match="mat1 and mat2"), say_full_memory():
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")


def test_what_was_computed_is_let_go_before_the_sentence_is_said():
    seen = []

    def compute():
        large = torch.zeros(1000)
        seen.append(weakref.ref(large))
        raise torch.OutOfMemoryError("CUDA out of memory.")

    gc.disable()
    try:
        with pytest.raises(FullMemoryError) as refused, say_full_memory():
            compute()
        assert seen[0]() is None
        assert refused.value.key == "full_memory"
    finally:
        gc.enable()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")
def test_a_gpu_that_is_full_can_be_used_again():
    with pytest.raises(FullMemoryError), say_full_memory():
        torch.empty(1 << 45, dtype=torch.uint8, device="cuda")
    assert torch.ones(10, device="cuda").sum().item() == 10
