"""What the report says of rows that are known to be bad, and what the cleaned copy leaves out."""

import json

import pytest
from awkward_files import as_tsv, read_rows, texts_of
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.data.corpus import SentencePair
from seq2seq.data.readers import read_corpus
from seq2seq.data.tokenizers import train_tokenizer
from seq2seq.doctor.cleaning import CopyCounts, clean, is_held_out, write_copy
from seq2seq.doctor.examination import collect_tested, examine, usual_ratio
from seq2seq.doctor.findings import DEFAULT_DROPS, DROPPABLE_KINDS, KINDS, Checks
from seq2seq.doctor.languages import language_code, script_check, scripts_of
from seq2seq.doctor.measures import count_lengths, measure_coverage
from seq2seq.doctor.report import shorten
from seq2seq.doctor.rows import RowProblem
from seq2seq.errors import ConfigError, DataError, InputError

CHECKS = Checks(source_language="en", target_language="fr")


def _pairs(*texts):
    return [
        SentencePair(source=source, target=target, line=line)
        for line, (source, target) in enumerate(texts, 1)
    ]


GOOD = [(f"a good line {n}", f"une bonne ligne {n}") for n in range(30)]


@pytest.mark.parametrize(
    ("pair", "kinds"),
    [
        (("fine", "bien"), set()),
        (("", "x"), {"empty"}),
        (("x", " \u3000 "), {"empty"}),
        (("a  good line 3", "une bonne ligne 3"), {"duplicate"}),
        (("OK", "OK"), {"identical"}),
        (("short", "x" * 100), {"length_ratio"}),
        (("x " * 50, "short"), {"length_ratio"}),
        (("x y " * 300, "x z " * 300), {"too_long"}),
        (("привет", "bonjour"), {"wrong_script"}),
        (("hello", "你好"), {"wrong_script"}),
        (("the word привет", "le joli mot привет"), set()),
        (("12:30", "12.30"), set()),
        (("nul\x00", "nul"), {"control_characters"}),
        (("tab\there", "ici"), {"line_break"}),
        (("A good  LINE 7", "autre chose"), {"leak"}),
        (("non\u00a0breaking\u2009space", "espace\u202finsécable"), set()),
    ],
)
def test_each_kind_of_finding(pair, kinds):
    tested = collect_tested(_pairs(("A Good Line 7", "whatever")))
    corpus = _pairs(*[pair_ for pair_ in GOOD if pair_[0] != "a good line 7"], pair)
    report = examine(corpus, CHECKS, tested=tested)
    assert set(report.findings) == kinds
    assert report.clean == len(corpus) - bool(kinds)
    for finding in report.findings.values():
        assert (finding.count, finding.examples[0].row) == (1, len(corpus))
        assert finding.title


def test_examples_are_the_first_ones_and_counts_all():
    report = examine(_pairs(*GOOD, *[("", str(number)) for number in range(40)]), Checks(examples=3))
    finding = report.findings["empty"]
    assert (finding.count, [example.row for example in finding.examples]) == (40, [31, 32, 33])


def test_the_usual_ratio_of_the_corpus_decides_what_is_odd():
    chinese = [(f"this is a sentence of many words {n}", f"这是一个句{n}") for n in range(50)]
    assert usual_ratio(_pairs(*chinese)) < 0.3
    assert not examine(_pairs(*chinese), Checks(source_language="en", target_language="zh")).findings


def test_rows_without_a_pair_are_counted_with_their_reason(save):
    report = examine(read_rows(save("a\tb\nlonely\nc\td\te\n\n" + "x y\tz\n" * 9)))
    assert (report.rows, report.pairs) == (13, 10)
    assert report.count("missing_side") == 2
    assert report.findings["extra_columns"].examples[0].note == "3 columns instead of 2"


def test_a_swapped_language_is_found_in_the_sample():
    english = "The weather is very nice today and we should all go to the park, {}."
    french = "Il fait très beau aujourd'hui et nous devrions tous aller au parc, {}."
    rows = [(english.format(n), french.format(n)) for n in range(40)] + [
        (french.format(40), french.format(41))
    ]
    report = examine(_pairs(*rows), CHECKS)
    finding = report.findings["wrong_language"]
    assert (finding.count, finding.looked_at, finding.examples[0].row) == (1, 41, 41)
    assert finding.examples[0].note == "looks like fr instead of en"
    assert report.source.identified["en"] == pytest.approx(40 / 41)
    assert report.identified_rows == 41


