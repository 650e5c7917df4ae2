import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scripted_model import ScriptedModel, options_for, pad

from seq2seq.data.vocabulary import END_ID, PAD_ID, START_ID
from seq2seq.decoding.strategies import STRATEGIES, decode, decode_batch, decode_stream
from seq2seq.errors import InputError
from seq2seq.options import METHOD_NAMES, DecodingOptions

SOURCE = [4, 5, 3]
SEEDS = st.integers(0, 10_000)
SOURCES = st.lists(
    st.lists(st.integers(4, 6), max_size=4).map(lambda ids: [*ids, END_ID]), min_size=1, max_size=5
)
law = settings(deadline=None, max_examples=40)
PENALTIES = st.sampled_from([0.0, 0.6, 1.0, 3.0])


def greedy_options(**settings):
    return DecodingOptions(method="greedy", **settings)


def beam_options(width, **settings):
    return DecodingOptions(method="beam", beam_width=width, **settings)


def sampling_options(**settings):
    return DecodingOptions(method="sampling", **settings)


def allowed_tokens(model, length, options):
    tokens = set(range(model.target_vocabulary_size)) - {PAD_ID, START_ID}
    return tokens - ({END_ID} if length < options.minimum_length else set())


def all_translations(model, source, options):
    """Every sequence the options allow as (finished, score, tokens), by plain recursion."""

    def grow(prefix, total):
        if len(prefix) == options.maximum_length or prefix[-1:] == (END_ID,):
            penalty = ((5 + len(prefix)) / 6) ** options.length_penalty
            yield prefix[-1:] == (END_ID,), total / penalty, prefix
            return
        log_probabilities = model.log_probabilities(source, prefix)
        for token in allowed_tokens(model, len(prefix), options):
            yield from grow((*prefix, token), total + log_probabilities[token])

    return sorted(grow((), 0.0), key=lambda found: (not found[0], -found[1]))


def assert_same_hypothesis(one, other):
    assert one.token_ids == other.token_ids
    assert one.finished == other.finished
    assert one.log_probability == pytest.approx(other.log_probability, abs=1e-5)
    assert one.score == pytest.approx(other.score, abs=1e-5)
    for step, twin in zip(one.steps, other.steps, strict=True):
        assert step.log_probability == pytest.approx(twin.log_probability, abs=1e-6)
        assert step.entropy == pytest.approx(twin.entropy, abs=1e-5)
        assert [item.token_id for item in step.candidates] == [item.token_id for item in twin.candidates]
        assert step.forced == twin.forced
        assert np.array_equal(step.attention, twin.attention)


# Greedy search


@law
@given(seed=SEEDS)
def test_greedy_takes_the_likeliest_allowed_token_at_every_step(seed):
    model = ScriptedModel.random(seed)
    options = greedy_options(minimum_length=2, maximum_length=5)
    expected = ()
    while len(expected) < 5 and expected[-1:] != (END_ID,):
        scores = model.log_probabilities(SOURCE, expected)
        allowed = allowed_tokens(model, len(expected), options)
        expected = (*expected, max(allowed, key=lambda token: scores[token]))
    last = decode(model, SOURCE, options)
    assert last.hypotheses[0].token_ids == expected
    assert last.hypotheses[0].finished == (expected[-1] == END_ID)


# Beam search


@law
@given(seed=SEEDS, sources=SOURCES, alpha=PENALTIES, minimum=st.integers(0, 3), maximum=st.integers(3, 7))
def test_a_beam_of_one_is_greedy_search(seed, sources, alpha, minimum, maximum):
    model = ScriptedModel.random(seed)
    lengths = {"minimum_length": minimum, "maximum_length": maximum}
    ids, source_lengths = pad(sources)
    greedy = decode_batch(model, ids, source_lengths, greedy_options(**lengths))
    beam = decode_batch(model, ids, source_lengths, beam_options(1, length_penalty=alpha, **lengths))
    for (one,), (other,) in zip(greedy, beam, strict=True):
        assert one.token_ids == other.token_ids
        assert one.log_probability == other.log_probability
        assert one.finished == other.finished


