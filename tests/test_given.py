"""What a model thinks of given translations, and the verdict on them."""

import numpy as np
import pytest
import torch
from reversal import TINY, reversal_pairs

from seq2seq.checkpoints import Checkpoint, CheckpointInfo
from seq2seq.config import ModelConfig
from seq2seq.data.tokenizers import train_tokenizer
from seq2seq.data.vocabulary import UNKNOWN_ID
from seq2seq.decoding.ranking import length_penalty
from seq2seq.errors import InputError
from seq2seq.explanation.verdict import judge, lost_step
from seq2seq.given import force_translation, leave_one_out, rank_tokens
from seq2seq.models.architectures import build_model
from seq2seq.options import DecodingOptions
from seq2seq.translator import Translator

BEAM = DecodingOptions(beam_width=3, n_best=3, maximum_length=6)
ENDS = DecodingOptions(beam_width=20, n_best=20, maximum_length=3)


@pytest.fixture(scope="module")
def translator():
    texts = [text for pair in reversal_pairs(60, seed=1) for text in pair]
    tokenizer = train_tokenizer("characters", texts, vocabulary_size=50)
    config = ModelConfig.from_json(TINY["model"])
    torch.manual_seed(4)
    model = build_model(config, source_vocabulary_size=tokenizer.size, target_vocabulary_size=tokenizer.size)
    for parameter in model.parameters():
        parameter.data.mul_(3.0)
    sizes = {"source_vocabulary_size": tokenizer.size, "target_vocabulary_size": tokenizer.size}
    info = CheckpointInfo(model=config, **sizes)
    tokenizers = {"source_tokenizer": tokenizer, "target_tokenizer": tokenizer}
    return Translator(Checkpoint(name="tiny", info=info, model=model.eval(), **tokenizers), "float32")


def test_a_forced_translation_is_what_was_given_and_ranked_like_a_result(translator):
    own = force_translation(translator, "abcd", "dcba", BEAM)
    (hypothesis,) = own.beams[-1].hypotheses
    assert [own.token_strings[step.token_id] for step in hypothesis.steps] == ["d", "c", "b", "a", "</s>"]
    assert hypothesis.finished
    assert all(step.forced for step in hypothesis.steps)
    assert hypothesis.score == pytest.approx(
        hypothesis.log_probability / length_penalty(5, BEAM.length_penalty)
    )
    assert own.done
    assert own.texts == ("dcba",)


def _can_be_typed(result):
    """Whether the best hypothesis is whole, and its text is split into the same tokens again."""
    best = result.beams[-1].hypotheses[0]
    return best.finished and result.texts[0] != "" and UNKNOWN_ID not in best.token_ids


def test_forcing_the_models_own_translation_gives_its_score_and_the_verdict_same(translator):
    results = (translator.translate(source, ENDS) for source, _ in reversal_pairs(200, seed=2))
    found = next(result for result in results if _can_be_typed(result))
    own = force_translation(translator, found.source, found.texts[0], ENDS)
    assert own.beams[-1].hypotheses[0].score == pytest.approx(found.beams[-1].hypotheses[0].score, abs=1e-5)
    verdict = judge(found, own)
    assert (verdict.kind, verdict.place, verdict.lost_at) == ("same", 0, -1)


def test_a_translation_that_the_beam_lost_is_a_search_error_or_the_models(translator):
    found = translator.translate("abcd", BEAM)
    own = force_translation(translator, "abcd", "hhh", BEAM)
    verdict = judge(found, own)
    better = own.beams[-1].hypotheses[0].score > found.beams[-1].hypotheses[0].score
    finished = found.beams[-1].hypotheses[0].finished
    assert verdict.kind == ("search_error" if better or not finished else "model_error")
    ids = own.beams[-1].hypotheses[0].token_ids
    kept = [
        any(item.token_ids == ids[: n + 1] for item in beam.hypotheses) for n, beam in enumerate(found.beams)
    ]
    assert verdict.lost_at == kept.index(False) == lost_step(found, ids)
    assert verdict.own_total <= verdict.kept_total + 1e-6


def test_ranks_count_the_likelier_tokens(translator):
    own = force_translation(translator, "abcd", "dcba", DecodingOptions(method="greedy", candidates=50))
    steps = own.beams[-1].hypotheses[0].steps
    ranks = rank_tokens(translator, "abcd", own.beams[-1].hypotheses[0].token_ids)
    assert ranks == [[item.token_id for item in step.candidates].index(step.token_id) for step in steps]


def test_leaving_a_token_out_is_scoring_the_shorter_source(translator):
    target_ids = force_translation(translator, "abcd", "dcba", BEAM).beams[-1].hypotheses[0].token_ids
    *_, losses = leave_one_out(translator, "abcd", target_ids)
    totals = [
        force_translation(translator, source, "dcba", BEAM).beams[-1].hypotheses[0].log_probability
        for source in ("abcd", "bcd", "acd", "abd", "abc")
    ]
    np.testing.assert_allclose(losses, [totals[0] - total for total in totals[1:]], atol=1e-4)


def test_what_cannot_be_scored_is_refused(translator):
    with pytest.raises(InputError, match="no translation to score"):
        force_translation(translator, "abcd", " ", BEAM)
    with pytest.raises(InputError, match="has 1200 tokens; 1 to 999 can be scored"):
        force_translation(translator, "abcd", "a" * 1200, BEAM)
    with pytest.raises(InputError, match="single token"):
        next(leave_one_out(translator, "a", [4, 3]))
