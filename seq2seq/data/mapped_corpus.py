"""Parallel text that is larger than memory: encoded once into flat files, which are mapped and not read.

A folder holds ``header.json`` and, for each side, the tokens of all sentences end to end and where each begins,
as little-endian numbers without any frame. All processes of a machine that map it share the same pages of memory.
The folder is written beside its place and renamed, so it is whole or not there.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np

from seq2seq.data.batches import CHUNK_PAIRS, EncodedCorpus, EncodedSentences, encode_chunk, nothing_fits
from seq2seq.data.corpus import SentencePair
from seq2seq.data.readers import name_files, stream_pairs
from seq2seq.data.tokenizers import Tokenizer
from seq2seq.errors import DataError

HEADER_FILE: Final = "header.json"
_FORMAT: Final = "seq2seq-encoded-corpus"
_VERSION: Final = 1
_SIDES: Final = ("source", "target")
_OFFSET_TYPE: Final = "<i8"
_LARGEST_HEADER_BYTES: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusText:
    """The files of a text and all that decides what they are encoded to.

    Attributes:
        paths: a file of tab-separated pairs, or the two files of source and target.
        files_digest: of these files, as of `digest_files`.
        tokenizers: of source and target.
        tokenizers_digest: by which the tokenizers are known.
        maximum_tokens: pairs with a longer side are left out.
    """

    paths: tuple[Path, ...]
    files_digest: str
    tokenizers: tuple[Tokenizer, Tokenizer]
    tokenizers_digest: str
    maximum_tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedCorpus:
    """A corpus whose numbers stay in their files.

    Attributes:
        encoded: the pairs that fit.
        dropped: how many were too long.
        pairs_digest: as of `digest_pairs`, of all pairs.
    """

    encoded: EncodedCorpus
    dropped: int
    pairs_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    files_digest: str
    tokenizers_digest: str
    maximum_tokens: int
    pairs_digest: str
    pairs: int
    dropped: int
    source_type: str
    target_type: str
    source_tokens: int
    target_tokens: int

    @property
    def sentences(self) -> int:
        return self.pairs - self.dropped


def digest_pairs(pairs: Iterable[SentencePair]) -> str:
    """SHA-256 of the text of pairs, however it was stored."""
    digest = hashlib.sha256()
    for pair in pairs:
        digest.update(pair_line(pair))
    return digest.hexdigest()


def digest_files(paths: Iterable[Path]) -> str:
    """SHA-256 of the content of files, one behind the other, their sizes between them.

    Raises:
        DataError: for a file that cannot be read.
    """
    digest = hashlib.sha256()
    for path in paths:
        try:
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        except OSError as problem:
            raise DataError(f"{path} cannot be read: {problem.strerror or problem}.") from problem
    return digest.hexdigest()


def find_mapped(folder: Path, text: CorpusText) -> tuple[MappedCorpus | None, str]:
    """The text encoded in a folder, or None and why it must be encoded, in half a sentence.

    Raises:
        DataError: when the folder holds other things, or a text cannot be read.
    """
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return None, "is new"
    if not (folder / HEADER_FILE).is_file():
        raise DataError(
            f"{folder} holds something else than an encoded corpus.", "Name a folder that is new or empty."
        )
    try:
        header = _read_header(folder / HEADER_FILE)
        wanted = _key(text)
        changed = [name for name, value in wanted.items() if getattr(header, name) != value]
        if changed:
            return None, f"is of another text or split: its {' and '.join(map(_say, changed))} differ"
        return _open(folder, header), ""
    except (OSError, ValueError, KeyError, TypeError) as problem:
        return None, f"is damaged ({problem})"


def write_mapped(folder: Path, text: CorpusText) -> None:
    """Encode the text into a folder, replacing what was encoded there before; never holds more than a part of it.

    Raises:
        DataError: for bad text, or when no pair fits.
        OSError: when the disk is full.
    """
    draft = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        header = _encode(draft, text)
        values = {"format": _FORMAT, "version": _VERSION, **asdict(header)}
        with (draft / HEADER_FILE).open("wb") as file:
            file.write(json.dumps(values, indent=2).encode() + b"\n")
            _keep(file)
        if folder.exists():
            shutil.rmtree(folder)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _encode(draft: Path, text: CorpusText) -> _Header:
    types = [_id_type(tokenizer) for tokenizer in text.tokenizers]
    digest, pairs, kept = hashlib.sha256(), 0, 0
    sides = [_SideWriter(draft, side, id_type) for side, id_type in zip(_SIDES, types, strict=True)]
    stream = stream_pairs(*text.paths)
    try:
        while chunk := list(islice(stream, CHUNK_PAIRS)):
            digest.update(b"".join(map(pair_line, chunk)))
            encoded = encode_chunk(chunk, text.tokenizers, maximum_tokens=text.maximum_tokens)
            pairs, kept = pairs + len(chunk), kept + len(encoded)
            for writer, sentences in zip(sides, (encoded.source, encoded.target), strict=True):
                writer.add(sentences)
    finally:
        for writer in sides:
            writer.close()
    if not kept:
        raise nothing_fits(pairs, name_files(*text.paths), text.maximum_tokens)
    return _Header(
        **_key(text),
        pairs_digest=digest.hexdigest(),
        pairs=pairs,
        dropped=pairs - kept,
        source_type=types[0],
        target_type=types[1],
        source_tokens=sides[0].tokens,
        target_tokens=sides[1].tokens,
    )


class _SideWriter:
    """The two growing files of a side."""

    def __init__(self, folder: Path, side: str, id_type: str) -> None:
        self._files = [path.open("wb") for path in _side_paths(folder, side)]
        self._type = id_type
        self.tokens = 0
        self._files[1].write(np.zeros(1, _OFFSET_TYPE).tobytes())

    def add(self, sentences: EncodedSentences) -> None:
        ids, offsets = self._files
        ids.write(sentences.ids.astype(self._type).tobytes())
        offsets.write((sentences.offsets[1:] + self.tokens).astype(_OFFSET_TYPE).tobytes())
        self.tokens += int(sentences.offsets[-1])

    def close(self) -> None:
        for file in self._files:
            with file:
                _keep(file)


def _open(folder: Path, header: _Header) -> MappedCorpus:
    sides = []
    for side in _SIDES:
        id_type, tokens = getattr(header, f"{side}_type"), getattr(header, f"{side}_tokens")
        ids, offsets = _side_paths(folder, side)
        sentences = EncodedSentences(
            _map(ids, id_type, tokens), _map(offsets, _OFFSET_TYPE, header.sentences + 1)
        )
        if (sentences.offsets[0], sentences.offsets[-1]) != (0, tokens):
            raise ValueError(f"{offsets.name} does not fit {ids.name}")
        sides.append(sentences)
    return MappedCorpus(
        encoded=EncodedCorpus(*sides), dropped=header.dropped, pairs_digest=header.pairs_digest
    )


def _map(path: Path, kind: str, count: int) -> Any:
    """A file's numbers as a plain array over mapped memory."""
    if path.stat().st_size != count * np.dtype(kind).itemsize:
        raise ValueError(f"{path.name} has {path.stat().st_size} bytes")
    return np.asarray(np.memmap(path, kind, mode="r", shape=(count,)))