@law
@given(seed=SEEDS, alpha=PENALTIES, minimum=st.integers(0, 2), size=st.sampled_from([(5, 4), (6, 3), (4, 6)]))
def test_a_beam_as_wide_as_the_tree_is_exhaustive_search(seed, alpha, minimum, size):
    vocabulary_size, maximum = size
    model = ScriptedModel.random(seed, vocabulary_size)
    options = beam_options(
        50, n_best=50, length_penalty=alpha, minimum_length=minimum, maximum_length=maximum, candidates=3
    )
    expected = all_translations(model, SOURCE, options)
    found = decode(model, SOURCE, options).hypotheses
    assert [hypothesis.score for hypothesis in found] == pytest.approx(
        [score for _, score, _ in expected], abs=1e-5
    )
    assert [hypothesis.token_ids for hypothesis in found] == [tokens for _, _, tokens in expected]
    assert [hypothesis.finished for hypothesis in found] == [finished for finished, _, _ in expected]


@law
@given(
    seed=SEEDS, alpha=PENALTIES, width=st.integers(2, 6), n_best=st.integers(1, 3), scale=st.floats(0.5, 6.0)
)
def test_stopping_early_changes_no_result(seed, alpha, width, n_best, scale):
    n_best = min(n_best, width)
    model = ScriptedModel.random(seed, scale=scale)
    patient = decode(model, SOURCE, beam_options(width, n_best=width, length_penalty=alpha)).hypotheses
    steps_of_patient = len(model.rows_of_steps)
    early = decode(model, SOURCE, beam_options(width, n_best=n_best, length_penalty=alpha)).hypotheses
    assert len(model.rows_of_steps) <= 2 * steps_of_patient
    assert [item.token_ids for item in early] == [item.token_ids for item in patient[:n_best]]


def test_a_search_ends_when_nothing_can_enter_the_results():
    def script(source, prefix):
        return (
            np.log([1e-9, 1e-9, 1e-9, 0.6, 0.3, 0.1])
            if not prefix
            else np.log([1e-9, 1e-9, 1e-9, 1e-9, 1, 1])
        )

    beams = list(decode_stream(ScriptedModel(6, script), SOURCE, beam_options(3, length_penalty=0.0)))
    assert len(beams) == 1
    assert beams[0].hypotheses[0].token_ids == (END_ID,)


def test_finished_hypotheses_keep_their_slot():
    beams = list(decode_stream(ScriptedModel.random(3), SOURCE, beam_options(4, n_best=4)))
    for before, after in pairwise(beams):
        ended = {item.token_ids for item in before.hypotheses if item.finished}
        assert ended <= {item.token_ids for item in after.hypotheses}
        assert len(after.hypotheses) <= 4


@law
@given(seed=SEEDS, alpha=PENALTIES, width=st.integers(1, 6))
def test_results_are_sorted_and_distinct(seed, alpha, width):
    last = decode(ScriptedModel.random(seed), SOURCE, beam_options(width, n_best=width, length_penalty=alpha))
    ranks = [(not item.finished, -item.score) for item in last.hypotheses]
    assert ranks == sorted(ranks)
    assert len({item.token_ids for item in last.hypotheses}) == len(last.hypotheses) == width


@law
@given(seed=SEEDS, alpha=PENALTIES)
def test_scores_are_log_probabilities_over_the_length_penalty(seed, alpha):
    for beam in decode_stream(ScriptedModel.random(seed), SOURCE, beam_options(3, length_penalty=alpha)):
        for item in beam.hypotheses:
            assert item.score == pytest.approx(item.log_probability / ((5 + len(item.steps)) / 6) ** alpha)


# Every method


@pytest.mark.parametrize("method", METHOD_NAMES)
@law
@given(seed=SEEDS, sources=SOURCES, data=st.data())
def test_many_sentences_give_what_each_gives_alone(method, seed, sources, data):
    model = ScriptedModel.random(seed)
    n_best = 1 if method == "greedy" else data.draw(st.integers(1, 3))
    options = options_for(method, beam_width=4, n_best=n_best, seed=seed, temperature=1.5)
    prefixes = [data.draw(st.lists(st.sampled_from([1, 4, 5, 6]), max_size=3)) for _ in sources]
    together = decode_batch(model, *pad(sources), options, prefixes=prefixes, with_trace=True)
    for source, prefix, results in zip(sources, prefixes, together, strict=True):
        alone = decode(model, source, options, prefix=prefix).hypotheses
        assert len(alone) == len(results)
        for one, other in zip(alone, results, strict=True):
            assert_same_hypothesis(one, other.hypothesis)


@pytest.mark.parametrize("method", METHOD_NAMES)
@law
@given(seed=SEEDS)
def test_log_probabilities_are_those_of_the_model_and_sum_up(method, seed):
    model = ScriptedModel.random(seed)
    n_best = 1 if method == "greedy" else 3
    options = options_for(method, n_best=n_best, temperature=0.5, top_k=4, minimum_length=2)
    for item in decode(model, SOURCE, options).hypotheses:
        assert item.log_probability == pytest.approx(
            sum(step.log_probability for step in item.steps), abs=1e-9
        )
        for length, step in enumerate(item.steps):
            expected = model.log_probabilities(SOURCE, item.token_ids[:length])
            assert step.log_probability == pytest.approx(expected[step.token_id], abs=1e-5)


