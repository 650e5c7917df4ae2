import math

import pytest
import sacrebleu
import torch
from reversal import TINY, reversal_pairs

from seq2seq.checkpoints import Checkpoint, CheckpointInfo
from seq2seq.config import ModelConfig
from seq2seq.data.corpus import ParallelCorpus, SentencePair
from seq2seq.data.tokenizers import train_tokenizer
from seq2seq.data.vocabulary import END_ID, START_ID
from seq2seq.evaluation import METRICS, evaluate, mean_loss, score_translations, validate
from seq2seq.models.architectures import build_model
from seq2seq.options import DecodingOptions
from seq2seq.translator import Translator


def _corpus(pairs):
    numbered = (SentencePair(source=s, target=t, line=i) for i, (s, t) in enumerate(pairs, start=1))
    return ParallelCorpus(pairs=tuple(numbered), source_language="", target_language="", origin="a test")


@pytest.fixture(scope="module")
def checkpoint():
    tokenizer = train_tokenizer(
        "characters", [text for pair in reversal_pairs(60, seed=1) for text in pair], vocabulary_size=50
    )
    config = ModelConfig.from_json(TINY["model"])
    torch.manual_seed(4)
    sizes = {"source_vocabulary_size": tokenizer.size, "target_vocabulary_size": tokenizer.size}
    return Checkpoint(
        name="tiny",
        info=CheckpointInfo(model=config, **sizes),
        model=build_model(config, **sizes).eval(),
        source_tokenizer=tokenizer,
        target_tokenizer=tokenizer,
    )


def test_scores_equal_sacrebleus_own_functions():
    translations = ["the cat sat on the mat .", "he runs fast today .", "no"]
    references = [["the cat sat on a mat ."], ["he is running fast today ."], ["no !"]]
    scores = score_translations(translations, references)
    streams = [[row[0] for row in references]]
    assert scores["bleu"].value == pytest.approx(sacrebleu.corpus_bleu(translations, streams).score)
    assert scores["chrf"].value == pytest.approx(sacrebleu.corpus_chrf(translations, streams).score)
    assert scores["ter"].value == pytest.approx(sacrebleu.corpus_ter(translations, streams).score)
    assert "case:mixed" in scores["bleu"].signature
    assert "tok:13a" in scores["bleu"].signature
    assert set(scores) == set(METRICS)


def test_any_of_several_references_counts_and_their_number_may_differ():
    translations = ["one two three four", "five six seven eight"]
    single = score_translations(translations, [["one two three five"], ["five six seven eight"]])
    several = score_translations(
        translations, [["one two three five", "one two three four"], ["five six seven eight"]]
    )
    assert several["bleu"].value == pytest.approx(100)
    assert single["bleu"].value < 100


def test_the_mean_loss_is_that_of_stepping_token_by_token(checkpoint):
    pairs = reversal_pairs(9, seed=2)
    model, tokenizer = checkpoint.model, checkpoint.source_tokenizer
    total, count = 0.0, 0
    with torch.inference_mode():
        for source, target in pairs:
            ids = torch.tensor([[*tokenizer.encode(source), END_ID]])
            memory = model.encode(ids, torch.tensor([ids.shape[1]]))
            state, previous = model.start(memory), START_ID
            for token in [*tokenizer.encode(target), END_ID]:
                output = model.step(torch.tensor([previous]), state, memory)
                total -= output.logits.log_softmax(1)[0, token].item()
                count, state, previous = count + 1, output.state, token
    loss, tokens = mean_loss(checkpoint, checkpoint.model, _corpus(pairs))
    assert tokens == count
    assert loss == pytest.approx(total / count, rel=1e-4)


def test_evaluation_scores_each_line_and_each_source(checkpoint):
    pairs = reversal_pairs(5, seed=2)
    corpus = _corpus([*pairs, (pairs[0][0], "another")])
    options = DecodingOptions(method="greedy", maximum_length=6)
    result = evaluate(Translator(checkpoint), corpus, options)
    assert (result.pairs, result.sources) == (6, 5)
    assert result.perplexity == pytest.approx(math.exp(result.loss))
    assert set(result.single_reference) == set(result.multi_reference) == set(METRICS)
    assert result.to_json()["options"]["method"] == "greedy"


def test_exact_match_counts_whole_lines(checkpoint):
    options = DecodingOptions(method="greedy", minimum_length=2, maximum_length=6)
    translator = Translator(checkpoint)
    right = [(text, translator.translate(text, options).texts[0]) for text in ("abc", "hg")]
    result = evaluate(translator, _corpus([*right, ("cab", "nothing like it")]), options)
    assert result.exact_match == pytest.approx(200 / 3)


def test_validation_leaves_the_model_in_its_mode(checkpoint):
    corpus = _corpus(reversal_pairs(4, seed=2))
    checkpoint.model.train()
    scores = validate(checkpoint, corpus, sentences=2)
    assert checkpoint.model.training
    checkpoint.model.eval()
    assert len(scores.samples) == 2
    assert scores.bleu is not None
    without = validate(checkpoint, corpus, sentences=0)
    assert without.bleu is None
    assert without.samples == ()
    assert without.loss == pytest.approx(scores.loss)