def test_lengths_words_and_characters_are_counted():
    report = examine(_pairs(("one two two", "一二三"), ("two", "一二")), Checks(target_language="zh"))
    source, target = report.source, report.target
    assert (source.words, source.lengths.mean, source.lengths.unit, source.lengths.longest) == (
        2,
        2.0,
        "words",
        3,
    )
    assert (target.words, target.characters, target.lengths.unit) == (3, 3, "characters")
    assert sum(source.lengths.counts) == 2


@given(st.lists(st.integers(0, 3000), min_size=1))
def test_a_histogram_counts_every_length_once(values):
    from collections import Counter

    lengths = count_lengths(Counter(values), "words")
    assert sum(lengths.counts) == len(values)
    assert lengths.counts[3] == values.count(3)
    assert lengths.longest == max(values)
    assert sum(value <= lengths.median for value in values) * 2 >= len(values)


def test_coverage_says_what_is_unknown_and_spelled_in_bytes():
    texts = ["the cat sat on the mat", "the dog sat on the log"] * 20
    words = measure_coverage(train_tokenizer("words", texts, vocabulary_size=50), ["the cat", "the bird"])
    assert (words.pieces_per_word, words.unknown_share, words.byte_share) == (1.0, 0.25, 0.0)
    pieces = measure_coverage(train_tokenizer("bpe", texts, vocabulary_size=300), ["你"])
    assert pieces.unknown_share == 0
    assert pieces.byte_share >= 0.75
    report = examine(
        _pairs(*GOOD), tokenizers=(train_tokenizer("characters", texts, vocabulary_size=50),) * 2
    )
    assert report.source.coverage.rows == report.sampled_rows == 30


def test_a_sample_is_bounded_and_the_same_for_a_seed():
    checks = Checks(sampled_rows=10, identified_rows=5)
    reports = [examine(_pairs(*GOOD), checks).to_json() for _ in range(2)]
    assert reports[0]["sampled_rows"] == 10
    assert reports[0]["identified_rows"] == 5
    for report in reports:
        del report["seconds"]
    assert reports[0] == reports[1]


def test_the_report_is_json_with_texts_that_can_be_shown():
    values = json.loads(json.dumps(examine(_pairs(("a\x00\n" + "x" * 500, "b"))).to_json()))
    (example,) = values["findings"]["control_characters"]["examples"]
    assert example["source"].startswith("a\\x00\\n")
    assert len(example["source"]) == len(shorten("y" * 999)) == 120


def test_no_rows_are_an_error():
    with pytest.raises(DataError, match="There are no rows to examine"):
        examine([])


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"longest_characters": 0}, "longest_characters must be 1"),
        ({"most_ratio": 1.0}, "most_ratio must be above 1"),
    ],
)
def test_checks_are_validated(values, message):
    with pytest.raises(ConfigError, match=message):
        Checks(**values)


BAD = [
    ("", "x"),
    ("same", "same"),
    *GOOD[:5],
    ("short", "x" * 100),
    ("нет", "non"),
    ("a\tb", "a b"),
    ("z\x01", "z"),
]


@pytest.mark.parametrize("drop", [(), DEFAULT_DROPS, DROPPABLE_KINDS, *[(kind,) for kind in DROPPABLE_KINDS]])
def test_the_copy_lacks_exactly_what_was_to_be_dropped(drop):
    rows = [*_pairs(*GOOD, *BAD), RowProblem(row=99, kind="missing_side", reason="no fr")]
    report, counts = examine(rows, CHECKS), CopyCounts()
    kept = list(clean(rows, report, drop, checks=CHECKS, counts=counts))
    assert counts.dropped["missing_side"] == 1
    assert len(kept) + counts.dropped.total() == report.rows
    if len(drop) == 1:
        assert counts.dropped[drop[0]] == report.count(drop[0])
    if kept:
        after = examine(kept, CHECKS)
        assert not set(after.findings) & set(drop)


