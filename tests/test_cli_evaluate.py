"""The commands `evaluate` and `compare` on a model that a test trains in a second or two."""

import csv
import json

import pytest
from reversal import TINY, reversal_pairs, write_pairs

from seq2seq.cli import main


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A folder with a test, a second reference, and two runs of a few updates."""
    folder = tmp_path_factory.mktemp("trained")
    pairs = reversal_pairs(140, seed=3)
    write_pairs(folder / "train.tsv", pairs[:100])
    write_pairs(folder / "dev.tsv", pairs[100:110])
    write_pairs(folder / "test.tsv", pairs[110:])
    (folder / "source.txt").write_text("".join(f"{source}\n" for source, _ in pairs[110:]))
    (folder / "second.txt").write_text("".join(f"{source}\n" for source, _ in pairs[110:]))
    settings = {
        **TINY["model"],
        **TINY["training"],
        "validation_sentences": 0,
        "metric": "loss",
        "max_steps": 6,
    }
    flags = [f"--{name.replace('_', '-')}={value}" for name, value in settings.items()]
    files = ["--train", str(folder / "train.tsv"), "--validation", str(folder / "dev.tsv")]
    for name, seed in (("one", "1"), ("two", "2")):
        assert main(["train", *files, "--output", str(folder / name), *flags, "--seed", seed]) == 0
    return folder


def _evaluate(folder, *more):
    test = ["--checkpoint", str(folder / "one"), "--test", str(folder / "test.tsv"), "--maximum-length", "8"]
    return main(["evaluate", *test, *more])


EVERYTHING = (
    "--bootstrap", "20", "--by-length", "--bucket-tokens", "2", "--beam-widths", "1,2", "--calibration",
    "--exposure-bias", "--worst", "3",
)  # fmt: skip


def test_everything_that_can_be_asked_for_is_in_the_json(trained, capsys):
    assert _evaluate(trained, *EVERYTHING, "--json", "--csv", str(trained / "worst.csv")) == 0
    result = json.loads(capsys.readouterr().out)
    assert set(result["single_reference"]["chrf"]["interval"]) == {"mean", "half_width"}
    assert "bs:20" in result["single_reference"]["bleu"]["signature"]
    assert sum(bucket["sentences"] for bucket in result["by_length"]) == 30
    assert [score["width"] for score in result["by_beam_width"]] == [1, 2]
    assert len(result["calibration_forced"]["bins"]) == len(result["calibration_inference"]["bins"]) == 10
    assert result["exposure_bias"]["sentences"] == 30
    assert len(result["worst"]) == 3
    with (trained / "worst.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    scores = [float(row["chrf"]) for row in rows]
    assert len(rows) == 30
    assert scores == sorted(scores)
    assert rows[0]["source"] == result["worst"][0]["source"]


def test_everything_has_words_for_people(trained, capsys):
    assert _evaluate(trained, *EVERYTHING) == 0
    printed = capsys.readouterr().out
    for words in (
        " to ",
        "by length",
        "by beam width",
        "expected calibration error",
        "behind the first divergence",
    ):
        assert words in printed


def test_without_more_flags_there_are_only_scores(trained, capsys):
    assert _evaluate(trained, "--json") == 0
    result = json.loads(capsys.readouterr().out)
    assert "by_length" not in result
    assert result["single_reference"]["bleu"]["interval"] is None


def test_further_references_count_in_the_multi_reference_scores(trained, capsys):
    assert _evaluate(trained, "--json") == 0
    one = json.loads(capsys.readouterr().out)
    assert _evaluate(trained, "--json", "--reference", str(trained / "second.txt")) == 0
    two = json.loads(capsys.readouterr().out)
    assert one["single_reference"] == two["single_reference"]
    assert "nrefs:var" in two["multi_reference"]["bleu"]["signature"]
    assert two["multi_reference"]["chrf"]["value"] >= one["multi_reference"]["chrf"]["value"]
    test = ["--checkpoint", str(trained / "one"), "--test", str(trained / "source.txt")]
    assert main(["evaluate", *test, "--reference", str(trained / "second.txt"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["pairs"] == 30


def _compare(folder, first, second, *more):
    models = ["--first", str(folder / first), "--second", str(folder / second)]
    return main(["compare", *models, "--test", str(folder / "test.tsv"), "--maximum-length", "8", *more])


def test_a_model_does_not_differ_from_itself(trained, capsys):
    assert _compare(trained, "one", "one", "--samples", "20", "--json") == 0
    result = json.loads(capsys.readouterr().out)
    assert {metric["verdict"] for metric in result["metrics"].values()} == {"undecided"}
    assert result["equal"] == 30


@pytest.mark.parametrize("kind", ["bootstrap", "randomization"])
def test_two_models_are_compared(trained, capsys, kind):
    more = ["--kind", kind, "--samples", "20", "--general", str(trained / "dev.tsv")]
    assert _compare(trained, "one", "two", *more, "--json", "--csv", str(trained / "changes.csv")) == 0
    result = json.loads(capsys.readouterr().out)
    assert set(result["metrics"]) == {"bleu", "chrf", "ter"}
    assert len(result["forgetting"]["comparison"]["changes"]) == 10
    with (trained / "changes.csv").open(encoding="utf-8-sig", newline="") as file:
        changes = [float(row["change"]) for row in csv.DictReader(file)]
    assert changes == sorted(changes)
    assert _compare(trained, "one", "two", *more) == 0
    printed = capsys.readouterr().out
    assert "difference" in printed
    assert "general test" in printed
    assert "forgotten: " in printed


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--bootstrap", "99999999"], r"resamples of 30 sentences need too much memory"),
        (["--beam-widths", "1,99"], r"beam_width must lie between 1 and 50, not 99."),
        (["--reference", "missing.txt"], r"missing.txt cannot be read"),
        (["--csv", "no/such/folder.csv"], r"folder.csv cannot be written"),
    ],
)
def test_what_the_user_can_mend_is_one_line_and_exit_code_2(trained, capsys, arguments, message):
    assert _evaluate(trained, *arguments) == 2
    printed = capsys.readouterr().err
    assert message in printed
    assert printed.count("\n") == 1
