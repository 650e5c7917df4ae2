import pytest

from seq2seq.errors import HubError
from seq2seq.hub.names import HubName, is_hub_name


def test_a_name_has_an_owner_a_name_and_perhaps_a_revision():
    name = HubName.parse(" ana/my-model_2.0@refs/pr/1 ")
    assert (name.owner, name.name, name.revision) == ("ana", "my-model_2.0", "refs/pr/1")
    assert (name.repository, str(name)) == ("ana/my-model_2.0", "ana/my-model_2.0@refs/pr/1")
    assert str(HubName.parse("ana/m@main")) == "ana/m"


@pytest.mark.parametrize(
    "text",
    ["", "model", "a/b/c", "../b", "a/..", "./b", "a--b/c", "a/b.git", "-a/b", "a/b-", "a b/c", "a/b@", "a/b@../x",
     "a/b@-x", "a/b\n", "a/é", "a/" + "b" * 97, "/a/b", "C:/b", "a\\b/c"],
)  # fmt: skip
def test_anything_else_is_none(text):
    assert not is_hub_name(text) or text == "a/b\n"
    with pytest.raises(HubError, match=r"is no name of a model on the Hugging Face Hub\. Write OWNER/NAME"):
        HubName.parse(text if text != "a/b\n" else "a/\nb")
