"""Every format in every packing, with the awkward things real files have."""

import datetime
import gzip

import pytest
from awkward_files import (
    PACKERS,
    WRITERS,
    as_csv,
    as_jsonl,
    as_tmx,
    as_tsv,
    as_xlsx,
    as_zip,
    read_rows,
    texts_of,
)

from seq2seq.doctor.parts import Limits
from seq2seq.doctor.reading import read_pasted, read_table
from seq2seq.doctor.rows import RowProblem
from seq2seq.errors import DataError

PAIRS = [
    ("A red door.", "Une porte rouge."),
    ("Two cats, & 'three' <dogs>", "Deux chats à l'été"),
    ("你好", "Ça va ?"),
]


@pytest.mark.parametrize("packing", PACKERS)
@pytest.mark.parametrize("form", WRITERS)
def test_every_format_in_every_packing_gives_the_same_pairs(save, form, packing):
    content, name = PACKERS[packing](WRITERS[form](PAIRS), f"any-name.{form}")
    table = read_table(save(content, name))
    assert table.format == form
    assert texts_of(table.iter_pairs(*table.choose_columns())) == PAIRS


@pytest.mark.parametrize("form", WRITERS)
def test_the_content_tells_the_format_whatever_the_name(save, form):
    assert read_table(save(WRITERS[form](PAIRS), "download")).format == form


def test_progress_ends_at_the_size_of_the_file(save):
    path = save(gzip.compress(as_tsv(PAIRS * 50_000)))
    told = []
    table = read_table(path)
    assert len(list(table.iter_pairs(*table.columns, lambda *so_far: told.append(so_far)))) == 150_000
    assert told == sorted(told)
    assert told[-1] == (path.stat().st_size, path.stat().st_size)


def test_moses_pairs_come_as_two_files_or_one_archive(save):
    sides = {"corpus.en": "one\ntwo\n", "corpus.fr": "un\ndeux"}
    table = read_table(*(save(text, name) for name, text in sides.items()))
    assert [column.language for column in table.columns] == ["en", "fr"]
    assert texts_of(table.iter_pairs(*table.columns)) == [("one", "un"), ("two", "deux")]
    archive = save(as_zip({"README": "about", **sides, "__MACOSX/._corpus.en": "x"}), "x.zip")
    assert texts_of(read_rows(archive)) == [("one", "un"), ("two", "deux")]


@pytest.mark.parametrize("form", sorted(set(WRITERS) - {"xlsx"}))
def test_two_files_of_pairs_are_not_the_sides_of_one(save, form):
    content = WRITERS[form](PAIRS)
    with pytest.raises(DataError, match=rf"^a\.{form} and b\.{form} hold pairs already.*one of them alone"):
        read_table(save(content, f"a.{form}"), save(content, f"b.{form}"))


def test_a_side_may_hold_tabs_commas_and_brackets(save):
    sides = save("[1]\na, b\n{c}\n", "x.en"), save("[1]\nun\tdeux\n{c}\n", "x.fr")
    assert texts_of(read_rows(*sides)) == [("[1]", "[1]"), ("a, b", "un\tdeux"), ("{c}", "{c}")]


def test_the_sides_may_be_csv_files_of_one_column(save):
    sides = save("one\ntwo\n", "source.csv"), save("un\ndeux\n", "target.csv")
    assert texts_of(read_rows(*sides)) == [("one", "un"), ("two", "deux")]


def test_lines_beyond_the_shorter_file_are_named(save):
    rows = read_rows(save("one\ntwo\nthree\n", "x.en"), save("un\n", "x.fr"))
    assert [(row.row, row.kind, row.source) for row in rows[1:]] == [
        (2, "unequal_lines", "two"),
        (3, "unequal_lines", "three"),
    ]
    assert "x.fr has ended" in rows[1].reason


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_has_quoted_line_breaks_and_delimiters(save, delimiter):
    pairs = [('a "quoted"\nline', f"b{delimiter}c"), ("two", "deux"), ("three", "trois")]
    assert texts_of(read_rows(save(as_csv(pairs, delimiter), "x.csv"))) == pairs


