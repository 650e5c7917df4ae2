import gzip
import json

import pytest

from seq2seq.ui import train_data
from seq2seq.ui.train_data import (
    DataSession,
    chosen_columns,
    column_names,
    examine_data,
    found_kinds,
    guess_languages,
    look_at,
)

LINES = [f"Sentence number {number} is here.\tVoici la phrase numéro {number}." for number in range(40)]


def brought(tmp_path, lines=LINES, name="mine.tsv"):
    path = tmp_path / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return [str(path)]


def examined(tmp_path, lines=LINES):
    session = DataSession()
    look_at(session, "en", brought(tmp_path, lines), None)
    return session, examine_data(session, "en", ("", ""), ("en", "fr"))


def test_a_file_is_shown_as_it_begins(tmp_path):
    session = DataSession()
    view = look_at(session, "en", brought(tmp_path), None)
    assert (view["status"], view["format"], view["encoding"], view["message"]) == (
        "looked",
        "tsv",
        "utf-8",
        "",
    )
    assert json.loads(view["preview"])[0] == LINES[0].split("\t")
    assert chosen_columns(session) == tuple(column_names(session))


def test_two_files_and_pasted_text_are_pairs_too(tmp_path):
    sides = [[line.split("\t")[side] for line in LINES] for side in (0, 1)]
    both = brought(tmp_path, sides[0], "a.en") + brought(tmp_path, sides[1], "a.fr")
    for paths, pasted in ((both, None), (None, "\n".join(LINES))):
        session = DataSession()
        assert look_at(session, "en", paths, pasted)["status"] == "looked"
        assert examine_data(session, "en", ("", ""), ("", ""))["pairs"] == 40


def test_what_is_wrong_is_counted_with_examples(tmp_path):
    session, view = examined(tmp_path, [*LINES, LINES[3], "no tab here"])
    assert (view["status"], view["rows"], view["pairs"], view["clean"]) == ("examined", 42, 41, 40)
    found = {kind: (count, examples) for kind, count, _, examples in map(json.loads, view["findings"])}
    assert found["duplicate"][0] == 1
    assert found["duplicate"][1][0][:2] == [41, LINES[3].split("\t")[0]]
    kinds, wanted = found_kinds(session, "zh")
    assert (kinds, wanted) == ([("句对重复出现 (1)", "duplicate")], ["duplicate"])


def test_the_parts_share_no_source(tmp_path, monkeypatch):
    monkeypatch.setattr(train_data, "LARGEST_SHARE", 0.3)
    session, _ = examined(tmp_path, [*LINES, *LINES])
    training, held_out, test = (list(part) for part in session.pairs([]))
    assert len(training) + len(held_out) + len(test) == 80
    assert held_out
    assert test
    sources = [{source for source, _ in part} for part in (training, held_out, test)]
    assert sum(map(len, sources)) == len(set().union(*sources))
    fewer = [list(part) for part in session.pairs(["duplicate"])]
    assert sum(map(len, fewer)) == 40
    assert set(fewer[1]) == set(held_out)


def test_a_view_survives_what_is_refused_next(tmp_path):
    session, view = examined(tmp_path)
    later = look_at(session, "en", [str(tmp_path / "gone.tsv")], None)
    assert later["status"] == view["status"]
    assert later["message"].startswith("gone.tsv cannot be read")
    assert session.report is not None


@pytest.mark.parametrize(
    ("paths", "pasted", "sentence"),
    [
        (None, None, "There are no sentences yet"),
        (None, "  \n", "There are no sentences yet"),
        (["a", "b", "c"], None, "There are 3 files"),
        (None, "one column\nonly", "The pasted text has one column only"),
    ],
)
def test_what_is_no_pair_gets_one_sentence(paths, pasted, sentence):
    view = look_at(DataSession(), "en", paths, pasted)
    assert sentence in view["message"]
    assert look_at(DataSession(), "zh", paths, pasted)["message"] != view["message"]


def test_nothing_is_trained_on_before_it_was_examined(tmp_path):
    session = DataSession()
    look_at(session, "en", brought(tmp_path), None)
    with pytest.raises(train_data.Seq2SeqError, match="have not been examined yet"):
        session.pairs([])
    few, _ = examined(tmp_path, LINES[:5])
    with pytest.raises(train_data.Seq2SeqError, match="There are 5 pairs, and 20 are the fewest"):
        few.pairs([])


def test_a_packed_file_is_read_as_it_is(tmp_path):
    path = tmp_path / "mine.tsv.gz"
    path.write_bytes(gzip.compress("\n".join(LINES).encode()))
    session = DataSession()
    look_at(session, "en", [str(path)], None)
    assert examine_data(session, "en", ("2", "1"), ("", ""))["pairs"] == 40
    assert next(iter(session.pairs([])[0]))[0].startswith("Voici")


def test_going_through_the_training_pairs_once_fills_the_other_parts(tmp_path):
    session, _ = examined(tmp_path)
    seen = []
    training, held_out, test = session.pairs([], seen.append)
    assert held_out == test == seen == []
    assert len(list(training)) + len(held_out) + len(test) == 40
    assert held_out
    assert seen[-1] == 1.0


CHINESE = [f"I have {number} books.\t我有{number}本书。" for number in range(40)]


@pytest.mark.parametrize(
    ("lines", "languages"),
    [
        (CHINESE, ("", "zh")),
        ([*["en\tzh"], *CHINESE], ("en", "zh")),
        ([f"本を{number}冊持っています。\t책 {number}권" for number in range(40)], ("ja", "ko")),
        (LINES, ("", "")),
    ],
)
def test_languages_are_known_by_names_of_columns_or_by_scripts(tmp_path, lines, languages):
    session = DataSession()
    look_at(session, "en", brought(tmp_path, lines), None)
    first, second = chosen_columns(session)
    assert guess_languages(session, (first, second)) == languages
    assert guess_languages(session, (second, first)) == languages[::-1]
    assert guess_languages(session, ("no such column", None)) == ("", "")


def test_nothing_is_guessed_of_the_languages_of_a_lesson(tmp_path):
    session = DataSession()
    look_at(session, "en", brought(tmp_path, CHINESE), None)
    session.take(session.table, "numbers")
    session.columns = session.table.choose_columns()
    assert guess_languages(session, chosen_columns(session)) == ("", "")
