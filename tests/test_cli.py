"""The command line on a model that a test trains in a second or two."""

import gzip
import io
import json
import signal
import subprocess
import sys

import pytest
from reversal import TINY, reversal_pairs, write_pairs

from seq2seq.cli import main

FLAGS = [
    f"--{name.replace('_', '-')}={value}"
    for settings in (TINY["model"], TINY["training"])
    for name, value in settings.items()
]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A folder with training, validation and test files and a run of a few updates."""
    folder = tmp_path_factory.mktemp("trained")
    pairs = reversal_pairs(140, seed=3)
    write_pairs(folder / "train.en-fr.tsv", pairs[:100])
    write_pairs(folder / "dev.tsv", pairs[100:120])
    with gzip.open(folder / "test.tsv.gz", "wt") as file:
        file.writelines(f"{source}\t{target}\n" for source, target in pairs[120:])
    assert main(_train_command(folder, "run")) == 0
    return folder


def _train_command(folder, name, *more):
    files = ["--train", str(folder / "train.en-fr.tsv"), "--validation", str(folder / "dev.tsv")]
    return ["train", *files, "--output", str(folder / name), *FLAGS, *more]


def _lines(folder, *more, name="source.txt"):
    return ["translate", "--checkpoint", str(folder / "run"), "--input", str(folder / name), *more]


def test_training_prints_progress_and_writes_events(trained, capsys):
    assert main(_train_command(trained, "printed", "--max-steps", "3")) == 0
    printed = capsys.readouterr().out
    assert "100 training pairs" in printed
    assert "tok/s" in printed
    assert "left" in printed
    assert "validation: loss" in printed
    assert "All 3 steps are done." in printed
    events = [json.loads(line) for line in (trained / "printed" / "events.jsonl").read_text().splitlines()]
    assert events[0]["type"] == "RunStarted"
    assert events[-1]["type"] == "RunEnded"


def test_resume_goes_on_behind_the_last_step(trained, capsys):
    assert main(_train_command(trained, "resumed", "--max-steps", "3")) == 0
    command = _train_command(trained, "resumed", "--max-steps", "5", "--resume")
    assert main(command) == 0
    assert "from step 3" in capsys.readouterr().out


def test_an_estimate_by_several_processes_is_refused(trained, capsys, monkeypatch):
    place = {
        "RANK": "1",
        "WORLD_SIZE": "2",
        "LOCAL_RANK": "1",
        "MASTER_ADDR": "localhost",
        "MASTER_PORT": "29500",
    }
    for name, value in place.items():
        monkeypatch.setenv(name, value)
    assert main(_train_command(trained, "estimated", "--estimate")) == 2
    assert "One process estimates a run. Leave torchrun or --estimate out." in capsys.readouterr().err


def test_languages_come_from_the_name_of_the_file(trained):
    config = json.loads((trained / "run" / "config.json").read_text())
    assert (config["source_language"], config["target_language"]) == ("en", "fr")


def test_one_line_in_is_one_line_out_empty_lines_too(trained, capsys, monkeypatch):
    text = "abc\n\nh\n   \nabcdef\r\nfed"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    command = ["translate", "--checkpoint", str(trained / "run"), "--method", "beam", "--beam-width", "3"]
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    monkeypatch.setattr(sys, "stdout", out)
    assert main(command) == 0
    lines = out.buffer.getvalue().decode().split("\n")
    assert len(lines) == 7
    assert lines[1] == lines[3] == lines[6] == ""


def test_output_is_in_the_order_of_the_input(trained):
    sources = [source for source, _ in reversal_pairs(50, seed=8)]
    (trained / "many.txt").write_text("\n".join(sources) + "\n")
    (trained / "turned.txt").write_text("\n".join(reversed(sources)) + "\n")
    for name in ("many", "turned"):
        command = _lines(
            trained, "--output", str(trained / f"{name}.out"), "--method", "greedy", name=f"{name}.txt"
        )
        assert main(command) == 0
    many, turned = ((trained / f"{name}.out").read_text().splitlines() for name in ("many", "turned"))
    assert many == turned[::-1]
    assert len(many) == 50


def test_json_lines_carry_scores_alignment_and_the_n_best(trained):
    (trained / "source.txt").write_text("abc\n\nfed\n")
    command = _lines(trained, "--format", "jsonl", "--n-best", "4", "--output", str(trained / "out.jsonl"))
    assert main(command) == 0
    rows = [json.loads(line) for line in (trained / "out.jsonl").read_text().splitlines()]
    assert [row["source"] for row in rows] == ["abc", "", "fed"]
    assert rows[1]["translations"] == []
    assert rows[0]["source_tokens"] == ["a", "b", "c", "</s>"]
    for row in (rows[0], rows[2]):
        assert len(row["translations"]) == 4
        ranks = [(not found["finished"], -found["score"]) for found in row["translations"]]
        assert ranks == sorted(ranks)
        for translation in row["translations"]:
            assert translation["log_probability"] == pytest.approx(
                sum(translation["token_log_probabilities"]), abs=1e-4
            )
            assert len(translation["alignment"]) == len(translation["tokens"])
            assert all(0 <= index < len(row["source_tokens"]) for index in translation["alignment"])


def test_evaluate_prints_scores_with_signatures(trained, capsys):
    command = ["evaluate", "--checkpoint", str(trained / "run"), "--test", str(trained / "test.tsv.gz")]
    assert main([*command, "--method", "beam", "--beam-width", "5", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert set(result["single_reference"]) == {"bleu", "chrf", "ter"}
    assert "tok:13a" in result["single_reference"]["bleu"]["signature"]
    assert result["perplexity"] > 1
    assert result["pairs"] == 20
    assert main(command) == 0
    assert "multi-reference" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--checkpoint", "nowhere"], r"There is no checkpoint folder at"),
        (["--beam-width", "99"], r"beam_width must lie between 1 and 50, not 99."),
        (["--n-best", "3"], r"The plain format has one line for each line, and n_best is 3."),
        (["--input", "missing.txt"], r"missing.txt cannot be read"),
    ],
)
def test_what_the_user_can_mend_is_one_line_and_exit_code_2(trained, capsys, arguments, message):
    (trained / "source.txt").write_text("abc\n")
    assert main([*_lines(trained), *arguments]) == 2
    printed = capsys.readouterr().err
    assert message in printed
    assert printed.startswith("error: ")
    assert printed.count("\n") == 1


def test_a_line_that_is_not_utf8_is_named_and_no_output_is_left(trained, capsys):
    (trained / "bad.txt").write_bytes(b"abc\n\xff\xfe\n")
    assert main(_lines(trained, "--output", str(trained / "bad.out"), name="bad.txt")) == 2
    assert "Line 2 is not UTF-8." in capsys.readouterr().err
    assert not (trained / "bad.out").exists()


def test_every_command_explains_its_flags(capsys):
    for command in ("train", "translate", "evaluate"):
        with pytest.raises(SystemExit) as stop:
            main([command, "--help"])
        assert stop.value.code == 0
        assert "Default:" in capsys.readouterr().out


@pytest.mark.slow
def test_a_killed_process_resumes_with_the_same_losses(trained):
    """The real thing: a process killed with SIGKILL while it trains."""
    command = [sys.executable, "-m", "seq2seq"]
    long = ["--epochs", "40", "--save-every-seconds", "1"]
    assert main(_train_command(trained, "whole", *long)) == 0
    killed = [*command, *_train_command(trained, "killed", *long)]
    with subprocess.Popen(killed, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            if "step 60 " in line:
                process.kill()
    assert process.returncode == -signal.SIGKILL
    assert main(_train_command(trained, "killed", *long, "--resume")) == 0

    def losses(name):
        lines = (trained / name / "events.jsonl").read_text().splitlines()
        return [(e["step"], e["loss"]) for e in map(json.loads, lines) if e["type"] == "StepDone"]

    assert losses("killed") == losses("whole")
