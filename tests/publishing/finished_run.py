"""A trained run's folder, small enough to load in a moment, with all that a run leaves lying in it."""

import json
import shlex

import torch
from reversal import TINY, reversal_pairs

from seq2seq.checkpoints import CheckpointInfo, create_checkpoint, model_weights, save_scores, save_weights
from seq2seq.config import ModelConfig
from seq2seq.data.tokenizers import train_tokenizer
from seq2seq.model_card import CardNotes, write_model_card
from seq2seq.models.architectures import build_model

PRIVATE_SENTENCE = "the secret sentence of the training text"
SCORES = {
    "step": 40,
    "test": {
        "greedy": {
            "pairs": 20,
            "bleu": 31.25,
            "bleu_signature": "nrefs:1|tok:13a",
            "chrf": 50.5,
            "ter": 40.0,
        },
        "beam 5": {
            "pairs": 20,
            "bleu": 33.0,
            "bleu_signature": "nrefs:1|tok:13a",
            "chrf_signature": "nc:6",
            "chrf": 51.0,
        },
    },
    "validation": {"loss": 1.5, "bleu": 30.0, "chrf": 49.0},
}


def finish_run(
    root, name="reverse", *, examples=("a b c d",), languages=("en", "fr"), scores=SCORES, **settings
):
    texts = [text for pair in reversal_pairs(60, seed=1) for text in pair] + list(examples)
    tokenizer = train_tokenizer("characters", texts, vocabulary_size=60)
    info = CheckpointInfo(
        model=ModelConfig.from_json({**TINY["model"], **settings}),
        source_vocabulary_size=tokenizer.size,
        target_vocabulary_size=tokenizer.size,
        source_language=languages[0],
        target_language=languages[1],
        examples=tuple(examples),
    )
    folder = root / name
    create_checkpoint(folder, info, tokenizer, tokenizer, start={"train": "/home/ana/secret.tsv"})
    sizes = {"source_vocabulary_size": tokenizer.size, "target_vocabulary_size": tokenizer.size}
    torch.manual_seed(3)
    save_weights(folder, model_weights(build_model(info.model, **sizes)))
    save_scores(folder, scores)
    command = [
        "python",
        "-m",
        "seq2seq",
        "train",
        "--train",
        "/home/ana/corpus/train.tsv",
        "--output",
        str(folder),
    ]
    command += ["--probe", PRIVATE_SENTENCE, "--epochs", "3"]
    write_model_card(folder, CardNotes(data="20 pairs of `train.tsv`.", commands=shlex.join(command)))
    (folder / "events.jsonl").write_text(
        json.dumps({"type": "Validated", "samples": [[PRIVATE_SENTENCE] * 3]})
    )
    (folder / "resume").mkdir()
    (folder / "resume" / "state.safetensors").write_bytes(b"state")
    (folder / "general_test.tsv").write_text("a\tb\n")
    return folder
