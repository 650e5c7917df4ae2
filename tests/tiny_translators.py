"""Translators of a few thousand random weights, and a corpus for them."""

import torch
from reversal import TINY, reversal_pairs

from seq2seq.checkpoints import Checkpoint, CheckpointInfo
from seq2seq.config import ModelConfig
from seq2seq.data.corpus import ParallelCorpus, SentencePair
from seq2seq.data.tokenizers import train_tokenizer
from seq2seq.models.architectures import build_model
from seq2seq.translator import Translator

SETTINGS = {
    "gru": {},
    "reversed": {"reverse_source": True, "bidirectional": False, "attention": "none"},
    "transformer": {"architecture": "transformer"},
}


def make_translator(kind, folder=None, fingerprint="first"):
    texts = [text for pair in reversal_pairs(60, seed=1) for text in pair]
    tokenizer = train_tokenizer("characters", texts, vocabulary_size=50)
    config = ModelConfig.from_json({**TINY["model"], **SETTINGS[kind]})
    torch.manual_seed(4)
    sizes = {"source_vocabulary_size": tokenizer.size, "target_vocabulary_size": tokenizer.size}
    model = build_model(config, **sizes)
    for parameter in model.parameters():
        parameter.data.mul_(2.0)
    checkpoint = Checkpoint(
        name="tiny",
        info=CheckpointInfo(model=config, **sizes),
        model=model.eval(),
        source_tokenizer=tokenizer,
        target_tokenizer=tokenizer,
        folder=folder,
        fingerprint=fingerprint,
    )
    return Translator(checkpoint, "float32")


def make_corpus(texts):
    pairs = [
        SentencePair(source=source, target=target, line=line)
        for line, (source, target) in enumerate(texts, 1)
    ]
    return ParallelCorpus(pairs=tuple(pairs), source_language="", target_language="", origin="made up")