def test_ragged_rows_are_problems_with_their_line(save):
    path = save('id,en,fr\n1,"a\nb",c\n2,d\n3,e,f,g\n\n4,h,i\n' + "5,j,k\n" * 20, "x.csv")
    table = read_table(path)
    rows = list(table.iter_pairs(*table.choose_columns("en", "fr")))
    assert [(row.row, row.kind) for row in rows if isinstance(row, RowProblem)] == [
        (4, "missing_side"),
        (5, "extra_columns"),
        (6, "missing_side"),
    ]
    assert rows[0].line == 2
    assert rows[0].source == "a\nb"
    assert rows[1].reason == "no fr"
    assert rows[2].reason == "4 columns instead of 3"


def test_a_quote_without_end_is_a_named_problem_and_not_a_lost_rest(save):
    rows = read_rows(save("a,b\n" * 60 + '"c,d\n' + "e,f\n", "x.csv"))
    assert isinstance(rows[-1], RowProblem)
    assert "line 61 to 62" in rows[-1].reason
    assert len(rows) == 61


def test_json_lines_may_nest_be_arrays_and_hold_nulls(save):
    nested = '{"id": 7, "translation": {"en": "one", "fr": "un"}}\n'
    table = read_table(save(nested, "x.jsonl"))
    assert [(column.name, column.language) for column in table.columns] == [
        ("id", ""),
        ("translation.en", "en"),
        ("translation.fr", "fr"),
    ]
    assert texts_of(table.iter_pairs(*table.choose_columns("en", "fr"))) == [("one", "un")]
    assert texts_of(read_rows(save('["one", "un"]\n["two", "deux"]\n'))) == [("one", "un"), ("two", "deux")]


@pytest.mark.parametrize(
    ("line", "kind", "reason"),
    [
        ('{"en": "x"}', "missing_side", "no fr"),
        ('{"en": "x", "fr": null}', "missing_side", "no fr"),
        ('{"en": "x", ', "unreadable", "it is not JSON"),
        ("7", "unreadable", "neither an object nor an array"),
        ('{"en": "\\ud800", "fr": "x"}', "unreadable", "half of a surrogate pair"),
        ("[" * 100_000, "unreadable", "it is not JSON"),
        ("", "missing_side", "blank line"),
        ('["x", "y"]', "unreadable", "an array among objects"),
    ],
)
def test_a_bad_json_line_is_named_and_the_others_are_read(save, line, kind, reason):
    first, problem, last = read_rows(save(as_jsonl(PAIRS[:1]) + f"{line}\n".encode() + as_jsonl(PAIRS[1:2])))
    assert (problem.kind, problem.row) == (kind, 2)
    assert reason in problem.reason
    assert texts_of([first, last]) == PAIRS[:2]


def test_a_translation_memory_keeps_text_and_leaves_codes_out(save):
    unit = (
        "<tu><tuv xml:lang='en-US'><seg>Click <bpt i='1'>&lt;b&gt;</bpt><hi>here</hi><ept i='1'>&lt;/b&gt;</ept>"
        "!</seg></tuv><tuv lang='FR'><note>n</note><seg>Cliquez <ph>x</ph>ici&#33;</seg></tuv></tu>"
    )
    twice = "<tu><tuv xml:lang='en-US'><seg>a</seg></tuv><tuv xml:lang='en-US'><seg>b</seg></tuv></tu>"
    alone = "<tu><tuv xml:lang='en-US'><seg>a</seg></tuv></tu>"
    table = read_table(save(f"<tmx version='1.4'><body>{unit}{twice}{alone}</body></tmx>", "x.tmx"))
    assert [column.language for column in table.columns] == ["en", "fr"]
    pair, double, lonely = table.iter_pairs(*table.columns)
    assert (pair.source, pair.target) == ("Click here!", "Cliquez ici!")
    assert "two texts in 'en-US'" in double.reason
    assert lonely.kind == "missing_side"