def _side_paths(folder: Path, side: str) -> tuple[Path, Path]:
    return folder / f"{side}.ids", folder / f"{side}.offsets"


def _id_type(tokenizer: Tokenizer) -> str:
    return "<u2" if tokenizer.size <= 1 << 16 else "<i4"


def _key(text: CorpusText) -> dict[str, Any]:
    """What a header must say for its folder to be of this text."""
    return {
        "files_digest": text.files_digest,
        "tokenizers_digest": text.tokenizers_digest,
        "maximum_tokens": text.maximum_tokens,
    }


def _say(name: str) -> str:
    return {"files_digest": "files", "tokenizers_digest": "tokenizers"}.get(name, name)


def _read_header(path: Path) -> _Header:
    if path.stat().st_size > _LARGEST_HEADER_BYTES:
        raise ValueError(f"{path.name} is too large")
    values = json.loads(path.read_text(encoding="utf-8"))
    if (values.pop("format"), values.pop("version")) != (_FORMAT, _VERSION):
        raise ValueError("it is of another version")
    header = _Header(**values)
    kinds = {header.source_type, header.target_type} - {"<u2", "<i4"}
    counts = (header.pairs, header.dropped, header.source_tokens, header.target_tokens)
    if kinds or any(type(count) is not int or count < 0 for count in counts) or header.sentences < 1:
        raise ValueError(f"{path.name} contradicts itself")
    return header


def pair_line(pair: SentencePair) -> bytes:
    """A pair as it goes into a digest."""
    return f"{pair.source}\t{pair.target}\n".encode()


def _keep(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def sample_pairs(pairs: Iterable[SentencePair], most: int, *, seed: int) -> Sequence[SentencePair]:
    """All pairs where there are at most ``most``; else as many, drawn from all of them, in their order.

    Memory holds no more than these; the same text, number and seed give the same sample.
    """
    generator = np.random.default_rng(seed)
    stream = iter(pairs)
    kept = list(islice(stream, most))
    seen = len(kept)
    while chunk := list(islice(stream, CHUNK_PAIRS)):
        # Vitter 1985, algorithm R: pair number n takes a place with probability most / n.
        places = (generator.random(len(chunk)) * np.arange(seen + 1, seen + len(chunk) + 1)).astype(np.int64)
        for pair, place in zip(chunk, places.tolist(), strict=True):
            if place < most:
                kept[place] = pair
        seen += len(chunk)
    return sorted(kept, key=lambda pair: pair.line)