@pytest.mark.parametrize("method", METHOD_NAMES)
@law
@given(seed=SEEDS, prefix=st.lists(st.sampled_from([1, 4, 5]), max_size=2))
def test_every_hypothesis_continues_its_parent(method, seed, prefix):
    n_best = 1 if method == "greedy" else 3
    options = options_for(method, beam_width=4, n_best=n_best)
    beams = list(decode_stream(ScriptedModel.random(seed), SOURCE, options, prefix=prefix))
    assert [beam.step for beam in beams] == list(range(len(beams)))
    assert [beam.done for beam in beams] == [False] * (len(beams) - 1) + [True]
    assert set(beams[0].parents) == {-1}
    for before, after in pairwise(beams):
        for item, parent in zip(after.hypotheses, after.parents, strict=True):
            origin = before.hypotheses[parent]
            kept = origin.steps if origin.finished else (*origin.steps, item.steps[-1])
            assert len(item.steps) == len(kept)
            assert all(step is twin for step, twin in zip(item.steps, kept, strict=True))


@pytest.mark.parametrize("method", METHOD_NAMES)
@law
@given(seed=SEEDS, minimum=st.integers(0, 4), extra=st.integers(0, 3))
def test_lengths_stay_within_their_limits(method, seed, minimum, extra):
    maximum = max(1, minimum + extra)
    options = options_for(method, minimum_length=minimum, maximum_length=maximum)
    for item in decode(ScriptedModel.random(seed), SOURCE, options).hypotheses:
        assert item.finished == (item.token_ids[-1] == END_ID)
        assert len(item.steps) - item.finished >= minimum
        assert len(item.steps) <= maximum
        assert END_ID not in item.token_ids[:-1]
        assert not {PAD_ID, START_ID} & set(item.token_ids)
        assert item.finished or len(item.steps) == maximum


def test_the_maximum_length_follows_the_source_where_it_is_not_set():
    endless = ScriptedModel(5, lambda source, prefix: np.array([0.0, 0.0, 0.0, -50.0, 9.0]))
    assert len(decode(endless, [4, 4, 4, 3], greedy_options()).hypotheses[0].steps) == 16
    assert len(decode(endless, [4, 3], greedy_options(minimum_length=40)).hypotheses[0].steps) == 41


def test_the_trace_shows_the_model_and_not_the_filters():
    script = np.log([0.4, 0.1, 0.2, 0.25, 0.05])
    model = ScriptedModel(5, lambda source, prefix: script + 3.0)
    options = sampling_options(temperature=0.1, top_k=1, candidates=3, minimum_length=1, maximum_length=1)
    (step,) = decode(model, SOURCE, options).hypotheses[0].steps
    assert step.token_id == 1
    assert step.log_probability == pytest.approx(math.log(0.1), abs=1e-6)
    assert [item.token_id for item in step.candidates] == [PAD_ID, END_ID, START_ID]
    assert [math.exp(item.log_probability) for item in step.candidates] == pytest.approx([0.4, 0.25, 0.2])
    assert step.entropy == pytest.approx(-sum(p * math.log(p) for p in [0.4, 0.1, 0.2, 0.25, 0.05]), abs=1e-6)


def test_entropy_counts_impossible_tokens_as_nothing():
    model = ScriptedModel(6, lambda source, prefix: np.array([-np.inf] * 3 + [0.0, 0.0, -np.inf]))
    (step,) = decode(model, SOURCE, beam_options(2)).hypotheses[0].steps
    assert step.entropy == pytest.approx(math.log(2))


def test_attention_spans_the_real_source_only():
    ids, lengths = pad([SOURCE, [4, 5, 6, 5, 4, 3]])
    results = decode_batch(ScriptedModel.random(1), ids, lengths, greedy_options(), with_trace=True)
    for source_length, (result,) in zip([3, 6], results, strict=True):
        assert result.attention.shape == (len(result.token_ids), 2, 1, source_length)
        assert result.attention.dtype == np.float32
        assert np.allclose(result.attention.sum(-1), 1.0)
        assert result.attention[:, 1, 0].argmax(-1).tolist() == [
            step % source_length for step in range(len(result.token_ids))
        ]