@pytest.mark.parametrize("encoding", ["UTF-16", "ISO-8859-1", "GB18030"])
def test_a_translation_memory_is_in_the_encoding_it_declares(save, encoding):
    pairs = [("été", "à bientôt")] if encoding != "GB18030" else [("你好", "世界")]
    assert texts_of(read_rows(save(as_tmx(pairs, encoding=encoding), "x.tmx"))) == pairs


def test_a_sheet_with_numbers_dates_and_gaps(save):
    day, moment = datetime.date(1999, 3, 3), datetime.datetime(1999, 3, 3, 12, 30)
    rows = [("source", "target"), (1, 2.5), (day, moment), (True, 1e20), (None, None), ("x", None)]
    found = read_rows(save(as_xlsx(rows), "x.xlsx"))
    assert texts_of(found[:3]) == [
        ("1", "2.5"),
        ("1999-03-03", "1999-03-03T12:30:00"),
        ("TRUE", "1e+20"),
    ]
    assert [(row.kind, row.row) for row in found[3:]] == [("missing_side", 5), ("missing_side", 6)]


def test_columns_are_found_by_number_name_and_language(save):
    path = save("id\tEnglish\tfr-CA\n1\tone\tun\n")
    table = read_table(path)
    assert [(column.name, column.language) for column in table.columns] == [
        ("id", ""),
        ("English", "en"),
        ("fr-CA", "fr"),
    ]
    assert table.preview == (("1", "one", "un"),)
    assert table.find_column("fr") == table.find_column(3) == table.columns[2]
    assert table.choose_columns(languages=("fr", "en")) == (table.columns[2], table.columns[1])
    with pytest.raises(DataError, match=r"has no column 'de'. Its columns are 1 id, 2 English, 3 fr-CA"):
        table.find_column("de")
    with pytest.raises(DataError, match="Source and target are both column 'English'"):
        table.choose_columns("2", "en")


def test_a_first_row_of_text_is_no_header_unless_asked(save):
    path = save("The source of joy\tLa source\nNo\tNon\n")
    assert not read_table(path).has_header
    assert len(read_rows(path, header=True)) == 1


def test_the_text_tells_the_language_where_no_name_does(save):
    pairs = [
        ("The weather is very nice today, is it not?", "Il fait très beau aujourd'hui, n'est-ce pas ?")
    ] * 5
    assert [column.language for column in read_table(save(as_tsv(pairs))).columns] == ["en", "fr"]


def test_pasted_text_is_read_as_a_file_is():
    table = read_pasted("one\tun\ntwo\tdeux")
    assert texts_of(table.iter_pairs(*table.columns)) == [("one", "un"), ("two", "deux")]
    with pytest.raises(DataError, match="The pasted text is empty"):
        read_pasted("")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "x.tsv is empty"),
        (b"\n \n", "x.tsv is empty"),
        (b"%PDF-1.7 ...", "is a PDF, not parallel text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "is an old Office file"),
        (b"<html><p>hi</p></html>", "is XML or HTML without a translation memory"),
        (b"one\ntwo\n", "has one column only"),
        (bytes(range(1, 32)) * 9, "is bytes that are no text"),
        (b'{"en": "x"}\n', "has 1 column, and a pair needs two"),
    ],
)
def test_what_is_no_parallel_text_is_refused_in_one_sentence(save, content, message):
    path = save(content)
    with pytest.raises(DataError, match=message) as caught:
        read_table(path)
    assert caught.value.key.startswith("doctor_")
    assert str(path.parent) not in str(caught.value)


def test_too_many_rows_and_too_long_lines_are_refused(save):
    table = read_table(save("a\tb\n" * 11), limits=Limits(most_rows=10))
    with pytest.raises(DataError, match="more than 10 rows"):
        list(table.iter_pairs(*table.columns))
    with pytest.raises(DataError, match="a line of more than 1,000,000 characters"):
        read_table(save("a\tb" * 1_000_000))
