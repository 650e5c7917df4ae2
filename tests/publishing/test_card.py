"""The model card: the Hub's client takes it, a stranger can use it, and a person's own words stay."""

import re
from pathlib import Path

import pytest
from finished_run import SCORES
from huggingface_hub import ModelCard
from huggingface_hub.repocard_data import model_index_to_eval_results

from seq2seq.publishing.card_sections import read_sections
from seq2seq.publishing.publication import Wishes, prepare_publication

ROOT = Path(__file__).parents[2]
WISHES = Wishes(repository="ana/model", licence="mit")


@pytest.fixture
def card(make_run):
    return prepare_publication(make_run(), WISHES).card


def test_the_header_says_what_the_hub_wants_to_know(card):
    data = ModelCard(card).data
    assert (data.license, data.library_name, data.pipeline_tag) == ("mit", "seq2seq-explorer", "translation")
    assert data.language == ["en", "fr"]
    assert data.tags == ["seq2seq", "attention", "translation"]
    assert data["widget"] == [{"text": "a b c d"}]


def test_the_results_are_ones_that_the_hubs_client_reads(card):
    index = ModelCard(card).data.to_dict()["model-index"]
    name, results = model_index_to_eval_results(index)
    assert name == "model"
    told = {(result.metric_type, result.metric_args["search"]): result for result in results}
    assert set(told) == {
        ("bleu", "greedy"),
        ("chrf", "greedy"),
        ("ter", "greedy"),
        ("bleu", "beam 5"),
        ("chrf", "beam 5"),
    }
    best = told["bleu", "beam 5"]
    assert (best.metric_value, best.metric_name) == (33.0, "BLEU (beam 5)")
    assert best.metric_args == {"search": "beam 5", "pairs": 20, "signature": "nrefs:1|tok:13a"}
    assert (best.task_type, best.dataset_split, best.dataset_name) == (
        "translation",
        "test",
        "Held-out test pairs",
    )


def test_without_a_test_the_validation_is_told_and_called_so(make_run):
    scores = {"validation": SCORES["validation"]}
    card = prepare_publication(make_run(scores=scores), WISHES).card
    _, results = model_index_to_eval_results(ModelCard(card).data.to_dict()["model-index"])
    assert {(result.metric_type, result.dataset_split) for result in results} == {
        ("bleu", "validation"),
        ("chrf", "validation"),
    }
    assert "| greedy, validation | 30.00 | 49.00 | 1.50 |" in card


def test_without_any_score_there_is_no_index_and_the_card_says_so(make_run):
    card = prepare_publication(make_run(scores={}), WISHES).card
    assert "model-index" not in ModelCard(card).data.to_dict()
    assert "## Scores\n\nNot scored yet." in card


def test_a_stranger_finds_what_it_is_how_to_use_it_and_its_limits(card):
    assert (
        "Translates English to French. It is a bidirectional GRU that reads, a GRU that writes, and general"
        in card
    )
    assert (
        'translator = load_translator("ana/model")\nprint(translator.translate("a b c d").texts[0])' in card
    )
    assert "python -m seq2seq translate --checkpoint ana/model < source.txt" in card
    assert "?model=ana/model" in card
    assert "![Heatmap of the attention of one translation](assets/attention.svg)" in card
    assert "| decoder size | 16 |" in card
    assert "| feed forward size |" not in card
    assert "| greedy | 31.25 | 50.50 | 40.00 | 20 |" in card
    assert "- BLEU: sacrebleu `nrefs:1|tok:13a`" in card
    assert "20 pairs of `train.tsv`." in card
    assert "It translates one sentence at a time" in card


def test_no_heading_is_there_twice_and_none_is_empty(card):
    headings = re.findall("^## (.+)$", card, flags=re.MULTILINE)
    assert headings == [
        "What it looks at",
        "Use",
        "Model",
        "Training data",
        "How it was trained",
        "Scores",
        "Known weaknesses",
    ]
    assert all(text for text in read_sections(ModelCard(card).text).sections.values())


def test_the_wishes_stand_in_place_of_what_the_card_said(make_run):
    wishes = Wishes(
        repository="ana/model", licence="mit", summary="It reverses.", data="Made up.", datasets=("ana/text",)
    )
    card = prepare_publication(make_run(), wishes).card
    assert "# model\n\nIt reverses.\n\n##" in card
    assert "## Training data\n\nMade up.\n\n##" in card
    assert ModelCard(card).data.datasets == ["ana/text"]


def test_pushing_what_was_pulled_changes_nothing_in_the_card(make_run, card):
    again = make_run("again")
    (again / "README.md").write_text(card)
    assert prepare_publication(again, Wishes(repository="ana/model")).card == card


def test_a_sentence_with_markdown_in_it_stays_a_sentence(make_run):
    card = prepare_publication(make_run(examples=("a *b* `c` [d](e)",)), WISHES).card
    assert r"*a \*b\* \`c\` \[d\](e)*" in card


@pytest.mark.parametrize("name", ["en-fr", "dates"])
def test_the_words_of_a_bundled_card_stay(name):
    earlier = (ROOT / "checkpoints" / name / "README.md").read_text("utf-8")
    card = prepare_publication(ROOT / "checkpoints" / name, Wishes(repository=f"ana/{name}")).card
    before, after = (read_sections(ModelCard(text).text) for text in (earlier, card))
    assert after.summary == before.summary
    for heading in ("Training data", "Known weaknesses"):
        assert after.sections[heading] == before.sections[heading]
    assert before.sections["Files"] in after.sections["Files"]
    assert after.sections["Files"].endswith("`general_test.tsv` is not in this repository.")
    assert "\n# another day" in after.sections["How it was trained"] or name == "dates"
    assert "| parameters |" in after.sections["Model"]


def test_a_comment_in_code_is_no_heading():
    text = "# Title\n\nFirst.\n\n## Use\n\n```\n# a comment\n## another\n```\n\n## End\n\nLast.\n"
    found = read_sections(text)
    assert (found.title, found.summary) == ("Title", "First.")
    assert found.sections == {"Use": "```\n# a comment\n## another\n```", "End": "Last."}
    assert found.write() == text