def test_results_of_a_batch_need_no_trace():
    ids, lengths = pad([SOURCE, [4, 3]])
    model = ScriptedModel.random(4)
    traced = decode_batch(model, ids, lengths, beam_options(3), with_trace=True)
    for (one,), (other,) in zip(traced, decode_batch(model, ids, lengths, beam_options(3)), strict=True):
        assert one.token_ids == other.token_ids
        assert one.log_probability == other.log_probability
        assert one.token_log_probabilities.tolist() == [step.log_probability for step in other.steps]
        assert other.attention.size == 0
        assert all(math.isnan(step.entropy) for step in other.steps)
        for traced_step, step in zip(one.steps, other.steps, strict=True):  # no more than the search needs
            assert step.candidates == traced_step.candidates[: len(step.candidates)]
            assert step.token_id in [candidate.token_id for candidate in step.candidates]


def test_no_sentences_give_no_results():
    empty = torch.zeros(0, 4, dtype=torch.int64), torch.zeros(0, dtype=torch.int64)
    assert decode_batch(ScriptedModel.random(1), *empty, greedy_options()) == []


# Sampling


@law
@given(seed=SEEDS, temperature=st.floats(0.5, 3.0))
def test_the_same_seed_draws_the_same(seed, temperature):
    model = ScriptedModel.random(1, 12, scale=0.5)
    options = sampling_options(seed=seed, n_best=4, temperature=temperature)
    one, other = decode(model, SOURCE, options), decode(model, SOURCE, options)
    assert [item.token_ids for item in one.hypotheses] == [item.token_ids for item in other.hypotheses]


def test_other_seeds_and_other_samples_draw_something_else():
    model = ScriptedModel.random(1, 40, scale=0.1)
    drawn = {
        item.token_ids
        for seed in range(4)
        for item in decode(model, SOURCE, sampling_options(seed=seed, n_best=5, minimum_length=8)).hypotheses
    }
    assert len(drawn) == 20


@pytest.mark.parametrize("filter_setting", [{"top_k": 1}, {"top_p": 0.01}, {"temperature": 0.01}])
@law
@given(seed=SEEDS)
def test_the_narrowest_filter_is_greedy_search(filter_setting, seed):
    model = ScriptedModel.random(seed, scale=2000.0)  # of two tokens nearly alike either may be drawn
    drawn = decode(model, SOURCE, sampling_options(seed=seed, **filter_setting)).hypotheses[0]
    assert drawn.token_ids == decode(model, SOURCE, greedy_options()).hypotheses[0].token_ids


@law
@given(seed=SEEDS, kept=st.integers(0, 6))
def test_forcing_what_was_drawn_draws_the_same_rest(seed, kept):
    model = ScriptedModel.random(3, 12, scale=0.5)
    options = sampling_options(seed=seed, minimum_length=6)
    drawn = decode(model, SOURCE, options).hypotheses[0].token_ids
    assert decode(model, SOURCE, options, prefix=drawn[:kept]).hypotheses[0].token_ids == drawn


def test_frequencies_follow_the_filtered_distribution():
    model = ScriptedModel(6, lambda source, prefix: np.log([0.2, 0.1, 0.1, 0.1, 0.3, 0.2]))
    counts = np.zeros(6)
    for seed in range(40):
        options = sampling_options(seed=seed, n_best=50, top_k=2, maximum_length=1)
        for item in decode(model, SOURCE, options).hypotheses:
            counts[item.token_ids[0]] += 1
    assert counts[:4].sum() == 0
    assert counts[4] / counts.sum() == pytest.approx(0.6, abs=0.04)


# Forced prefixes


@pytest.mark.parametrize("method", METHOD_NAMES)
@law
@given(seed=SEEDS, prefix=st.lists(st.sampled_from([1, 4, 5, 6]), min_size=1, max_size=4))
def test_a_forced_prefix_is_scored_like_anything_else(method, seed, prefix):
    model = ScriptedModel.random(seed)
    n_best = 1 if method == "greedy" else 2
    options = options_for(method, n_best=n_best)
    for item in decode(model, SOURCE, options, prefix=prefix).hypotheses:
        assert list(item.token_ids[: len(prefix)]) == prefix
        assert [step.forced for step in item.steps] == [i < len(prefix) for i in range(len(item.steps))]
        assert len(item.steps) > len(prefix)
        for length, step in enumerate(item.steps):
            expected = model.log_probabilities(SOURCE, item.token_ids[:length])
            assert step.log_probability == pytest.approx(expected[step.token_id], abs=1e-5)
            assert step.candidates[0].token_id == expected.argmax()


