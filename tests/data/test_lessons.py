"""Lessons are seeded, hold no pair twice over their files, and can be learned."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq.cli import build_parser, main
from seq2seq.data.lessons import LESSONS, SPLITS, find_lesson, split_sizes, write_lesson
from seq2seq.data.readers import read_corpus
from seq2seq.errors import ConfigError, DataError
from seq2seq.evaluation import evaluate
from seq2seq.options import DecodingOptions
from seq2seq.translator import load_translator


def _pairs(folder):
    return {
        split: [(pair.source, pair.target) for pair in read_corpus(folder / f"{split}.tsv").pairs]
        for split in SPLITS
    }


@pytest.mark.parametrize("name", LESSONS)
def test_no_source_is_in_two_files_or_twice_in_one(tmp_path, name):
    counts = write_lesson(name, tmp_path, pairs=600)
    pairs = _pairs(tmp_path)
    assert {split: len(rows) for split, rows in pairs.items()} == counts == split_sizes(600)
    sources = [source for rows in pairs.values() for source, _ in rows]
    assert len(set(sources)) == len(sources) == 720


@pytest.mark.parametrize("name", LESSONS)
def test_the_same_seed_writes_the_same_bytes_and_another_seed_others(tmp_path, name):
    for folder, seed in (("one", 1), ("two", 1), ("three", 2)):
        write_lesson(name, tmp_path / folder, pairs=100, seed=seed)
    one, two, three = ((tmp_path / name / "train.tsv").read_bytes() for name in ("one", "two", "three"))
    assert one == two != three


@settings(max_examples=10)
@given(seed=st.integers(0, 1000))
def test_targets_are_what_the_task_says(seed):
    for name, change in (
        ("copy", str),
        ("reverse", lambda text: text[::-1]),
        ("sort", lambda text: "".join(sorted(text))),
    ):
        for source, target in find_lesson(name).generate("train", 20, seed, ()):
            assert target == change(source)


def test_numbers_are_written_in_the_languages_asked_for_and_no_number_is_in_two_files(tmp_path):
    write_lesson("numbers", tmp_path, pairs=500, languages=("fr", "de"))
    pairs = _pairs(tmp_path)
    numbers = {split: {source.split()[1] for source, _ in rows} for split, rows in pairs.items()}
    assert {source.split()[0] for source, _ in pairs["train"]} == {"fr", "de"}
    assert not numbers["train"] & (numbers["test"] | numbers["validation"])
    assert not numbers["test"] & numbers["validation"]
    known = dict(find_lesson("numbers").generate("train", 3000, 1, ("fr",)))
    assert known["fr 71"] == "soixante et onze"


def test_dates_share_no_day(tmp_path):
    write_lesson("dates", tmp_path, pairs=300)
    days = [{target for _, target in rows} for rows in _pairs(tmp_path).values()]
    assert not days[0] & days[1]
    assert not days[0] & days[2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": "juggling"}, r"There is no lesson 'juggling'. Choose copy, reverse, sort, dates, numbers"),
        ({"name": "copy", "pairs": 3}, r"pairs must lie between 100 and 500,000, not 3"),
        ({"name": "copy", "languages": ("fr",)}, r"The lesson copy has no language"),
        (
            {"name": "numbers", "languages": ("en", "tlh")},
            r"Numbers cannot be written in tlh. Choose from ar, az",
        ),
    ],
)
def test_what_cannot_be_is_refused(tmp_path, arguments, message):
    with pytest.raises(ConfigError, match=message):
        write_lesson(folder=tmp_path, **arguments)


def test_a_folder_that_cannot_be_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DataError, match=r"The lesson cannot be written to .*file"):
        write_lesson("copy", tmp_path / "file", pairs=100)


@pytest.mark.parametrize("name", LESSONS)
def test_the_command_writes_files_and_prints_commands_that_parse(tmp_path, capsys, name):
    assert main(["lesson", name, "--output", str(tmp_path / "data"), "--pairs", "100"]) == 0
    printed = capsys.readouterr().out
    commands = [line.split()[3:] for line in printed.splitlines() if line.startswith("python -m seq2seq ")]
    assert [words[0] for words in commands] == ["train", "evaluate"]
    for words in commands:
        build_parser().parse_args(words)
    assert "train.tsv has 100 pairs; validation.tsv has 10 pairs; test.tsv has 10 pairs" in printed
    assert re.search(r"exact match [\d.]+ %", printed)


@pytest.mark.slow
def test_the_lesson_reverse_reaches_its_target(tmp_path):
    lesson = find_lesson("reverse")
    write_lesson("reverse", tmp_path)
    assert main(list(lesson.command(tmp_path))) == 0
    test = read_corpus(tmp_path / "test.tsv")
    result = evaluate(load_translator(tmp_path / "run"), test, DecodingOptions(method="greedy"))
    assert result.exact_match >= lesson.target_exact_match
