from hypothesis import given
from hypothesis import strategies as st

from seq2seq.explanation.differences import mark_differences, marks_of_tokens
from seq2seq.explanation.words import group_words

SENTENCES = st.lists(st.sampled_from(["le", "chat", "dort", ".", "</s>"]), max_size=12)


def unmarked(words, marks):
    return [word for word, mark in zip(words, marks, strict=True) if not mark]


@given(SENTENCES, SENTENCES)
def test_what_is_not_marked_is_the_same_on_both_sides(left, right):
    left_marks, right_marks = mark_differences(left, right)
    assert unmarked(left, left_marks) == unmarked(right, right_marks)


@given(SENTENCES)
def test_nothing_differs_from_itself(words):
    assert mark_differences(words, words) == ((False,) * len(words),) * 2


@given(SENTENCES, SENTENCES)
def test_two_that_differ_have_a_mark(left, right):
    assert any(map(any, mark_differences(left, right))) == (left != right)


@given(SENTENCES)
def test_no_word_is_marked_that_need_not_be(words):
    shorter = words[::2]
    marks, others = mark_differences(words, shorter)
    assert (sum(marks), sum(others)) == (len(words) - len(shorter), 0)


@given(SENTENCES, SENTENCES)
def test_both_sides_have_as_many_common_words_whichever_comes_first(left, right):
    assert sum(mark_differences(left, right)[0]) == sum(mark_differences(right, left)[1])


@given(SENTENCES)
def test_without_a_common_word_all_is_marked(words):
    others = [f"{word}!" for word in words]
    assert mark_differences(words, others) == ((True,) * len(words),) * 2


@given(SENTENCES, SENTENCES)
def test_an_insertion_into_common_words_marks_what_was_inserted(before, after):
    left_marks, right_marks = mark_differences([*before, *after], [*before, "new", *after])
    assert not any(left_marks)
    assert sum(right_marks) == 1


def test_a_word_is_marked_with_all_its_pieces():
    left = group_words(["▁the", "▁ca", "ts", "</s>"], "unigram")
    right = group_words(["▁the", "▁dogs", "</s>"], "unigram")
    marks, others = mark_differences([word.text for word in left], [word.text for word in right])
    assert marks_of_tokens(left, marks) == [False, True, True, False]
    assert marks_of_tokens(right, others) == [False, True, False]
