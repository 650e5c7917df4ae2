"""Every setting exactly once: default, help, unit, bounds and choices live on the field itself.

The command line's flags, the forms of the page, the validation and the README's tables follow from these
fields. A config is frozen and always valid: building one out of bounds raises one `ConfigError` that names
every problem.
"""

from dataclasses import dataclass

from seq2seq.settings import Settings, setting

ARCHITECTURE_NAMES = ("recurrent", "transformer")
CELL_NAMES = ("gru", "lstm", "rnn")
ATTENTION_NAMES = (
    "none", "dot", "general", "additive", "concat", "scaled_dot", "local_monotonic", "local_predictive",
)  # fmt: skip
SUBWORD_TOKENIZER_NAMES = ("unigram", "bpe")
TOKENIZER_NAMES = (*SUBWORD_TOKENIZER_NAMES, "characters", "words", "whitespace")
DEVICE_NAMES = ("auto", "cpu", "cuda", "mps")
PRECISION_NAMES = ("auto", "float32", "bfloat16")
LEARNING_RATES = {"recurrent": 0.004, "transformer": 0.001}
"""Peak learning rates for batches of about a thousand tokens, by architecture."""
TOKEN_RATES = {"recurrent": 3.0, "transformer": 1.0}
"""How many times the learning rate embeddings and output layer take; a Transformer reads embeddings enlarged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelConfig(Settings):
    """Which network: everything that decides the shapes of its weights and its formula."""

    architecture: str = setting("recurrent", "Family of the network.", choices=ARCHITECTURE_NAMES)
    embedding_size: int = setting(
        256, "Width of the token embeddings (and of every Transformer layer).", minimum=2, maximum=4096
    )
    encoder_layers: int = setting(1, "Layers of the encoder.", minimum=1, maximum=12)
    decoder_layers: int = setting(1, "Layers of the decoder.", minimum=1, maximum=12)
    dropout: float = setting(
        0.2,
        "Share of activations dropped while training; 0 learns faster where a run sees each pair about once.",
        minimum=0.0,
        maximum=0.9,
    )
    tie_embeddings: str = setting(
        "all",
        "Which embeddings share one matrix: none; target (decoder input and output layer); all (the encoder "
        "too, which needs a shared vocabulary).",
        choices=("none", "target", "all"),
    )
    reverse_source: bool = setting(
        False, "Feed the source in reverse order (Sutskever 2014, arXiv:1409.3215)."
    )
    cell: str = setting("gru", "Recurrent: kind of cell.", choices=CELL_NAMES)
    encoder_size: int = setting(
        256, "Recurrent: width of the encoder in each direction.", minimum=1, maximum=4096
    )
    decoder_size: int = setting(512, "Recurrent: width of the decoder.", minimum=1, maximum=4096)
    bidirectional: bool = setting(True, "Recurrent: read the source in both directions.")
    attention: str = setting(
        "general", "Recurrent: how the decoder scores source positions.", choices=ATTENTION_NAMES
    )
    attention_size: int = setting(
        256, "Recurrent: width of the hidden layer of additive and concat attention.", minimum=1, maximum=4096
    )
    local_window: int = setting(
        5, "Recurrent: half width D of local attention's window.", unit="tokens", minimum=1, maximum=100
    )
    input_feeding: bool = setting(
        False, "Recurrent: feed the attentional state into the next step (Luong 2015, section 3.3)."
    )
    fixed_context: str = setting(
        "every_step",
        "Recurrent without attention: the encoder's summary is fed at every step (Cho 2014) or only "
        "initialises the decoder (Sutskever 2014).",
        choices=("every_step", "initial"),
    )
    heads: int = setting(4, "Transformer: attention heads of a layer.", minimum=1, maximum=64)
    feed_forward_size: int = setting(
        1024, "Transformer: width of the feed-forward layer.", minimum=1, maximum=16384
    )
    positions: str = setting(
        "sinusoidal", "Transformer: how positions are encoded.", choices=("sinusoidal", "learned")
    )
    normalization: str = setting(
        "pre", "Transformer: layer norm before or after each sublayer.", choices=("pre", "post")
    )
    maximum_positions: int = setting(
        512, "Transformer with learned positions: longest sequence.", unit="tokens", minimum=8, maximum=8192
    )

    def _contradictions(self) -> list[str]:
        problems = []
        if self.architecture == "transformer" and self.embedding_size % self.heads:
            problems.append(
                f"embedding_size ({self.embedding_size}) must be a multiple of heads ({self.heads})."
            )
        if self.architecture == "recurrent":
            problems += self._recurrent_contradictions()
        return problems

    def _recurrent_contradictions(self) -> list[str]:
        problems = []
        encoder_width = self.encoder_size * (2 if self.bidirectional else 1)
        if self.attention in ("dot", "scaled_dot") and encoder_width != self.decoder_size:
            problems.append(
                f"{self.attention} attention needs encoder states as wide as the decoder's: "
                f"{encoder_width} is not {self.decoder_size}."
            )
        if self.attention == "none" and self.input_feeding:
            problems.append("input_feeding needs an attention, and attention is none.")
        return problems


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingConfig(Settings):
    """How to train: text to ids, optimisation, validation, when to stop."""

    tokenizer: str = setting(
        "bpe",
        "Units of the text: SentencePiece bpe or unigram pieces, characters, Unicode words and punctuation, "
        "or words at white space.",
        choices=TOKENIZER_NAMES,
    )
    vocabulary_size: int = setting(
        8000, "Largest number of different tokens.", unit="tokens", minimum=8, maximum=200_000
    )
    shared_vocabulary: bool = setting(True, "One tokenizer for source and target.")
    byte_fallback: bool = setting(True, "SentencePiece: spell unknown characters as bytes.")
    subword_alpha: float = setting(
        0.0,
        "SentencePiece: every epoch splits the training words anew at random, as regularisation; 0 does not. "
        "unigram: exponent of a split's probability, smaller is wilder (Kudo 2018, arXiv:1804.10959); bpe: "
        "share of merges left out (Provilkov 2020, arXiv:1910.13267).",
        minimum=0.0,
        maximum=1.0,
    )
    maximum_tokens: int = setting(
        200,
        "Training pairs with a longer side are left out, and counted.",
        unit="tokens",
        minimum=2,
        maximum=4096,
    )
    batch_tokens: int = setting(
        1024,
        "Budget of a batch: sentences times their longest target or source.",
        unit="tokens",
        minimum=16,
        maximum=1_000_000,
    )
    epochs: int = setting(30, "Largest number of passes over the data.", minimum=1, maximum=100_000)
    max_steps: int = setting(
        0, "Largest number of updates; 0 sets no limit.", minimum=0, maximum=1_000_000_000
    )
    max_minutes: float = setting(
        0.0, "Largest training time; 0 sets no limit.", unit="minutes", minimum=0.0, maximum=100_000.0
    )
    learning_rate: float = setting(
        0.0,
        "Peak learning rate of AdamW; 0 takes what suits the architecture: "
        + ", ".join(f"{rate:g} for {name}" for name, rate in LEARNING_RATES.items())
        + f". Embeddings and output layer of a recurrent model take {TOKEN_RATES['recurrent']:g} times as much.",
        minimum=0.0,
        maximum=1.0,
    )
    schedule: str = setting(
        "cosine",
        "How the learning rate decays after its warm-up.",
        choices=("constant", "inverse_sqrt", "cosine"),
    )
    warmup_steps: int = setting(
        200, "Updates in which the learning rate rises from 0.", unit="steps", minimum=0, maximum=1_000_000
    )
    weight_decay: float = setting(0.01, "Decoupled weight decay of AdamW.", minimum=0.0, maximum=1.0)
    clip_norm: float = setting(
        1.0, "Largest norm of the gradient; 0 does not clip.", minimum=0.0, maximum=1000.0
    )
    label_smoothing: float = setting(
        0.1,
        "Share of the target probability spread evenly over the whole vocabulary.",
        minimum=0.0,
        maximum=0.9,
    )
    scheduled_sampling: str = setting(
        "none",
        "How the probability of feeding the true token decays (Bengio 2015, arXiv:1506.03099).",
        choices=("none", "constant", "linear", "inverse_sigmoid"),
    )
    sampling_rate: float = setting(
        0.25,
        "Scheduled sampling: share of the model's own tokens (constant), or its largest share (decays).",
        minimum=0.0,
        maximum=1.0,
    )
    sampling_steps: int = setting(
        10_000,
        "Scheduled sampling: updates of the linear decay; k of the inverse sigmoid.",
        unit="steps",
        minimum=1,
        maximum=100_000_000,
    )
    freeze_embeddings: bool = setting(
        False, "Keep the vectors found in files of embeddings as they are; other rows are trained."
    )
    validate_every: int = setting(
        1000, "Updates between validations.", unit="steps", minimum=1, maximum=10_000_000
    )
    validation_sentences: int = setting(
        500,
        "Sentences translated greedily at a validation for BLEU and chrF.",
        unit="sentences",
        minimum=0,
        maximum=100_000,
    )
    metric: str = setting("bleu", "What decides which weights are best.", choices=("loss", "bleu", "chrf"))
    patience: int = setting(
        0, "Validations without improvement after which the run ends; 0 never.", minimum=0, maximum=10_000
    )
    average_decay: float = setting(
        0.999,
        "Decay of the exponential average of the weights, which is what is validated and kept; 0 keeps the "
        "weights themselves.",
        minimum=0.0,
        maximum=0.99999,
    )
    save_every_seconds: float = setting(
        60.0, "Time between snapshots to resume from.", unit="seconds", minimum=1.0, maximum=86_400.0
    )
    stored_precision: str = setting(
        "float32", "Number format of the kept weights.", choices=("float32", "float16")
    )
    log_every: int = setting(
        20, "Updates averaged into one line of progress.", unit="steps", minimum=1, maximum=100_000
    )
    precision: str = setting(
        "auto",
        "Number format of matrix products; auto takes bfloat16 where a probe finds it faster.",
        choices=PRECISION_NAMES,
    )
    device: str = setting("auto", "Where to compute.", choices=DEVICE_NAMES)
    threads: int = setting(0, "Processor threads; 0 takes all cores.", minimum=0, maximum=1024)
    seed: int = setting(1, "Seed of every random choice.", minimum=0, maximum=2**31 - 1)

    def _contradictions(self) -> list[str]:
        problems = []
        if self.subword_alpha and self.tokenizer not in SUBWORD_TOKENIZER_NAMES:
            problems.append(
                f"subword_alpha needs a tokenizer that can split a word in several ways "
                f"({' or '.join(SUBWORD_TOKENIZER_NAMES)}), not {self.tokenizer}."
            )
        if self.metric != "loss" and self.validation_sentences == 0:
            problems.append(
                f"metric {self.metric} needs validation_sentences above 0; with 0 the metric must be loss."
            )
        if self.batch_tokens < self.maximum_tokens:
            problems.append(
                f"batch_tokens ({self.batch_tokens}) must be at least maximum_tokens ({self.maximum_tokens})."
            )
        return problems
