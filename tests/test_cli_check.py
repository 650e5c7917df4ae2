"""``python -m seq2seq check`` from the files to what it prints and writes."""

import json

import pytest

from seq2seq.cli import main
from seq2seq.data.tokenizers import train_tokenizer

GOOD = "".join(f"a good line {n}\tune bonne ligne {n}\n" for n in range(30))
BAD = "same\tsame\na good line 3\tune bonne ligne 3\nlonely\n\tempty\nнет\tnon\nleaked\tfuite\n"


@pytest.fixture
def data(tmp_path):
    """Pairs of which six rows have findings, and a test set."""
    path = tmp_path / "x.en-fr.tsv"
    path.write_text(GOOD + BAD, "utf-8")
    (tmp_path / "test.csv").write_text("en,fr\nLeaked,fuite\nother,autre\n", "utf-8")
    return path


def test_the_report_names_rows_and_the_copy_counts_what_it_left_out(data, tmp_path, capsys):
    copy = tmp_path / "clean.tsv"
    command = ["check", "--data", str(data), "--test", str(tmp_path / "test.csv"), "--clean", str(copy)]
    assert main(command) == 0
    printed = capsys.readouterr().out
    assert "x.en-fr.tsv: tab-separated text, utf-8, columns column 1 and column 2" in printed
    assert "36 rows, 35 pairs, 30 without a finding" in printed
    assert "missing_side: 1 (2.78%): a side is missing\n  row 33: lonely |   (no column 2)" in printed
    assert "wrong_script: 1 (2.78%)" in printed
    assert "leaks were looked for in 2 rows of the test set" in printed
    assert "clean.tsv: 31 pairs; 5 of 36 rows left out" in printed
    assert copy.read_text("utf-8") == GOOD + "same\tsame\n"


def test_json_holds_everything(data, tmp_path, capsys):
    for side in ("source", "target"):
        train_tokenizer("characters", [GOOD], vocabulary_size=50).save(tmp_path / "run" / f"{side}_tokenizer")
    command = ["check", "--data", str(data), "--checkpoint", str(tmp_path / "run"), "--json"]
    held_out = [
        "--clean",
        str(tmp_path / "c.tsv"),
        "--held-out",
        str(tmp_path / "h.tsv"),
        "--held-out-share",
        "0.5",
    ]
    assert main([*command, *held_out, "--drop", "identical", "empty"]) == 0
    values = json.loads(capsys.readouterr().out)
    assert (values["format"], values["encoding"], values["columns"]) == (
        "tsv",
        "utf-8",
        ["column 1", "column 2"],
    )
    assert values["report"]["findings"]["identical"]["examples"][0]["row"] == 31
    assert values["report"]["source"]["coverage"]["unknown_share"] > 0
    assert values["copy"]["dropped"] == {"identical": 1, "missing_side": 1, "empty": 1}
    lines = [len((tmp_path / name).read_text("utf-8").splitlines()) for name in ("c.tsv", "h.tsv")]
    assert lines == [values["copy"]["kept"], values["copy"]["held_out"]]
    assert sum(lines) == 33


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--source-column", "9"], "has no column '9'. Its columns are 1 column 1, 2 column 2."),
        (["--encoding", "klingon"], "The encoding 'klingon' is not one that is read."),
        (["--held-out", "x.tsv"], "--held-out needs --clean"),
        (["--max-megabytes", "0"], "at most 0 MB are read"),
        (["--checkpoint", "nowhere"], "nowhere"),
        (["--target", "nowhere.fr"], "nowhere.fr cannot be read"),
    ],
)
def test_what_the_user_can_mend_is_one_line_and_exit_code_2(data, capsys, arguments, message):
    assert main(["check", "--data", str(data), *arguments]) == 2
    printed = capsys.readouterr().err
    assert message in printed
    assert printed.startswith("error: ")
    assert printed.count("\n") == 1


def test_two_files_are_a_pair(tmp_path, capsys):
    (tmp_path / "x.en").write_text("one\ntwo\n")
    (tmp_path / "x.fr").write_text("un\n")
    assert main(["check", "--data", str(tmp_path / "x.en"), "--target", str(tmp_path / "x.fr")]) == 0
    assert "unequal_lines: 1 (50.00%): one of the two files has no such line" in capsys.readouterr().out
