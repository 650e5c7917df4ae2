"""The pure parts of `benchmarks/`: what is read from logs, what is counted, what the table says."""

import json

import pytest

from benchmarks import joeynmt, opennmt, ours
from benchmarks.corpus import join_pieces
from benchmarks.decoding import keep_fastest, summarize
from benchmarks.limits import add_shares, operations_per_token
from benchmarks.run import build_parser
from benchmarks.settings import Measurement
from benchmarks.table import MEASURES, Measure, ratio, render_results, render_table
from benchmarks.timing import time_decoding
from benchmarks.training import _last_before

OPENNMT_LOG = """\
[2026-01-01 10:00:00,000 INFO] Start training loop without validation...
[2026-01-01 10:00:27,624 INFO] Step 20/1000000; acc: 11.1; ppl: 900.5; xent: 6.8; lr: 0.00100; \
sents:    2560; bsz: 1043/1358/128; 782/1018 tok/s;     27 sec;
[2026-01-01 10:00:28,180 INFO] Saving checkpoint /somewhere/model_step_40.pt
[2026-01-01 10:00:38,178 INFO] Step 40/1000000; acc: 15.5; ppl: 258.9; xent: 5.6; lr: 0.00100; \
sents:    2560; bsz: 1024/1273/128;  73/ 95 tok/s;     38 sec;
"""
JOEYNMT_LOG = """\
2026-01-01 10:00:00,000 - INFO - joeynmt.training - EPOCH 1
2026-01-01 10:00:20,000 - INFO - joeynmt.training - Epoch   1, Step:        5, Batch Loss:     6.081200, \
Batch Acc: 0.081000, Tokens per Sec:      703, Lr: 0.001000
2026-01-01 10:00:28,423 - INFO - joeynmt.prediction - Generation took 0.4848[sec].
"""


def test_opennmt_reports_target_tokens_a_second():
    assert opennmt.parse_rates(OPENNMT_LOG.splitlines()) == [1018.0, 95.0]


def test_joeynmt_reports_target_tokens_a_second():
    assert joeynmt.parse_rates(JOEYNMT_LOG.splitlines()) == [703.0]


def test_our_rates_come_from_the_events_and_a_half_written_line_is_left_out():
    events = [
        {"type": "RunStarted", "step": 0},
        {"type": "StepDone", "step": 20, "tokens_per_second": 9000.5},
        {"type": "StepDone", "step": 40, "tokens_per_second": 9500.0},
    ]
    lines = [*(json.dumps(event) for event in events), '{"type": "StepDone", "tokens_per']
    assert ours.parse_rates(lines) == [9000.5, 9500.0]


def test_pieces_become_text_with_spaces_and_bytes():
    pieces = ["▁Un", "▁caf", "<0xC3>", "<0xA9>", "▁!", "<0xFF>"]
    assert join_pieces(pieces) == "Un café !\ufffd"


@pytest.mark.parametrize(
    ("higher_is_better", "peers", "expected"),
    [(True, {"fast": 50.0, "slow": 10.0}, 2.0), (False, {"fast": 200.0, "slow": 900.0}, 2.0)],
)
def test_the_ratio_is_to_the_best_peer_and_above_one_is_better(higher_is_better, peers, expected):
    measure = Measure(label="a measure", higher_is_better=higher_is_better)
    assert ratio(measure, {"ours": 100.0, "ours, input feeding": 1.0, **peers}) == expected


def test_without_a_peer_there_is_no_ratio():
    assert ratio(Measure(label="a measure"), {"ours": 100.0, "peer": None}) is None
    assert ratio(Measure(label="a measure"), {"ours": None, "peer": 3.0}) is None


def test_the_table_shows_figures_ratio_target_and_a_dash_for_what_is_missing():
    measurements = [
        Measurement(system="ours", measure="training", value=10_000.0),
        Measurement(system="OpenNMT-py", measure="training", value=2_500.0),
        Measurement(system="JoeyNMT", measure="training", value=None, note="not installed"),
    ]
    *_, row = render_table(measurements).splitlines()
    assert row == "| training, target tokens/s | 10,000 | 2,500 | – | 4.00 × | ≥ 4 × |"