@law
@given(seed=SEEDS, kept=st.integers(0, 8))
def test_forcing_what_greedy_search_said_changes_nothing(seed, kept):
    model = ScriptedModel.random(seed)
    said = decode(model, SOURCE, greedy_options()).hypotheses[0]
    prefix = [token for token in said.token_ids[:kept] if token != END_ID]
    again = decode(model, SOURCE, greedy_options(), prefix=prefix).hypotheses[0]
    assert again.token_ids == said.token_ids
    assert again.log_probability == pytest.approx(said.log_probability, abs=1e-5)


def test_a_prefix_as_long_as_the_limit_is_the_whole_result():
    (item,) = decode(
        ScriptedModel.random(1), SOURCE, beam_options(3, maximum_length=2), prefix=[4, 5]
    ).hypotheses
    assert item.token_ids == (4, 5)
    assert not item.finished


@pytest.mark.parametrize(
    ("prefix", "message"),
    [
        ([7], "The forced prefix has token id 7; the vocabulary ends at 6. Take ids"),
        ([4, -1], "The forced prefix has token id -1; the vocabulary ends at 6. Take ids"),
        ([4, END_ID], "The forced prefix has the special token id 3, which cannot be forced. Leave out"),
        ([PAD_ID], "The forced prefix has the special token id 0, which cannot be forced. Leave out"),
        ([START_ID], "The forced prefix has the special token id 2, which cannot be forced. Leave out"),
        ([4] * 15, "The forced prefix has 15 tokens, and the translation may have 14. Shorten the prefix"),
    ],
)
def test_an_impossible_prefix_is_refused(prefix, message):
    with pytest.raises(InputError) as problem:
        decode_stream(ScriptedModel.random(1), SOURCE, greedy_options(), prefix=prefix)
    assert str(problem.value).startswith(message)


# Streams and bad models


def test_a_source_without_tokens_is_refused():
    with pytest.raises(InputError, match=r"There is no source token to translate. Give a source text."):
        decode_stream(ScriptedModel.random(1), [], greedy_options())


@pytest.mark.parametrize("method", METHOD_NAMES)
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_scores_that_are_not_numbers_are_an_error(method, value):
    model = ScriptedModel(6, lambda source, prefix: np.array([0, 0, 0, 0, 1, 0 if not prefix else value]))
    with pytest.raises(InputError, match=r"scores for the next token are not finite numbers\. Its weights"):
        decode(model, SOURCE, options_for(method, minimum_length=4))


@pytest.mark.parametrize("method", METHOD_NAMES)
def test_a_model_that_allows_no_continuation_is_an_error(method):
    model = ScriptedModel(6, lambda source, prefix: np.array([-np.inf] * 3 + [0.0] + [-np.inf] * 2))
    with pytest.raises(
        InputError, match=r"probability 0 to every token that may come next. Lower minimum_length."
    ):
        decode(model, SOURCE, options_for(method, minimum_length=1))


def test_a_closed_stream_asks_the_model_no_more():
    model = ScriptedModel.random(1)
    stream = decode_stream(model, SOURCE, beam_options(3, minimum_length=9))
    next(stream), next(stream)
    stream.close()
    assert len(model.rows_of_steps) == 2
    assert list(stream) == []


def test_a_stream_leaves_the_callers_gradients_alone():
    for _ in decode_stream(ScriptedModel.random(1), SOURCE, greedy_options()):
        assert not torch.is_inference_mode_enabled()
        assert torch.is_grad_enabled()


def test_one_sentence_is_never_reordered_by_greedy_search():
    model = ScriptedModel.random(1)
    decode(model, SOURCE, greedy_options(minimum_length=5))
    assert model.selections == 0


@pytest.mark.parametrize("method", METHOD_NAMES)
def test_finished_hypotheses_are_dropped_from_the_computation(method):
    def script(source, prefix):
        return np.array([0.0, 0.0, 0.0, 60.0 if len(prefix) >= source[0] else -60.0, 1.0, 0.5])

    model = ScriptedModel(6, script)
    n_best = 1 if method == "greedy" else 2
    options = options_for(method, beam_width=2, n_best=n_best, length_penalty=0.0)
    decode_batch(model, *pad([[1, 3], [3, 3], [5, 3], [5, 3]]), options)
    assert model.rows_of_steps[-1] <= model.rows_of_steps[1] / 2
    assert model.rows_of_steps[0] == 4


def test_the_table_names_every_method():
    assert tuple(sorted(STRATEGIES)) == tuple(sorted(METHOD_NAMES))
