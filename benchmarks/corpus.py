"""The same data for everyone: our tokenizer's pieces as pre-tokenised text files for the peers."""

import re
from dataclasses import dataclass
from pathlib import Path

import sacrebleu

from benchmarks.settings import PIECES, Settings
from seq2seq.config import TrainingConfig
from seq2seq.data.readers import read_corpus
from seq2seq.data.tokenizers import Tokenizer, load_tokenizer, train_tokenizer
from seq2seq.data.vocabulary import SPECIAL_TOKENS

SPLITS = ("train", "validation", "test")
_BYTES = re.compile(r"(?:<0x[0-9A-F]{2}>)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceFiles:
    """Where the pre-tokenised text (``<split>.source``, ``<split>.target``) and the pieces stand."""

    folder: Path
    tokenizer: Path
    vocabulary: Path

    def prefix(self, split: str) -> Path:
        """The two files' common beginning, as JoeyNMT wants it."""
        return self.folder / split

    def lines(self, split: str, side: str) -> list[str]:
        """The lines of one side of a split, as pieces between spaces."""
        return (self.folder / f"{split}.{side}").read_text(encoding="utf-8").split("\n")[:-1]


def prepare_pieces(settings: Settings) -> PieceFiles:
    """Write the files, unless they are there already.

    The tokenizer is learnt exactly as ``python -m seq2seq train`` learns its own by default: both sides
    together, 8,000 BPE pieces.
    """
    folder = settings.work / "data"
    files = PieceFiles(folder=folder, tokenizer=folder / "tokenizer", vocabulary=folder / "pieces.txt")
    if files.vocabulary.exists():
        return files
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = _learn_tokenizer(settings)
    tokenizer.save(files.tokenizer)
    for split in SPLITS:
        _write_split(tokenizer, getattr(settings, split), files.prefix(split))
    pieces = tokenizer.tokens(range(len(SPECIAL_TOKENS), tokenizer.size))
    files.vocabulary.write_text("\n".join(pieces) + "\n", encoding="utf-8")
    return files


def _learn_tokenizer(settings: Settings) -> Tokenizer:
    corpus, defaults = read_corpus(settings.train), TrainingConfig()
    texts = [pair.source for pair in corpus.pairs] + [pair.target for pair in corpus.pairs]
    return train_tokenizer(
        defaults.tokenizer, texts, vocabulary_size=PIECES, byte_fallback=defaults.byte_fallback, seed=1
    )


def _write_split(tokenizer: Tokenizer, path: Path, prefix: Path) -> None:
    pairs = read_corpus(path).pairs
    for side in ("source", "target"):
        ids = tokenizer.encode_many([getattr(pair, side) for pair in pairs])
        lines = (" ".join(tokenizer.tokens(line)) for line in ids)
        prefix.with_name(f"{prefix.name}.{side}").write_text("\n".join(lines) + "\n", encoding="utf-8")


def read_test(settings: Settings) -> tuple[list[str], list[str]]:
    """Sources and references of the test split, line by line."""
    pairs = read_corpus(settings.test).pairs
    return [pair.source for pair in pairs], [pair.target for pair in pairs]


def load_pieces(files: PieceFiles) -> Tokenizer:
    """The tokenizer the pieces came from."""
    return load_tokenizer(files.tokenizer)


def join_pieces(pieces: list[str]) -> str:
    """The text of pieces: ``▁`` is a space, a run of ``<0xNN>`` is UTF-8."""
    text = "".join(pieces).replace("▁", " ").strip()
    return _BYTES.sub(_bytes_to_text, text)


def _bytes_to_text(run: re.Match[str]) -> str:
    return bytes.fromhex(run[0].replace("<0x", "").replace(">", "")).decode("utf-8", errors="replace")


def score_bleu(outputs: list[str], references: list[str]) -> float:
    """BLEU line by line, sacrebleu 13a, mixed case."""
    return float(sacrebleu.corpus_bleu(outputs, [references], tokenize="13a").score)
