"""The dates task has one answer to every question, and unseen dates are unseen."""

import gzip
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq.data import dates
from seq2seq.data.dates import DATE_STYLES, DateStyle, generate_dates, render_date, split_of
from seq2seq.data.readers import read_corpus
from seq2seq.errors import ConfigError

DAY = date(1999, 3, 3)


@pytest.mark.parametrize(
    ("language", "template", "text"),
    [
        ("en_GB", "the {ordinal} of {MMMM} {year}", "the 3rd of March 1999"),
        ("en_GB", "the {spelled} of {MMMM} {year}", "the third of March 1999"),
        ("en_US", "long", "March 3, 1999"),
        ("fr", "full", "mercredi 3 mars 1999"),
        ("de", "{EEE}, {d}. {MMM} {year}", "Mi., 3. März 1999"),
        ("ja", "full", "1999年3月3日水曜日"),
    ],
)
def test_styles_read_as_people_write(language, template, text):
    assert render_date(DAY, DateStyle(language, template)) == text


def test_short_years_and_apostrophes():
    numeric = DateStyle("en_GB", "{d}/{M}/{year}")
    assert render_date(DAY, numeric, short_year=True) == "3/3/99"
    assert render_date(date(2005, 3, 3), numeric, short_year=True) == "3/3/05"
    style = DateStyle("en_US", "{MMMM} {ordinal}, {year}")
    assert render_date(DAY, style, short_year=True, apostrophe=True) == "March 3rd, '99"


@pytest.mark.parametrize(
    ("day", "text"), [(1, "1st"), (2, "2nd"), (11, "11th"), (13, "13th"), (22, "22nd"), (31, "31st")]
)
def test_english_ordinals(day, text):
    style = DateStyle("en_GB", "{ordinal}")
    assert render_date(date(2000, 1, day), style) == text


def test_only_the_first_has_an_ordinal_in_french():
    style = DateStyle("fr", "le {ordinal} {MMMM} {year}")
    assert render_date(date(2000, 1, 1), style) == "le 1er janvier 2000"
    assert render_date(date(2000, 1, 2), style) == "le 2 janvier 2000"


def _carelessly(text: str) -> str:
    for change, _ in dates._CARELESS:
        text = change(text)
    return text


def test_no_surface_means_two_dates():
    """Every style, both lengths of the year, spoilt in every way at once: still one date each."""
    days = [date(2000, 12, 1) + timedelta(number) for number in range(140)]
    days += [
        date(year, month, day)
        for year in (1911, 1969, 2011, 2068)
        for month in (1, 2, 11, 12)
        for day in (1, 2, 10, 11, 12)
    ]
    meaning: dict[str, date] = {}
    for styles in DATE_STYLES.values():
        for style in styles:
            for day in days:
                shorts = [False, True] if style.allows_short_year and 1969 <= day.year <= 2068 else [False]
                for short in shorts:
                    text = _carelessly(render_date(day, style, short_year=short))
                    assert meaning.setdefault(text, day) == day, text


@settings(max_examples=200, deadline=None)
@given(day=st.dates(dates.FIRST_DATE, dates.LAST_DATE), data=st.data())
def test_numbers_are_read_day_first_or_full_year_first_with_the_pivot(day, data):
    style = data.draw(st.sampled_from(DATE_STYLES["numeric"]))
    short = style.allows_short_year and 1969 <= day.year <= 2068 and data.draw(st.booleans())
    text = render_date(day, style, short_year=short)
    numbers = [int(number) for number in "".join(c if c.isdigit() else " " for c in text).split()]
    if len(numbers) == 1:
        numbers = [int(text[:4]), int(text[4:6]), int(text[6:])]
    year, month, number = (
        numbers if len(text.split("-")[0].split("/")[0].split(".")[0].split()[0]) >= 4 else numbers[::-1]
    )
    year += 0 if year > 99 else (1900 if year >= 69 else 2000)
    assert date(year, month, number) == day


def test_pairs_follow_from_their_arguments_and_are_distinct():
    first, again, other = (generate_dates(500, seed=seed) for seed in (1, 1, 2))
    assert first.pairs == again.pairs
    assert first.pairs != other.pairs
    assert len({pair.source for pair in first.pairs}) == 500
    assert [pair.line for pair in first.pairs] == list(range(1, 501))
    assert all(date.fromisoformat(pair.target) for pair in first.pairs)


def test_splits_share_no_date_and_cover_the_calendar():
    seen = {
        split: {pair.target for pair in generate_dates(1500, seed=1, split=split).pairs}
        for split in ("train", "validation", "test")
    }
    assert not seen["train"] & seen["test"]
    assert not seen["train"] & seen["validation"]
    assert not seen["validation"] & seen["test"]
    shares = [split_of(date(1900, 1, 1) + timedelta(number)) for number in range(10_000)]
    assert 900 < shares.count("test") < 1100
    assert 900 < shares.count("validation") < 1100


@pytest.mark.parametrize("name", ["dates.tsv", "dates.tsv.gz"])
def test_the_command_writes_what_the_reader_reads(tmp_path, name):
    path = tmp_path / name
    assert dates.main(["--count", "50", "--seed", "3", "--split", "test", "--output", str(path)]) == 0
    assert (path.read_bytes()[:2] == b"\x1f\x8b") == name.endswith(".gz")
    assert read_corpus(path).pairs == generate_dates(50, seed=3, split="test").pairs


def test_equal_corpora_are_equal_bytes(tmp_path):
    for name in ("a.tsv.gz", "b.tsv.gz"):
        dates.write_corpus(generate_dates(20, seed=1), tmp_path / name)
    assert (tmp_path / "a.tsv.gz").read_bytes() == (tmp_path / "b.tsv.gz").read_bytes()
    assert gzip.decompress((tmp_path / "a.tsv.gz").read_bytes()).count(b"\n") == 20


def test_what_cannot_be_made_is_refused(tmp_path, capsys):
    with pytest.raises(
        ConfigError, match=r"count must lie between 1 and 500,000, not 0\. split must be one of"
    ):
        generate_dates(0, seed=1, split="dev")
    with pytest.raises(SystemExit) as caught:
        dates.main(["--count", "1", "--output", str(tmp_path / "absent" / "x.tsv")])
    assert caught.value.code == 2
    assert "No such file" in capsys.readouterr().err
