import pytest

from seq2seq.errors import HubError
from seq2seq.hub.names import HubName
from seq2seq.hub.store import ModelStore

COMMITS = {letter: letter * 40 for letter in "abcdef"}


def keep(store, name, commit="a", *, size=1000):
    """A model of one file, pulled at a time of its own."""
    with store.draft(HubName.parse(name)) as draft:
        (draft / "checkpoint").mkdir()
        (draft / "checkpoint" / "weights").write_bytes(b"w" * size)
        return store.keep(HubName.parse(name), COMMITS[commit], draft / "checkpoint", private=False)


@pytest.fixture
def store(tmp_path):
    return ModelStore(tmp_path)


def names(store):
    return [str(model.name) for model in store.models()]


def test_room_is_made_by_the_models_that_were_pulled_first(store, monkeypatch):
    times = iter(f"2026-01-0{day}T00:00:00+00:00" for day in range(1, 9))

    class Clock:
        @staticmethod
        def now(zone):
            class Now:
                @staticmethod
                def isoformat(**_):
                    return next(times)

            return Now

    monkeypatch.setattr("seq2seq.hub.store.datetime", Clock)
    for name in ("ana/second", "ana/first@old", "ana/third"):
        keep(store, name)
    keep(store, "ana/second")  # again, and so the newest
    store.make_room(HubName.parse("ben/new"), 1000, 3000)
    assert names(store) == ["ana/second", "ana/third"]
    store.make_room(HubName.parse("ana/third"), 2500, 3000)  # its own older commit does not stand in the way
    assert names(store) == ["ana/third"]
    store.make_room(HubName.parse("ben/new"), 9000, 3000)
    assert names(store) == []


def test_nothing_goes_while_there_is_room(store):
    keep(store, "ana/model")
    store.make_room(HubName.parse("ben/new"), 1000, 2000)
    assert names(store) == ["ana/model"]


def test_two_drafts_of_one_model_are_refused_and_of_two_models_are_not(store):
    with store.draft(HubName.parse("ana/model")):
        with (
            pytest.raises(HubError, match=r"^ana/model@x is being pulled already\. Wait for it\.$"),
            store.draft(HubName.parse("ana/model@x")),
        ):
            pass
        with store.draft(HubName.parse("ana/other")) as other:
            assert other.is_dir()


def test_a_home_that_cannot_be_written_is_said_to_be_so(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with (
        pytest.raises(
            HubError, match=r"^Models cannot be kept in .*: Not a directory\. Set SEQ2SEQ_HOME to a "
        ),
        ModelStore(tmp_path / "file").draft(HubName.parse("ana/model")),
    ):
        pass


@pytest.mark.parametrize("content", ["", "[]", "{", '{"main": 1}', '{"main": {"commit": "../../x"}}'])
def test_damaged_notes_are_no_models_and_the_next_pull_mends_them(store, content):
    keep(store, "ana/model")
    (store.root / "ana--model" / "revisions.json").write_text(content)
    assert store.find(HubName.parse("ana/model")) is None
    assert names(store) == []
    keep(store, "ana/model", "b")
    assert names(store) == ["ana/model"]


def test_the_size_of_a_model_is_that_of_its_files(store):
    assert keep(store, "ana/model", size=1234).size_bytes == 1234
