import datetime
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted_translator import ScriptedTranslator

from seq2seq.decoding.edits import AttentionEdit
from seq2seq.options import DecodingOptions
from seq2seq.translation import MadeBy
from seq2seq.ui.captions import describe_options
from seq2seq.ui.downloads import picture_text
from seq2seq.ui.report import describe_alarm, report_page
from seq2seq.ui.session import Choice

DAY = datetime.date(2026, 1, 2)
BEAM = DecodingOptions(method="beam", beam_width=3, n_best=3)
HOSTILE = st.one_of(
    st.text(max_size=15),
    st.sampled_from(
        ["<img src=x onerror=alert(1)>", "</style><script>1</script>", '"><b x="', "<!--", "\x00"]
    ),
)


class Reader(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.words = [], set(), []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data):
        self.words.append(data)


def report(translation, choice=Choice(), alarms=(), language="en"):  # noqa: B008 - frozen
    picture = picture_text(translation, choice, language, DAY)
    return report_page(translation, choice, alarms, picture, language, DAY)


def test_the_report_holds_all_of_it():
    translation = ScriptedTranslator().translate("one two", BEAM)
    translation = replace(
        translation,
        made_by=MadeBy(name="en-fr", source_language="en", target_language="fr"),
        edits=(AttentionEdit(kind="pin", position=1, step=0),),
    )
    alarms = [
        {"kind": "repetition", "words": ("a",), "value": 3},
        {"kind": "unsure", "words": (), "value": 0.25},
    ]
    page = report(translation, alarms=alarms)
    words = " ".join(Reader(page).words)
    for part in (
        "ONE TWO!!", "English → French", "Beam search · Beam width 3 · Length penalty 1", "98.0 %", "other0",
        "repeats “a” 3 times", "25.0 %", "Pinned “two” · step 1", "2026-01-02", "Attention: ONE TWO",
    ):  # fmt: skip
        assert part in words, part
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in page
    chinese = report(translation, alarms=alarms, language="zh")
    assert "束搜索 · 束宽 3" in chinese
    assert 'lang="zh-Hans"' in chinese


def test_the_report_follows_what_is_shown():
    translation = ScriptedTranslator().translate("one two", BEAM)
    alarms = [{"kind": "cut", "words": (), "value": 3}]
    page = report(translation, Choice(hypothesis=1), alarms)
    assert '<h1 dir="auto">ONE TWO!</h1>' in page
    assert "was cut" not in page
    assert "was cut after 3 tokens" in report(translation, alarms=alarms)


@given(source=HOSTILE, said=HOSTILE, token=HOSTILE, name=HOSTILE)
def test_nothing_in_a_report_is_markup_but_its_own(source, said, token, name):
    translation = ScriptedTranslator().translate("one two", BEAM)
    strings = dict.fromkeys(translation.token_strings, token)
    hostile = replace(
        translation,
        source=source,
        texts=(said,) * 3,
        token_strings=strings,
        source_tokens=(token,) * 3,
        prefix=said,
        made_by=MadeBy(name=name, source_language=name, target_language=name),
    )
    usual, read = Reader(report(translation)), Reader(report(hostile, alarms=[]))
    assert set(read.tags) == set(usual.tags)
    assert read.tags.count("td") == usual.tags.count("td")
    assert read.attributes == usual.attributes
    assert not {"script", "img", "link", "a", "iframe"} & set(read.tags)


def test_a_model_without_attention_has_a_picture_of_nothing():
    translation = ScriptedTranslator(heads=(0, 0)).translate("one", DecodingOptions(method="greedy"))
    ElementTree.fromstring(picture_text(translation, Choice(), "en", DAY))  # noqa: S314 - our own


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (DecodingOptions(method="greedy", maximum_length=9), "Greedy · Maximum length 9"),
        (
            DecodingOptions(method="sampling", temperature=0.7, seed=5),
            "Temperature 0.7 · Top k 0 · Top p 1 · Seed",
        ),
    ],
)
def test_a_caption_names_the_settings_that_count(options, words):
    assert words in describe_options(options, "en")


def test_an_alarm_is_said_as_in_the_live_view():
    alarm = {"kind": "uncovered", "words": ("{0}", "b"), "value": 0.1}
    assert "“{0}”, “b”" in describe_alarm(alarm, "en")
