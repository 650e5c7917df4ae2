import pytest

from seq2seq.explanation.marked import MarkedSentence, mark_token


@pytest.mark.parametrize(
    ("tokens", "kind", "place", "marked"),
    [
        (["▁I", "▁love", "▁you", ".", "</s>"], "unigram", 1, ("I ", "love", " you.")),
        (["▁I", "▁love", "▁you", ".", "</s>"], "unigram", 0, ("", "I", " love you.")),
        (["▁I", "▁love", "▁you", ".", "</s>"], "unigram", 3, ("I love you", ".", "")),
        (["▁a", "</s>"], "bpe", 1, ("a", "</s>", "")),
        (["a", "▁", "b", "</s>"], "characters", 1, ("a", " ", "b")),
        (["a", "▁", "b", "</s>"], "characters", 2, ("a ", "b", "")),
        (["I", "love", "you", "</s>"], "words", 1, ("I ", "love", " you")),
        (["I", "<unk>", "you", "</s>"], "whitespace", 2, ("I <unk> ", "you", "")),
        (["▁a", "</s>"], "unigram", 9, ("a", "</s>", "")),
    ],
)
def test_a_token_is_marked_in_its_sentence(tokens, kind, place, marked):
    before, token, after = marked
    assert mark_token(tokens, kind, place) == MarkedSentence(before=before, token=token, after=after)
