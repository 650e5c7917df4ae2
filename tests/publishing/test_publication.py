"""Exactly what is published of a run, and what is refused."""

import json
from pathlib import Path

import pytest
from finished_run import PRIVATE_SENTENCE, SCORES
from safetensors.torch import load_file, save_file

from seq2seq.checkpoints import load_checkpoint, save_info, save_scores
from seq2seq.errors import CheckpointError, HubError
from seq2seq.publishing.publication import Wishes, prepare_publication

WISHES = Wishes(repository="ana/model", licence="mit")
TOKEN, ODD_TOKEN = "hf_" + "aB3" * 10, "my-odd-token"


def content(publication, name):
    found = publication.files[name]
    return found if isinstance(found, bytes) else found.read_bytes()


def everything(publication):
    return b"\n".join(content(publication, name) for name in publication.files)


def test_only_the_files_of_a_model_are_published(make_run):
    publication = prepare_publication(make_run(), WISHES)
    assert list(publication.files) == [
        "README.md",
        "config.json",
        "source_tokenizer/tokenizer.json",
        "target_tokenizer/tokenizer.json",
        "scores.json",
        "assets/attention.svg",
        "model.safetensors",
    ]
    assert publication.left_out == ("events.jsonl", "general_test.tsv", "resume", "start.json")
    assert (
        publication.total_bytes
        == sum(publication.sizes.values())
        == sum(len(content(publication, n)) for n in publication.files)
    )


def test_nothing_of_the_training_text_the_person_or_the_machine_is_in_it(make_run):
    folder = make_run()
    published = everything(prepare_publication(folder, WISHES))
    for secret in (PRIVATE_SENTENCE, "/home/ana", str(folder), str(folder.parent), str(Path.home()) + "/"):
        assert secret.encode() not in published
    assert b"train.tsv --output reverse --epochs 3" in published


def test_what_is_published_loads_as_the_same_model(make_run, tmp_path):
    folder = make_run()
    publication = prepare_publication(folder, WISHES)
    copy = tmp_path / "copy"
    for name in publication.files:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_bytes(content(publication, name))
    first, second = load_checkpoint(folder), load_checkpoint(copy)
    assert first.fingerprint == second.fingerprint
    assert first.info == second.info
    assert first.scores == second.scores == SCORES


def test_the_general_test_goes_along_when_it_is_asked_for(make_run):
    wishes = Wishes(repository="ana/model", licence="mit", general_test=True)
    assert content(prepare_publication(make_run(), wishes), "general_test.tsv") == b"a\tb\n"


def test_a_model_without_attention_or_without_an_example_has_no_picture(make_run):
    blind = prepare_publication(make_run("blind", attention="none"), WISHES)
    assert "assets/attention.svg" not in blind.files
    silent = prepare_publication(make_run("silent", examples=(), languages=("", "")), WISHES)
    assert "assets/attention.svg" not in silent.files
    assert "widget" not in silent.card
    asked = Wishes(repository="ana/model", licence="mit", example="a b a")
    drawn = prepare_publication(make_run("asked", examples=(), languages=("", "")), asked)
    assert content(drawn, "assets/attention.svg").startswith(b"<svg")
    assert "- text: a b a" in drawn.card


def test_the_picture_says_tokens_as_people_read_them(make_run):
    wishes = Wishes(repository="ana/model", licence="mit", example="a b")
    picture = content(prepare_publication(make_run(), wishes), "assets/attention.svg").decode()
    assert ">end</text>" in picture
    assert ">␣</text>" in picture
    assert "\u2581" not in picture


def test_an_example_that_cannot_be_read_is_told(make_run):
    wishes = Wishes(repository="ana/model", licence="mit", example="a " * 2000)
    with pytest.raises(HubError, match=r"The example cannot be translated: The text has \d+ tokens"):
        prepare_publication(make_run(), wishes)


@pytest.mark.parametrize(
    ("licence", "words"),
    [
        ("", "The card of ana/model names no licence, and nobody may use a model without one."),
        ("apache", "The Hub knows no licence 'apache'. Perhaps you mean apache-2.0"),
        ("My own", "The Hub knows no licence 'My own'. Perhaps you mean"),
    ],
)
def test_a_licence_is_needed_and_known(make_run, licence, words):
    with pytest.raises(HubError) as caught:
        prepare_publication(make_run(), Wishes(repository="ana/model", licence=licence))
    assert words in str(caught.value)


