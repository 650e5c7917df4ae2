"""States of sentences: padding and company change nothing, and they are what the model speaks from."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tiny_translators import SETTINGS, make_translator

from seq2seq.data.vocabulary import END_ID, START_ID
from seq2seq.neighbours.states import SIDES, decoder_states, encoder_states, sentence_states

TRANSLATORS = {kind: make_translator(kind) for kind in SETTINGS}
ROWS = st.lists(st.lists(st.integers(4, 11), min_size=1, max_size=9), min_size=1, max_size=5)


@given(kind=st.sampled_from(sorted(SETTINGS)), sources=ROWS, target=st.lists(st.integers(4, 11), max_size=7))
def test_a_sentence_has_the_same_states_alone_and_among_others(kind, sources, target):
    translator = TRANSLATORS[kind]
    rows = [[*source, END_ID] for source in sources]
    targets = [[*target[number:], END_ID] for number in range(len(rows))]
    together = zip(encoder_states(translator, rows), decoder_states(translator, rows, targets), strict=True)
    for row, said, (source, spoken) in zip(rows, targets, together, strict=True):
        alone = sentence_states(translator, row, said)
        torch.testing.assert_close(source, alone.source, atol=1e-5, rtol=1e-4)
        torch.testing.assert_close(spoken, alone.target, atol=1e-5, rtol=1e-4)
        assert (len(source), len(spoken)) == (len(row), len(said))


@torch.inference_mode()
def test_the_output_layer_says_the_next_token_from_a_decoder_state(translator):
    source, target = [5, 6, 7, END_ID], [7, 6, END_ID]
    states = sentence_states(translator, source, target)
    weight, bias = translator.model.output_weights()
    model = translator.model
    memory = model.encode(torch.tensor([source]), torch.tensor([len(source)]))
    state = model.start(memory)
    for place, previous in enumerate([START_ID, *target[:-1]]):
        output = model.step(torch.tensor([previous]), state, memory)
        state = output.state
        logits = states.target[place] @ weight.T + bias
        torch.testing.assert_close(logits, output.logits[0], atol=1e-4, rtol=1e-4)


def test_without_a_translation_there_are_encoder_states_only(translator):
    states = sentence_states(translator, [5, END_ID], [])
    assert len(states.source) == 2
    assert states.target.numel() == 0


@pytest.mark.parametrize("side", SIDES)
def test_a_side_is_asked_for_by_name(translator, side):
    states = sentence_states(translator, [5, 6, END_ID], [7, END_ID])
    assert len(states.side(side)) == {"source": 3, "target": 2}[side]
