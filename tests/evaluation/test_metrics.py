"""Scores are sacrebleu's own, intervals hold them, and words are counted as the language writes them."""

import pytest
import sacrebleu
from noisy_outputs import noisy_test

from seq2seq.errors import ConfigError
from seq2seq.evaluation import METRICS, score_sentence, score_translations
from seq2seq.evaluation.metrics import choose_tokenizer, length_ratio


@pytest.mark.parametrize(
    ("language", "tokenizer"),
    [
        ("fr", "13a"), ("", "13a"), ("zh", "zh"), ("zh-CN", "zh"), ("zh_TW", "zh"), ("cmn", "zh"), ("th", "char"),
        ("zha", "13a"),
    ],
)  # fmt: skip
def test_the_language_decides_the_tokenizer(language, tokenizer):
    assert choose_tokenizer(language) == tokenizer


@pytest.mark.parametrize(("installed", "tokenizer"), [(True, "ja-mecab"), (False, "char")])
def test_japanese_takes_mecab_where_it_is_installed(monkeypatch, installed, tokenizer):
    monkeypatch.setattr("seq2seq.evaluation.metrics.find_spec", lambda name: object() if installed else None)
    assert choose_tokenizer("ja") == tokenizer


def test_chinese_is_scored_by_characters_and_the_signature_says_so():
    translations, references = ["我喜欢苹果和香蕉。"], [["我喜欢苹果和橙子。"]]
    chinese = score_translations(translations, references, language="zh")
    plain = score_translations(translations, references)
    assert "tok:zh" in chinese["bleu"].signature
    assert "asian:yes" in chinese["ter"].signature
    expected = sacrebleu.corpus_bleu(translations, [[row[0] for row in references]], tokenize="zh").score
    assert chinese["bleu"].value == pytest.approx(expected)
    assert chinese["bleu"].value > 10 > plain["bleu"].value
    assert chinese["ter"].value < 50 < plain["ter"].value


@pytest.mark.parametrize("seed", range(3))
def test_an_interval_holds_its_score_and_the_signature_tells_samples_and_seed(seed):
    texts, references = noisy_test(seed=seed)
    for name, score in score_translations(texts, references, bootstrap=200).items():
        assert score.interval.low < score.value < score.interval.high, name
        assert "bs:200|seed:12345" in score.signature
    assert score_translations(texts, references, bootstrap=200) == score_translations(
        texts, references, bootstrap=200
    )


def test_more_sentences_make_a_narrower_interval():
    few, many = (
        score_translations(*noisy_test(number), bootstrap=200, names=("chrf",))["chrf"].interval.half_width
        for number in (20, 300)
    )
    assert many < few / 2


def test_a_perfect_test_has_an_interval_without_width():
    references = noisy_test(20)[1]
    scores = score_translations([row[0] for row in references], references, bootstrap=50)
    assert scores["bleu"].interval.mean == pytest.approx(100)
    assert scores["ter"].interval.high == 0
    assert scores["chrf"].interval.half_width == pytest.approx(0, abs=1e-4)


def test_without_a_bootstrap_there_is_no_interval():
    assert all(score.interval is None for score in score_translations(*noisy_test(5)).values())


def test_too_many_resamples_are_refused_with_the_largest_number():
    with pytest.raises(ConfigError, match=r"20,000,000 resamples of 5 .* at most 2,000,000"):
        score_translations(*noisy_test(5), bootstrap=20_000_000)


def test_only_the_metrics_asked_for_are_computed():
    assert set(score_translations(*noisy_test(5), names=("chrf",))) == {"chrf"}
    assert set(score_translations(*noisy_test(5))) == set(METRICS)


def test_a_sentence_alone_is_scored_with_the_orders_it_has():
    assert score_sentence("no", ["no"]) == {"bleu": pytest.approx(100), "chrf": pytest.approx(100)}
    assert score_sentence("yes", ["no", "yes"])["bleu"] == pytest.approx(100)
    assert score_sentence("", ["no"]) == {"bleu": 0, "chrf": 0}


def test_the_length_ratio_counts_words():
    assert length_ratio(["one two", "three"], [["one two"], ["three four"]], "") == pytest.approx(3 / 4)
