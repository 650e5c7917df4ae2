import pytest
from reversal import TINY, reversal_pairs

from seq2seq.checkpoints import CheckpointInfo, create_checkpoint, read_scores, save_scores
from seq2seq.config import ModelConfig
from seq2seq.data.tokenizers import train_tokenizer
from seq2seq.model_card import CardNotes, keep_test_scores, write_model_card

NOTES = CardNotes(
    summary="It reverses.",
    data="Made up.",
    licence="cc-by-2.0",
    commands="python -m seq2seq train",
    weaknesses="Long strings.",
)


@pytest.fixture
def folder(tmp_path):
    tokenizer = train_tokenizer(
        "characters", [text for pair in reversal_pairs(20, seed=1) for text in pair], vocabulary_size=50
    )
    info = CheckpointInfo(
        model=ModelConfig.from_json(TINY["model"]),
        source_vocabulary_size=tokenizer.size,
        target_vocabulary_size=tokenizer.size,
        source_language="en",
        target_language="fr",
    )
    create_checkpoint(tmp_path / "reverse", info, tokenizer, tokenizer)
    save_scores(tmp_path / "reverse", {"validation": {"bleu": 12.345}})
    return tmp_path / "reverse"


def test_a_card_says_what_the_model_is_its_data_licence_commands_scores_and_weaknesses(folder):
    write_model_card(folder, NOTES)
    card = (folder / "README.md").read_text("utf-8")
    assert card.startswith("---\nlibrary_name: seq2seq-explorer\nlanguage:\n- en\n- fr\nlicense: cc-by-2.0\n")
    for part in (
        "It reverses.",
        "Made up.",
        "python -m seq2seq train",
        "Long strings.",
        "| decoder_size | 16 |",
    ):
        assert part in card
    assert "| validation bleu | 12.35 |" in card


def test_test_scores_are_kept_beside_the_others_and_shown_in_the_card(folder):
    write_model_card(folder, NOTES)
    keep_test_scores(folder, "greedy", {"bleu": 30.5, "bleu_signature": "nrefs:1"})
    keep_test_scores(folder, "beam 5", {"bleu": 31.5})
    scores = read_scores(folder)
    assert scores["test"] == {"greedy": {"bleu": 30.5, "bleu_signature": "nrefs:1"}, "beam 5": {"bleu": 31.5}}
    assert scores["validation"] == {"bleu": 12.345}
    card = (folder / "README.md").read_text("utf-8")
    assert "| test greedy bleu | 30.50 |" in card
    assert "| test beam 5 bleu | 31.50 |" in card
    assert card.count("## Scores") == card.count("## Known weaknesses") == 1
    assert "Long strings." in card


def test_scores_are_kept_without_a_card_too(folder):
    keep_test_scores(folder, "greedy", {"bleu": 1.0})
    assert not (folder / "README.md").exists()
    assert read_scores(folder)["test"]["greedy"] == {"bleu": 1.0}
