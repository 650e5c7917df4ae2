"""Time our decoding through `Translator`: ``python -m benchmarks.ours_decode JOBS OUT``.

Text in, text out: tokenizing and joining are in the time, unlike the peers'. With ``trace`` every step of
the stream is taken and its probabilities, alternatives and attention are read, in a process that is set up as
the page's server is; without it lines are translated as ``python -m seq2seq translate`` does.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from benchmarks.settings import LENGTH_PENALTY
from benchmarks.timing import Job, run_jobs
from seq2seq.data.vocabulary import END_ID
from seq2seq.models.hardware import keep_to_one_thread, spare_collections
from seq2seq.options import DecodingOptions
from seq2seq.translation import Translation
from seq2seq.translator import Translator, load_translator


class Ours:
    """Our translator on one checkpoint."""

    def __init__(self, checkpoint: str) -> None:
        self.translator: Translator = load_translator(Path(checkpoint))

    def translate(self, sources: list[str], job: Job) -> list[list[str]]:
        """Best outputs of a batch of plain sources, in order."""
        method: dict[str, Any] = {"method": "greedy"}
        if job["beam"] > 1:
            method = {"method": "beam", "beam_width": job["beam"], "length_penalty": LENGTH_PENALTY}
        options = DecodingOptions(minimum_length=job["shortest"], maximum_length=job["longest"], **method)
        if job["trace"]:
            return [self._stream(source, options) for source in sources]
        lines = self.translator.translate_lines(iter(sources), options, batch_sentences=max(1, len(sources)))
        return [self._tokens(line.hypotheses[0].token_ids) for line in lines]

    def _stream(self, source: str, options: DecodingOptions) -> list[str]:
        for translation in self.translator.stream(source, options):
            read_trace(translation)
        return self._tokens(translation.beams[-1].hypotheses[0].token_ids)

    def _tokens(self, token_ids: Sequence[int]) -> list[str]:
        ids = [token for token in token_ids if token != END_ID]
        return self.translator.checkpoint.target_tokenizer.tokens(ids)


def read_trace(translation: Translation) -> float:
    """Touch everything the last step brought, so that nothing lazy is left out of the time."""
    total = 0.0
    for hypothesis in translation.beams[-1].hypotheses:
        step = hypothesis.steps[-1]
        total += step.log_probability + step.entropy + step.attention.shape[-1]
        total += sum(candidate.log_probability for candidate in step.candidates)
    return total


if __name__ == "__main__":
    jobs = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    torch.set_num_threads(jobs["threads"])
    keep_to_one_thread()
    ours = Ours(jobs["checkpoint"])
    spare_collections()
    run_jobs(Path(sys.argv[1]), Path(sys.argv[2]), ours.translate)
