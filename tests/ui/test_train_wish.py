from types import SimpleNamespace

from seq2seq.desk.records import RunPush
from seq2seq.ui.train_wish import EMBEDDED, PUSH_FIELDS, PUSH_TOKEN, read_wish

FIXED = ("name", "start", "base", "preset", "probe")


def values(**changes):
    names = (*FIXED, *EMBEDDED, *PUSH_FIELDS, PUSH_TOKEN, "learning_rate")
    return dict.fromkeys(names) | changes


def test_an_empty_form_wishes_nothing():
    wish = read_wish(values(), None, None)
    assert (wish.name, wish.start, wish.push, wish.embeddings) == ("", "", None, {})
    assert wish.settings == {"learning_rate": None}
    assert wish.account.token() == ""


def test_what_is_pushed_and_with_which_token():
    given = values(push_to=" ana/mine ", push_licence="mit", push_private=True, push_token=" hf_typed ")  # noqa: S106
    wish = read_wish(given, ["empty"], SimpleNamespace(token="hf_signed_in"))  # noqa: S106
    assert wish.push == RunPush(to="ana/mine", licence="mit", private=True, every_best=True)
    assert wish.account.token() == "hf_typed"
    assert "hf_" not in repr(wish)
    assert read_wish(values(), None, SimpleNamespace(token="hf_signed_in")).account.token() == "hf_signed_in"  # noqa: S106


def test_files_of_vectors_go_by_side():
    wish = read_wish(values(source_embeddings="/tmp/en.vec"), None, None)  # noqa: S108
    assert wish.embeddings == {"source": "/tmp/en.vec"}  # noqa: S108
