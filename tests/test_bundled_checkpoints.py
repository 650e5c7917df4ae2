"""What is committed in checkpoints/ is whole, small, described and as good as its card says."""

from pathlib import Path

import pytest

from seq2seq.checkpoints import list_checkpoints, read_scores
from seq2seq.data.corpus import ParallelCorpus
from seq2seq.data.dates import generate_dates
from seq2seq.data.readers import read_corpus
from seq2seq.evaluation import evaluate
from seq2seq.options import DecodingOptions
from seq2seq.translator import load_translator

ROOT = Path(__file__).parents[1]
CHECKPOINTS = list_checkpoints(ROOT / "checkpoints")
TEST_PAIRS = ROOT.parent / "shared" / "data" / "tatoeba.en-fr.test.tsv.gz"
LARGEST_FILE_BYTES = 10_000_000


def test_both_tasks_are_bundled():
    assert [folder.name for folder in CHECKPOINTS] == ["dates", "en-fr"]


@pytest.mark.parametrize("folder", CHECKPOINTS, ids=lambda folder: folder.name)
def test_every_file_is_small_enough_for_a_space(folder):
    sizes = {
        path: path.stat().st_size
        for path in folder.rglob("*")
        if path.is_file() and not {"resume", "neighbours"} & set(path.parts)
    }
    assert max(sizes.values()) < LARGEST_FILE_BYTES


@pytest.mark.parametrize("folder", CHECKPOINTS, ids=lambda folder: folder.name)
def test_the_card_names_data_licence_commands_scores_and_weaknesses(folder):
    card = (folder / "README.md").read_text("utf-8")
    for heading in ("## Training data", "## How it was trained", "## Scores", "## Known weaknesses"):
        section = card.split(heading)[1].split("\n## ")[0]
        assert len(section) > 40
    assert "\nlicense: " in card
    assert "python -m seq2seq train" in card
    assert "tok:13a" in card


@pytest.mark.parametrize("folder", CHECKPOINTS, ids=lambda folder: folder.name)
def test_the_examples_translate(folder):
    translator = load_translator(folder, "cpu")
    assert len(translator.examples) >= 5
    for example in translator.examples:
        result = translator.translate(example, DecodingOptions(method="beam", beam_width=5))
        assert result.beams[-1].hypotheses[0].finished


def test_dates_reads_unseen_dates():
    corpus = generate_dates(400, seed=11, split="test")
    translator = load_translator(ROOT / "checkpoints" / "dates", "cpu")
    assert evaluate(translator, corpus, DecodingOptions(method="greedy")).exact_match >= 99


@pytest.mark.skipif(
    not TEST_PAIRS.exists(), reason="the real parallel text (../shared/data) is not beside the checkout"
)
def test_english_to_french_is_as_good_as_its_card_says():
    corpus = read_corpus(TEST_PAIRS)
    sample = ParallelCorpus(
        pairs=corpus.pairs[:600],
        source_language=corpus.source_language,
        target_language=corpus.target_language,
        origin=corpus.origin,
    )
    folder = ROOT / "checkpoints" / "en-fr"
    result = evaluate(load_translator(folder, "cpu"), sample, DecodingOptions(method="greedy"))
    claimed = read_scores(folder)["test"]["greedy"]["bleu"]
    assert result.single_reference["bleu"].value == pytest.approx(claimed, abs=6)
