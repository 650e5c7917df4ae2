"""Sending a publication to the Hub."""

from collections.abc import Callable
from typing import Final

from seq2seq.checkpoints import CARD_FILE, GENERAL_TEST_FILE, SCORES_FILE
from seq2seq.hub.changes import Progress
from seq2seq.hub.pull import NEEDED, PULLED, TOKENIZER_FILES
from seq2seq.hub.rights import Rights, check_privacy, plan_upload
from seq2seq.hub.upload import Uploaded, upload
from seq2seq.publishing.card import PICTURE_FILE
from seq2seq.publishing.publication import Publication
from seq2seq.publishing.refusals import refusal

OURS: Final = (*TOKENIZER_FILES, SCORES_FILE, GENERAL_TEST_FILE, PICTURE_FILE)
"""What is removed from a repository where it is not published any more."""
_OF_ANY_REPOSITORY: Final = {".gitattributes", CARD_FILE, "LICENSE"}


def plan_push(repository: str, *, private: bool = False, token: str | None = None) -> Rights:
    """Ask whether one may push a model there.

    Args:
        repository: ``OWNER/NAME``.
        private: whether it is to be seen by its owner only.
        token: see `seq2seq.hub.client.open_hub`.

    Raises:
        HubError: where one may not, or something else is there.
    """
    rights = plan_upload(repository, "model", token=token)
    check_privacy(rights, private=private)
    others = sorted(set(rights.files) - _OF_ANY_REPOSITORY, key=lambda file: (file in PULLED, file))
    if others and not set(NEEDED) <= set(rights.files):
        raise refusal("publish_other_content", name=rights.repository, file=others[0][:80])
    return rights


def push_publication(
    publication: Publication,
    *,
    rights: Rights | None = None,
    private: bool = False,
    token: str | None = None,
    message: str = "",
    progress: Progress = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Uploaded:
    """Push in one commit; see `seq2seq.hub.upload.upload` for the arguments and what is raised."""
    return upload(
        publication.repository,
        publication.files,
        message=message or "Push with Seq2Seq Explorer",
        private=private,
        token=token,
        remove=OURS,
        rights=rights or plan_push(publication.repository, private=private, token=token),
        progress=progress,
        should_stop=should_stop,
    )
