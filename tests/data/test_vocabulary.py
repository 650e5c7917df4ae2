"""Plain vocabularies."""

from seq2seq.data.vocabulary import END_ID, PAD_ID, SPECIAL_TOKENS, START_ID, UNKNOWN_ID, Vocabulary


def test_special_tokens_stand_at_their_ids():
    tokens = Vocabulary(["a"]).tokens
    assert tokens == ("<pad>", "<unk>", "<s>", "</s>", "a")
    assert [tokens[number] for number in (PAD_ID, UNKNOWN_ID, START_ID, END_ID)] == list(SPECIAL_TOKENS)


def test_the_most_frequent_tokens_are_kept_and_ties_follow_code_points():
    assert Vocabulary.count("ccbba", 6).tokens[4:] == ("b", "c")
    assert len(Vocabulary.count("ccbba", 6)) == 6


def test_text_that_spells_a_special_token_is_unknown():
    vocabulary = Vocabulary.count(["<s>", "<s>", "a", "</s>"], 10)
    assert vocabulary.tokens[4:] == ("a",)
    assert vocabulary.encode(["<s>", "a", "</s>", "<pad>"]) == [UNKNOWN_ID, 4, UNKNOWN_ID, UNKNOWN_ID]
