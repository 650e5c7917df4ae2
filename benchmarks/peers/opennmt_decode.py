"""Time OpenNMT-py's decoding in its own environment: ``python -m benchmarks.peers.opennmt_decode JOBS OUT``.

Batches are made of ids beforehand by its own vocabulary and handed to its `Translator.translate_batch`: the
shortest way through its code, without the second or so that `infer_list` spends on building an iterator. Only
what a user needs is timed: search, and ids to tokens.
"""

import json
import sys
from pathlib import Path
from typing import Any

import torch
from onmt.bin.translate import _get_parser
from onmt.translate.translation import TranslationBuilder
from onmt.translate.translator import build_translator
from onmt.utils.parse import ArgumentParser

from benchmarks.timing import Job, run_jobs


class Peer:
    """Its translators, one for each beam width, on one checkpoint."""

    def __init__(self, checkpoint: str) -> None:
        self.checkpoint = checkpoint
        self.translators: dict[int, Any] = {}

    def translate(self, sources: list[str], job: Job) -> list[list[str]]:
        """Best outputs of a batch of pre-tokenised sources, in order."""
        translator = self._translator(job["beam"])
        translator.min_length, translator.max_length = job["shortest"], job["longest"]
        batch = self._make_batch(translator, sources)
        with torch.no_grad():
            data = translator.translate_batch(batch, attn_debug=False)
        builder = TranslationBuilder(translator.vocabs, n_best=1)
        translations = sorted(builder.from_batch(data), key=lambda item: int(item.ind_in_bucket))
        return [list(translation.pred_sents[0]) for translation in translations]

    def _make_batch(self, translator: Any, sources: list[str]) -> dict[str, Any]:
        """Longest source first, as its encoder wants it."""
        vocabulary, pad = translator.vocabs["src"], translator._tgt_pad_idx
        rows = [vocabulary(source.split()) for source in sources]
        order = sorted(range(len(rows)), key=lambda index: -len(rows[index]))
        tensors = [torch.tensor(rows[index]) for index in order]
        padded = torch.nn.utils.rnn.pad_sequence(tensors, batch_first=True, padding_value=pad)
        return {
            "src": padded[:, :, None],
            "srclen": torch.tensor([len(rows[index]) for index in order]),
            "ind_in_bucket": torch.tensor(order),
        }

    def _translator(self, beam: int) -> Any:
        if beam not in self.translators:
            self.translators[beam] = self._build(beam)
        return self.translators[beam]

    def _build(self, beam: int) -> Any:
        words = f"-model {self.checkpoint} -src x -output /dev/null -beam_size {beam} -max_length_ratio 0 "
        words += "-gpu -1 -length_penalty wu -alpha 0.6" if beam > 1 else "-gpu -1"
        options = _get_parser().parse_args(words.split())
        ArgumentParser.validate_translate_opts(options)
        ArgumentParser._get_all_transform_translate(options)
        return build_translator(options, -1, report_score=False)


if __name__ == "__main__":
    jobs = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    torch.set_num_threads(jobs["threads"])
    peer = Peer(jobs["checkpoint"])
    run_jobs(Path(sys.argv[1]), Path(sys.argv[2]), peer.translate)
