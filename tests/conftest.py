"""What all tests share: quiet threads, a Hypothesis profile, and models small enough to step by hand."""

import os

# Before torch is loaded: on few cores the threads of parallel test processes only get in each other's way.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

from collections.abc import Callable

import pytest
import torch
from hypothesis import HealthCheck, settings

from seq2seq.config import ModelConfig
from seq2seq.models.architectures import build_model
from seq2seq.models.encoder_decoder import EncoderDecoder

torch.set_num_threads(1)

settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("local"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")

TINY_SIZES = {
    "embedding_size": 8,
    "encoder_size": 4,
    "decoder_size": 8,
    "attention_size": 6,
    "heads": 2,
    "feed_forward_size": 12,
    "dropout": 0.0,
}


@pytest.fixture
def tiny_model() -> Callable[..., EncoderDecoder]:
    """Builds a model of a few hundred weights in float64: ``tiny_model(architecture="transformer", ...)``."""

    def build(*, vocabulary_size: int = 12, seed: int = 1, **values: object) -> EncoderDecoder:
        torch.manual_seed(seed)
        model = build_model(
            ModelConfig.from_json({**TINY_SIZES, **values}),
            source_vocabulary_size=vocabulary_size,
            target_vocabulary_size=vocabulary_size,
        )
        return model.double().eval()

    return build
