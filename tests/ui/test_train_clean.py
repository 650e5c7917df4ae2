"""What the Train tab says and gives of a visitor's data before a run: the cleaned copy, and the coverage."""

import csv
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seq2seq.errors import Seq2SeqError
from seq2seq.ui.shelf import CheckpointShelf
from seq2seq.ui.train_clean import CLEANED_FILE, COLUMNS, LEFT_OUT_FILE, pack_cleaned
from seq2seq.ui.train_coverage import describe_coverage
from seq2seq.ui.train_data import DataSession, examine_data, look_at
from seq2seq.ui.train_handlers import LONGEST_PROBE_CHARACTERS, base_folder, build_new_run
from seq2seq.ui.train_wish import Wish

ROOT = Path(__file__).parents[2] / "checkpoints"
BUNDLED = CheckpointShelf(ROOT)
ROWS = ["a b\tx y", "a b\tx y", "alone\t", "same\tsame", "=1+1\tsum", "c d\tz"]


def examined(lines):
    session = DataSession()
    look_at(session, "en", None, "\n".join(lines))
    examine_data(session, "en", ("1", "2"), ("", ""))
    return session


def unpack(path):
    with zipfile.ZipFile(path) as archive:
        assert sorted(archive.namelist()) == [CLEANED_FILE, LEFT_OUT_FILE]
        kept = archive.read(CLEANED_FILE).decode().splitlines()
        left = archive.read(LEFT_OUT_FILE).decode("utf-8-sig")
    return kept, list(csv.DictReader(io.StringIO(left)))


def test_a_cleaned_copy_comes_with_every_row_that_is_not_in_it():
    kept, left = unpack(pack_cleaned(examined(ROWS), ["duplicate", "identical"], "en"))
    assert kept == ["a b\tx y", "=1+1\tsum", "c d\tz"]
    assert [(row["row"], row["source"]) for row in left] == [("2", "a b"), ("3", "alone"), ("4", "same")]
    assert left[0]["reason"] == "pairs that stood there before"
    assert list(left[0]) == list(COLUMNS)


def test_what_a_spreadsheet_takes_for_a_formula_is_marked():
    lines = ["=1+1\tsum", "=1+1\tsum", "b\tc"]
    _, left = unpack(pack_cleaned(examined(lines), ["duplicate"], "en"))
    assert left[0]["source"] == "'=1+1"


_SIDE = st.text("ab c", max_size=6)
_ROWS = st.lists(st.tuples(_SIDE, _SIDE), min_size=1, max_size=25)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rows=st.lists(st.tuples(_SIDE, _SIDE), min_size=1, max_size=25),
    drop=st.sets(st.sampled_from(["duplicate", "identical"])),
)
def test_kept_and_left_out_together_are_all_rows(rows, drop):
    lines = [f"{source}\t{target}" for source, target in rows]
    session = examined(["first row\tthe first", *lines, "last row\tthe last"])
    kept, left = unpack(pack_cleaned(session, drop, "zh"))
    assert len(kept) + len(left) == session.report.rows
    numbers = [int(row["row"]) for row in left]
    assert numbers == sorted(set(numbers))


def test_there_is_no_copy_before_the_data_were_examined():
    assert pack_cleaned(DataSession(), [], "en") is None
    session = DataSession()
    look_at(session, "en", None, "\n".join(ROWS))
    assert pack_cleaned(session, [], "en") is None


@pytest.mark.parametrize(
    ("base", "line", "verdict"),
    [
        (
            "en-fr",
            "The children are playing in the garden.\tLes enfants jouent dans le jardin.",
            "covers the text well",
        ),
        ("en-fr", "The children play.\t孩子们在花园里玩耍。", "fall into small pieces"),
        ("dates", "March 3, 1999\t03/03/1999", "can neither read nor ever write"),
    ],
)
def test_a_tokenizer_is_judged_by_what_it_makes_of_the_text(base, line, verdict):
    assert verdict in describe_coverage(examined([line] * 30), ROOT / base, "en")


def test_without_data_or_a_checkpoint_nothing_is_said():
    session = examined(ROWS)
    assert describe_coverage(session, None, "en") == ""
    assert describe_coverage(DataSession(), ROOT / "en-fr", "en") == ""
    assert base_folder(None, BUNDLED, None, "new", "en-fr") is None
    assert base_folder(None, BUNDLED, None, "fine_tune", "../x") is None
    assert base_folder(None, BUNDLED, None, "fine_tune", "en-fr") == ROOT / "en-fr"


def test_a_sentence_to_watch_goes_to_the_run_and_a_long_one_is_refused():
    session = examined([f"March {day}, 1999\t1999-03-{day:02}" for day in range(1, 29)])
    values = {
        "name": "m",
        "start": "fine_tune",
        "base": "dates",
        "preset": "minutes",
        "drop": (),
        "settings": {},
    }
    assert build_new_run(None, BUNDLED, None, session, Wish(**values, probe=" March 3 ")).probe == "March 3"
    with pytest.raises(Seq2SeqError, match="has 201 characters; at most 200 can be drawn"):
        build_new_run(
            None, BUNDLED, None, session, Wish(**values, probe="a" * (LONGEST_PROBE_CHARACTERS + 1))
        )


def test_embeddings_are_for_a_new_model(tmp_path):
    session = examined([f"March {day}, 1999\t1999-03-{day:02}" for day in range(1, 29)])
    values = {"name": "m", "base": "dates", "preset": "minutes", "drop": (), "settings": {}}
    values["embeddings"] = {"target": str(tmp_path / "fr.vec")}
    new = build_new_run(None, BUNDLED, None, session, Wish(**values, start="new"))
    assert new.embeddings == {"target": tmp_path / "fr.vec"}
    with pytest.raises(Seq2SeqError, match="Embeddings come with the model that is fine-tuned"):
        build_new_run(None, BUNDLED, None, session, Wish(**values, start="fine_tune"))
