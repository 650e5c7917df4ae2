"""From a config to a model: the table of architectures."""

from collections.abc import Callable

from seq2seq.config import ModelConfig
from seq2seq.models.encoder_decoder import EncoderDecoder
from seq2seq.models.recurrent import RecurrentEncoderDecoder
from seq2seq.models.transformer import TransformerEncoderDecoder


def build_model(
    config: ModelConfig, *, source_vocabulary_size: int, target_vocabulary_size: int
) -> EncoderDecoder:
    """A model with fresh weights, drawn from torch's global random generator.

    Raises:
        ConfigError: when the settings do not fit the vocabularies.
    """
    return ARCHITECTURES[config.architecture](
        config,
        source_vocabulary_size=source_vocabulary_size,
        target_vocabulary_size=target_vocabulary_size,
    )


ARCHITECTURES: dict[str, Callable[..., EncoderDecoder]] = {
    "recurrent": RecurrentEncoderDecoder,
    "transformer": TransformerEncoderDecoder,
}
