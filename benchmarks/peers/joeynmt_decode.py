"""Time JoeyNMT's decoding in its own environment: ``python -m benchmarks.peers.joeynmt_decode JOBS OUT``.

Goes through its public interface for use as a library, `TranslatorHubInterface`. Version 2.3.0 drops the
setting ``min_output_length`` on its way to the search, which knows it: it is put back here, for outputs of a
fixed length.
"""

import json
import logging
import sys
from functools import partial
from pathlib import Path

import torch
from joeynmt import prediction
from joeynmt.hub_interface import TranslatorHubInterface, _from_pretrained

from benchmarks.timing import Job, run_jobs

SEARCH = prediction.search


class Peer:
    """Its translator on one checkpoint; ``checkpoint`` stands in the folder with its vocabularies."""

    def __init__(self, configuration: str, checkpoint: str) -> None:
        model, data, options = _from_pretrained(Path(checkpoint).parent, configuration)
        self.interface = TranslatorHubInterface(model, data, options)

    def translate(self, sources: list[str], job: Job) -> list[list[str]]:
        """Best outputs of a batch of pre-tokenised sources, in order."""
        prediction.search = partial(SEARCH, min_output_length=job["shortest"])
        _, tokens, _, _, _ = self.interface._generate(
            sources,
            beam_size=job["beam"],
            beam_alpha=0.6 if job["beam"] > 1 else -1,
            max_output_length=job["longest"],
            return_prob="none",
        )
        return [[token for token in output if token != "</s>"] for output in tokens]  # noqa: S105


def write_loading_configuration(configuration: Path, checkpoint: Path) -> str:
    """Its configuration with the checkpoint to load and the vocabularies it wrote itself."""
    text = configuration.read_text(encoding="utf-8")
    text = text.replace("testing:\n", f"testing:\n  load_model: {checkpoint}\n")
    path = checkpoint.parent / "decoding.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


if __name__ == "__main__":
    jobs = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    torch.set_num_threads(jobs["threads"])
    logging.disable(logging.INFO)
    checkpoint = Path(jobs["checkpoint"])
    loading = write_loading_configuration(checkpoint.parent.parent / "config.yaml", checkpoint)
    peer = Peer(loading, jobs["checkpoint"])
    run_jobs(Path(sys.argv[1]), Path(sys.argv[2]), peer.translate)