def test_a_missing_peer_is_named_in_the_notes():
    results = {
        "date": "2026-01-01",
        "command": "python -m benchmarks.run",
        "machine": {"processor": "P", "cores": 2, "memory_gigabytes": 8, "system": "S", "python": "3"},
        "versions": {"torch": "2"},
        "limits": {"torch_call_microseconds": 1.5},
        "measurements": [
            {"system": "JoeyNMT", "measure": "training", "value": None, "note": "not installed"},
        ],
    }
    text = render_results(results)
    assert "- JoeyNMT, training, target tokens/s: not installed" in text
    assert "| torch call microseconds | 1.5 |" in text


def test_quality_rows_name_their_minutes():
    row = Measurement(system="ours", measure="quality_7.5_minutes", value=31.25)
    assert "| test BLEU, beam 5, after 7.5 min | 31.2 |" in render_table([row])


def test_operations_grow_with_the_output_layer_by_its_size():
    assert operations_per_token(512) - operations_per_token(256) == 2 * 256 * (8000 + 1024)


def test_a_training_rate_at_the_limit_is_all_of_it():
    limits = {"output_layer_bf16_gigaflops": 3 * operations_per_token(256) * 1000 / 1e9}
    (share,) = add_shares(
        [Measurement(system="ours", measure="training", value=1000.0)], limits, {"ours": 256}
    )
    assert share.measure == "training_share"
    assert share.measure in MEASURES
    assert share.value == pytest.approx(100.0)


def test_timing_counts_ends_and_the_longest_output_of_each_batch():
    answers = {"a": ["x"], "b": ["x", "y", "z"], "c": []}
    job = {
        "sources": list("abc"),
        "batch": 2,
        "longest": 100,
        "warmup": 1,
        "repeats": 2,
        "keep_outputs": True,
    }
    result = time_decoding(lambda sources, _job: [answers[source] for source in sources], job)
    assert (result["sentences"], result["tokens"], result["steps"]) == (3, 7, 5)
    assert result["outputs"] == [["x"], ["x", "y", "z"], []]
    assert len(result["passes"]) == 2


def test_timing_counts_no_end_where_outputs_are_cut():
    job = {"sources": ["a", "b"], "batch": 1, "longest": 3, "warmup": 0, "repeats": 1, "keep_outputs": False}
    result = time_decoding(lambda sources, _job: [["x", "y", "z"] for _ in sources], job)
    assert (result["tokens"], result["steps"], result["outputs"]) == (6, 6, [])


def test_decoding_figures_are_a_sentence_and_a_step_and_what_the_trace_adds():
    timing = {"seconds": 2.0, "sentences": 100, "tokens": 1000, "steps": 1000}
    failed = {"error": "RuntimeError: no attention with a beam"}
    results = {
        "single_greedy": timing,
        "single_greedy_no_trace": timing | {"seconds": 1.8},
        "batch_greedy": timing,
        "fixed_single_greedy": timing,
        "fixed_batch_greedy": timing,
        "single_beam": failed,
        "batch_beam": failed,
        "fixed_single_beam": failed,
        "fixed_batch_beam": failed,
    }
    found = {item.measure: item for item in summarize("ours", results)}
    assert found["single_greedy"].value == 20.0
    assert found["single_greedy_step"].value == 2.0
    assert found["trace_greedy"].value == pytest.approx(10.0)
    assert found["batch_greedy"].value == 500.0
    assert found["single_beam"].value is None
    assert found["single_beam"].note == "RuntimeError: no attention with a beam"


def test_the_model_of_a_time_is_the_last_one_before_it(tmp_path):
    ages = {tmp_path / "early": 100.0, tmp_path / "later": 290.0, tmp_path / "late": 310.0}
    assert _last_before(ages, 300.0) == (tmp_path / "later", 290.0)
    assert _last_before(ages, 50.0) == (None, 0.0)


def test_minutes_are_read_as_a_sorted_list():
    options = build_parser().parse_args(["--quality-minutes", "20,5,10"])
    assert options.quality_minutes == (5.0, 10.0, 20.0)


def test_of_several_turns_the_fastest_counts_decoding_by_decoding():
    known = {}
    for turn in (
        {"greedy": {"seconds": 3.0}, "beam": {"error": "out of memory"}},
        {"greedy": {"seconds": 2.0}, "beam": {"seconds": 9.0}},
        {"greedy": {"seconds": 2.5}, "beam": {"error": "out of memory"}},
    ):
        keep_fastest(known, turn)
    assert known == {"greedy": {"seconds": 2.0}, "beam": {"seconds": 9.0}}