def test_what_cannot_be_dropped_is_said():
    report = examine(_pairs(*GOOD))
    with pytest.raises(ConfigError, match="wrong_language, nonsense cannot be dropped"):
        clean([], report, ["wrong_language", "nonsense"])
    assert set(DROPPABLE_KINDS) < set(KINDS)


def test_the_copy_can_be_trained_on_and_counts_what_it_rewrote(tmp_path):
    counts = CopyCounts()
    write_copy(_pairs(("a\tb", "c\nd"), ("e\x00", "f"), ("g", "h")), tmp_path / "out.tsv", counts)
    assert (counts.kept, counts.rewritten) == (3, 2)
    pairs = read_corpus(tmp_path / "out.tsv").pairs
    assert [(pair.source, pair.target) for pair in pairs] == [("a b", "c d"), ("e ", "f"), ("g", "h")]


def test_a_held_out_part_shares_no_source(tmp_path):
    pairs = [(f"Source {n % 50}" if n % 2 else f"source  {n % 50}", f"target {n}") for n in range(400)]
    counts = CopyCounts()
    files = tmp_path / "train.tsv", tmp_path / "dev.tsv"
    write_copy(_pairs(*pairs), files[0], counts, held_out=files[1], share=0.3, seed=2)
    train, held_out = ({pair.source.casefold() for pair in read_corpus(file).pairs} for file in files)
    assert held_out
    assert not {" ".join(s.split()) for s in train} & {" ".join(s.split()) for s in held_out}
    assert counts.kept + counts.held_out == counts.rows == 400


def test_the_share_held_out_is_about_right_and_moves_with_the_seed():
    sources = [f"sentence {number}" for number in range(5000)]
    first, second = ({s for s in sources if is_held_out(s, 0.1, seed)} for seed in (1, 2))
    assert 400 < len(first) < 600
    assert first != second
    assert first == {s for s in sources if is_held_out(f" {s.upper()}", 0.1, 1)}


def test_a_crash_leaves_the_old_copy_whole(tmp_path):
    path = tmp_path / "out.tsv"
    path.write_text("old\told\n")

    def failing():
        yield from _pairs(*GOOD)
        raise DataError("The file ends here.")

    with pytest.raises(DataError):
        write_copy(failing(), path, CopyCounts())
    assert path.read_text() == "old\told\n"
    assert [file.name for file in tmp_path.iterdir()] == ["out.tsv"]
    with pytest.raises(InputError, match="cannot be written: No such file"):
        write_copy([], tmp_path / "absent" / "x.tsv", CopyCounts())
    with pytest.raises(ConfigError, match=r"must lie between 0 and 1, not 1\.5"):
        write_copy([], path, CopyCounts(), held_out=tmp_path / "y.tsv", share=1.5)
    with pytest.raises(ConfigError, match=r"cannot both be out\.tsv"):
        write_copy([], path, CopyCounts(), held_out=path, share=0.5)


def test_all_rows_of_a_file_come_out_clean_or_counted(save):
    path = save(as_tsv([*GOOD, *[(s, t) for s, t in BAD if "\t" not in s]]))
    rows = read_rows(path)
    assert texts_of(rows)[:30] == GOOD


@pytest.mark.parametrize(
    ("language", "scripts"),
    [
        ("en", ("Latn",)),
        ("zh-TW", ("Hani", "Bopo")),
        ("ja", ("Hani", "Hira", "Kana")),
        ("ru", ("Cyrl",)),
        ("sr", ("Cyrl", "Latn")),
        ("sr-Latn", ("Latn",)),
        ("", ()),
        ("qq", ()),
    ],
)
def test_scripts_of_languages(language, scripts):
    assert scripts_of(language) == scripts
    assert (script_check(language) is None) is (not scripts)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("en", "en"),
        ("EN-us", "en"),
        ("eng", "en"),
        ("French", "fr"),
        ("zh_Hans_CN", "zh-Hans"),
        ("column 1", ""),
        ("qqq", ""),
    ],
)
def test_codes_of_languages(text, code):
    assert language_code(text) == code
