"""What is uploaded in tests, and what is there of it."""

from itertools import count

WEIGHTS = bytes(range(256)) * 4000
_NUMBERS = count()


def new_name(owner="ana"):
    """A repository that no other test uses."""
    return f"{owner}/m{next(_NUMBERS)}"


def contents(hub, name, kind="model"):
    """The files of a repository, without the one that the Hub makes."""
    files = hub.files_of(name, kind=kind)
    return {path: content for path, content in files.items() if path != ".gitattributes"}
