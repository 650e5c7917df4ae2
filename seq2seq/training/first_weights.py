"""What a run begins with: the weights of a checkpoint, or new ones that know how frequent each token is."""

import math
from typing import Final

import numpy as np
import torch

from seq2seq.checkpoints import Checkpoint, load_checkpoint
from seq2seq.config import TrainingConfig
from seq2seq.data.batches import EncodedCorpus, EncodedSentences, IndexArray
from seq2seq.models.encoder_decoder import EncoderDecoder
from seq2seq.training.before_after import Tests, keep_translations
from seq2seq.training.pretrained import PlacedEmbeddings, place_embeddings
from seq2seq.training.requests import TrainingRequest

_CHUNK_TOKENS: Final = 1 << 22


def put_first_weights(
    request: TrainingRequest, checkpoint: Checkpoint, training: EncodedCorpus, tests: Tests, *, begins: bool
) -> tuple[PlacedEmbeddings, ...]:
    """Put what a run begins with into its model, unless it goes on; the embeddings that came from files.

    Raises:
        Seq2SeqError: for a checkpoint or a file of embeddings that does not fit.
    """
    if begins and request.start_from is not None:
        checkpoint.model.load_state_dict(load_checkpoint(request.start_from).model.state_dict())
    elif begins:
        config = checkpoint.info.training or TrainingConfig()
        begin_with_frequencies(checkpoint.model, training.target, config.label_smoothing)
    embeddings = place_known_embeddings(request, checkpoint, begins=begins)
    if begins and request.start_from is not None:
        keep_translations(checkpoint, tests, request.output)
    return embeddings


def place_known_embeddings(
    request: TrainingRequest, checkpoint: Checkpoint, *, begins: bool
) -> tuple[PlacedEmbeddings, ...]:
    """The embeddings that come from files, put into a model that ``begins`` to train."""
    tokenizers = {"source": checkpoint.source_tokenizer, "target": checkpoint.target_tokenizer}
    return place_embeddings(request.output, request.embeddings, checkpoint.model, tokenizers, begins=begins)


def begin_with_frequencies(model: EncoderDecoder, targets: EncodedSentences, label_smoothing: float) -> None:
    """Set the output layer's bias [V] to the log of how often the loss asks for each token.

    A model that knows nothing else then begins near the entropy of single tokens instead of at ``log V``, and
    its embeddings need not learn first which tokens are frequent, as they would where the output layer shares
    their matrix. Counts are one more than seen, and smoothed as the labels are.
    """
    _, bias = model.output_weights()
    counts = count_tokens(targets, len(bias)) + 1
    wanted = (1 - label_smoothing) * counts / counts.sum() + label_smoothing / len(bias)
    # Of mean 0 like the rest of the layer: the softmax does not see what is added to all.
    values = np.log(wanted)
    with torch.no_grad():
        bias.copy_(torch.from_numpy(values - values.mean()))


def count_tokens(sentences: EncodedSentences, vocabulary_size: int) -> IndexArray:
    """How often each token stands in the sentences, int64 [V]."""
    total = np.zeros(vocabulary_size, np.int64)
    for number in range(math.ceil(len(sentences.ids) / _CHUNK_TOKENS)):
        chunk = sentences.ids[number * _CHUNK_TOKENS : (number + 1) * _CHUNK_TOKENS]
        total += np.bincount(chunk, minlength=vocabulary_size)
    return total