def test_the_licence_of_the_checkpoints_own_card_is_taken(make_run):
    folder = make_run()
    card = folder / "README.md"
    card.write_text(card.read_text().replace("tags:", "license: cc-by-4.0\ntags:", 1))
    assert prepare_publication(folder, Wishes(repository="ana/model")).licence == "cc-by-4.0"


def spoil_config(folder, text):
    save_info(folder, examples=(text,))


def spoil_scores(folder, text):
    save_scores(folder, {"test": {"greedy": {"bleu": 1.0, "bleu_signature": text}}})


def spoil_card(folder, text):
    card = folder / "README.md"
    card.write_text(card.read_text() + f"\n## Notes\n\n{text}\n")


@pytest.mark.parametrize("spoil", [spoil_config, spoil_scores, spoil_card])
def test_a_token_is_refused_wherever_it_stands(make_run, spoil):
    folder = make_run()
    spoil(folder, f"see {TOKEN}")
    with pytest.raises(HubError, match="holds what looks like a token of the Hub") as caught:
        prepare_publication(folder, WISHES)
    assert TOKEN not in str(caught.value)


def test_the_very_token_that_is_used_is_refused_whatever_it_looks_like(make_run, monkeypatch):
    folder = make_run()
    spoil_card(folder, ODD_TOKEN)
    with pytest.raises(HubError, match=r"README.md holds what looks like a token"):
        prepare_publication(folder, Wishes(repository="ana/model", licence="mit", token=ODD_TOKEN))
    monkeypatch.setenv("HF_TOKEN", ODD_TOKEN)
    with pytest.raises(HubError, match=r"README.md holds what looks like a token"):
        prepare_publication(folder, WISHES)


@pytest.mark.parametrize(
    "path", ["/home/ana/x.tsv", "C:\\Users\\ana\\x.tsv", "~/text/x.tsv", "\\\\server\\share\\x"]
)
def test_a_path_in_the_config_or_the_scores_is_refused(make_run, path):
    for spoil, file in ((spoil_config, "config.json"), (spoil_scores, "scores.json")):
        folder = make_run(file)
        spoil(folder, f"from {path}")
        with pytest.raises(HubError, match=f"{file} holds a path of this machine: ") as caught:
            prepare_publication(folder, WISHES)
        assert caught.value.values["path"].startswith(path[:2])


def test_a_path_of_this_machine_in_a_persons_own_section_is_refused(make_run):
    folder = make_run()
    spoil_card(folder, f"The text lies in {folder}/text.")
    with pytest.raises(HubError, match=r"README.md holds a path of this machine"):
        prepare_publication(folder, WISHES)


@pytest.mark.parametrize("scores", [{"samples": [["a", "b"]]}, {"note": "x" * 300}, {"x" * 100: 1.0}])
def test_what_is_no_score_is_refused(make_run, scores):
    with pytest.raises(HubError, match=r"scores\.json holds '.+', which is no score\."):
        prepare_publication(make_run(scores=scores), WISHES)


def test_foreign_notes_in_the_header_of_the_weights_are_refused(make_run):
    folder = make_run()
    weights = folder / "model.safetensors"
    save_file(load_file(weights), weights, metadata={"trained_by": "ana"})
    with pytest.raises(HubError, match=r"The header of model\.safetensors holds 'trained_by'"):
        prepare_publication(folder, WISHES)


def test_what_could_not_be_pulled_again_is_not_published(make_run, tmp_path):
    folder = make_run()
    weights = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(weights[:-100])
    with pytest.raises(CheckpointError, match="is truncated or not a safetensors file"):
        prepare_publication(folder, WISHES)
    with pytest.raises(CheckpointError, match="There is no checkpoint folder"):
        prepare_publication(tmp_path / "nothing", WISHES)


def test_a_card_with_a_broken_header_is_told(make_run):
    folder = make_run()
    (folder / "README.md").write_text("---\nlicense: [mit\n---\n# A\n")
    with pytest.raises(HubError, match=r"The header of the checkpoint's README\.md cannot be read: "):
        prepare_publication(folder, WISHES)


def test_what_is_published_is_json_that_a_person_can_read(make_run):
    config = content(prepare_publication(make_run(), WISHES), "config.json")
    assert json.loads(config)["examples"] == ["a b c d"]
    assert config.startswith(b'{\n  "format": "seq2seq-explorer"')
