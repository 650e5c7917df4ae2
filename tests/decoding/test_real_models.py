import pytest
import torch
from scripted_model import options_for, pad

from seq2seq.config import ModelConfig
from seq2seq.decoding import search
from seq2seq.decoding.scoring import score_targets
from seq2seq.decoding.strategies import decode, decode_batch
from seq2seq.models.architectures import build_model
from seq2seq.models.hardware import keep_to_one_thread, use_one_thread
from seq2seq.options import METHOD_NAMES, DecodingOptions

SMALL = {"embedding_size": 8, "encoder_size": 6, "decoder_size": 12, "feed_forward_size": 16, "heads": 2}
SOURCES = [[5, 6, 7, 8, 3], [9, 3], [4, 5, 6, 7, 8, 9, 10, 3], [11, 5, 3]]


@pytest.fixture(params=["recurrent", "transformer"])
def model(request):
    torch.manual_seed(4)
    config = ModelConfig(architecture=request.param, **SMALL)
    model = build_model(config, source_vocabulary_size=20, target_vocabulary_size=20).eval()
    with torch.no_grad():
        model.output_weights()[0].mul_(8.0)
    return model


@pytest.mark.parametrize("method", METHOD_NAMES)
def test_many_sentences_give_what_each_gives_alone(model, method):
    ready = model.for_decoding()
    options = options_for(method, n_best=1 if method == "greedy" else 3)
    together = decode_batch(ready, *pad(SOURCES), options, with_trace=True)
    for source, results in zip(SOURCES, together, strict=True):
        for one, other in zip(decode(ready, source, options).hypotheses, results, strict=True):
            assert one.token_ids == other.token_ids
            assert one.log_probability == pytest.approx(other.log_probability, abs=1e-4)
            for step, attention in zip(one.steps, other.attention, strict=True):
                assert step.attention.shape == attention.shape
                assert abs(step.attention - attention).max() < 1e-5


def test_a_search_scores_as_the_teacher_forced_pass_does(model):
    ids, lengths = pad(SOURCES)
    results = [found[0] for found in decode_batch(model.for_decoding(), ids, lengths, DecodingOptions())]
    targets, target_lengths = pad([list(result.token_ids) for result in results])
    scores = score_targets(model, ids, lengths, targets, target_lengths)
    assert scores.sum(1).tolist() == pytest.approx([item.log_probability for item in results], abs=1e-3)


@pytest.mark.parametrize(("most", "threads"), [(0, 3), (10**9, 1)])
def test_a_server_takes_all_threads_for_long_steps_only(monkeypatch, model, most, threads):
    ready, before, seen = model.for_decoding(), torch.get_num_threads(), []
    step = ready.step
    monkeypatch.setattr(ready, "step", lambda *given: seen.append(torch.get_num_threads()) or step(*given))
    monkeypatch.setattr(search, "MOST_LONE_WORK", most)
    torch.set_num_threads(3)
    try:
        keep_to_one_thread()
        decode(ready, SOURCES[0], DecodingOptions())
        assert set(seen) == {threads}
        assert torch.get_num_threads() == 1
    finally:
        use_one_thread()
        torch.set_num_threads(before)
