import pytest
import torch
from reversal import TINY, reversal_pairs

from seq2seq.checkpoints import (
    Checkpoint,
    CheckpointInfo,
    create_checkpoint,
    load_checkpoint,
    model_weights,
    save_weights,
)
from seq2seq.config import ModelConfig
from seq2seq.data.tokenizers import train_tokenizer
from seq2seq.errors import ConfigError, InputError
from seq2seq.models.architectures import build_model
from seq2seq.options import DecodingOptions
from seq2seq.translator import LONGEST_SOURCE_TOKENS, Translator, load_translator

METHODS = [
    DecodingOptions(method="greedy", maximum_length=8),
    DecodingOptions(method="beam", beam_width=4, n_best=4, maximum_length=8),
    DecodingOptions(method="sampling", n_best=3, seed=5, maximum_length=8),
]


@pytest.fixture(scope="module")
def checkpoint():
    """A model with random weights: what it says means nothing, but it always says the same."""
    tokenizer = train_tokenizer(
        "characters", [text for pair in reversal_pairs(60, seed=1) for text in pair], vocabulary_size=50
    )
    config = ModelConfig.from_json(TINY["model"])
    torch.manual_seed(4)
    model = build_model(config, source_vocabulary_size=tokenizer.size, target_vocabulary_size=tokenizer.size)
    info = CheckpointInfo(
        model=config,
        source_vocabulary_size=tokenizer.size,
        target_vocabulary_size=tokenizer.size,
        source_language="en",
        target_language="fr",
        examples=("abc",),
    )
    return Checkpoint(
        name="tiny", info=info, model=model.eval(), source_tokenizer=tokenizer, target_tokenizer=tokenizer
    )


@pytest.fixture(scope="module")
def translator(checkpoint):
    return Translator(checkpoint, precision="float32")


@pytest.mark.parametrize("options", METHODS, ids=lambda options: options.method)
def test_the_stream_grows_by_a_step_and_ends_done(translator, options):
    values = list(translator.stream("abcd", options))
    assert [len(value.beams) for value in values] == list(range(1, len(values) + 1))
    assert [value.done for value in values] == [False] * (len(values) - 1) + [True]
    again = translator.translate("abcd", options)
    assert [beam.parents for beam in values[-1].beams] == [beam.parents for beam in again.beams]
    assert values[-1].texts == again.texts
    assert values[-1].seconds >= values[0].seconds > 0


@pytest.mark.parametrize("options", METHODS, ids=lambda options: options.method)
def test_every_id_of_the_trace_has_its_string(translator, checkpoint, options):
    result = translator.translate("abcd", options)
    assert result.source_tokens == ("a", "b", "c", "d", "</s>")
    for beam in result.beams:
        for hypothesis in beam.hypotheses:
            for step in hypothesis.steps:
                ids = [step.token_id, *(candidate.token_id for candidate in step.candidates)]
                assert [result.token_strings[i] for i in ids] == checkpoint.target_tokenizer.tokens(ids)
    assert len(result.texts) == len(result.beams[-1].hypotheses) == options.n_best


@pytest.mark.parametrize("options", METHODS, ids=lambda options: options.method)
def test_many_lines_give_what_each_line_gives_alone(translator, options):
    lines = ["abcd", "", "h", "gfedcba", "abcd", " "]
    results = list(translator.translate_lines(iter(lines), options, with_trace=True, batch_sentences=2))
    assert [result.source for result in results] == lines
    for line, result in zip(lines, results, strict=True):
        if not line.strip():
            assert result.texts == ()
            continue
        alone = translator.translate(line, options)
        assert result.texts == alone.texts
        for mine, other in zip(result.hypotheses, alone.beams[-1].hypotheses, strict=True):
            assert mine.log_probability == pytest.approx(other.log_probability, abs=1e-4)


def test_bfloat16_rounds_many_lines_and_leaves_what_is_watched_alone(checkpoint, translator):
    rough, options = Translator(checkpoint, precision="bfloat16"), METHODS[0]
    (line,), (exact,) = (each.translate_lines(iter(["abcd"]), options) for each in (rough, translator))
    mine, other = line.hypotheses[0].log_probability, exact.hypotheses[0].log_probability
    assert mine != other
    assert mine == pytest.approx(other, abs=0.5)
    watched, same = (each.translate("abcd", options) for each in (rough, translator))
    assert watched.beams[-1].hypotheses[0].log_probability == same.beams[-1].hypotheses[0].log_probability


def test_an_unknown_precision_is_refused(checkpoint):
    with pytest.raises(ConfigError, match=r"no precision 'int3'\. Choose auto, float32, bfloat16"):
        Translator(checkpoint, precision="int3")


def test_a_prefix_in_text_is_forced_and_marked(translator):
    result = translator.translate("abcd", DecodingOptions(method="greedy", maximum_length=8), prefix="ba")
    steps = result.beams[-1].hypotheses[0].steps
    assert [result.token_strings[step.token_id] for step in steps[:2]] == ["b", "a"]
    assert [step.forced for step in steps[:3]] == [True, True, False]
    assert result.prefix == "ba"


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_empty_text_is_refused_with_one_sentence(translator, text):
    with pytest.raises(InputError, match=r"^There is no text to translate\. Type a sentence\.$"):
        translator.translate(text, DecodingOptions())


def test_a_text_beyond_the_limit_is_refused_with_its_length(translator):
    with pytest.raises(InputError, match=rf"has 5000 tokens, and {LONGEST_SOURCE_TOKENS - 1} is the most"):
        translator.translate("abcde" * 1000, DecodingOptions())


def test_a_line_beyond_the_limit_is_named_by_its_number(translator):
    with pytest.raises(InputError, match=r"^Line 2: The text has 1200 tokens"):
        list(translator.translate_lines(iter(["abc", "abc" * 400]), DecodingOptions()))


def test_a_loaded_translator_is_kept_until_its_weights_change(checkpoint, tmp_path):
    folder = tmp_path / "kept"
    create_checkpoint(folder, checkpoint.info, checkpoint.source_tokenizer, checkpoint.target_tokenizer)
    save_weights(folder, model_weights(checkpoint.model))
    first = load_translator(folder)
    assert load_translator(str(folder)) is first
    assert (first.name, first.source_language, first.target_language) == ("kept", "en", "fr")
    assert first.examples == ("abc",)
    save_weights(folder, model_weights(load_checkpoint(folder).model))
    assert load_translator(folder) is not first


def test_a_description_is_plain_json_values(translator):
    options = DecodingOptions(method="beam", beam_width=2, maximum_length=8)
    (line,) = translator.translate_lines(iter(["abc"]), options, with_trace=True)
    described = translator.describe_hypothesis(line.hypotheses[0], line.texts[0])
    assert described["log_probability"] == pytest.approx(sum(described["token_log_probabilities"]), abs=1e-4)
    assert len(described["alignment"]) == len(described["tokens"])
    assert all(0 <= index < 4 for index in described["alignment"])
