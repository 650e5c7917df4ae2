"""XML of strangers, read as a stream: no entities, nothing external, no tree in memory, no endless nesting."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException, DTDForbidden
from defusedxml.ElementTree import DefusedXMLParser

from seq2seq.errors import DataError

_DEEPEST: Final = 100
_MOST_QUIET_BYTES: Final = 4_000_000
"""Without an element or text among them; a parser would have to keep them all."""


class Elements:
    """What is told of every element; a reader overrides `opened`, `closed` and `data`.

    Args:
        name: of the file, for what is said of it.
        most_elements: after which the file is refused.
    """

    def __init__(self, name: str, most_elements: int) -> None:
        self.name, self.most_elements = name, most_elements
        self.depth = self.elements = self.events = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Count an element and hand it on; called by the parser."""
        self.depth += 1
        self.elements += 1
        self.events += 1
        if self.depth > _DEEPEST or self.elements > self.most_elements:
            raise refused(self.name, "too many elements" if self.depth <= _DEEPEST else "elements too deep")
        self.opened(tag, attributes)

    def end(self, tag: str) -> None:
        """Hand on that an element ends; called by the parser."""
        self.depth -= 1
        self.closed(tag)

    def data(self, text: str) -> None:
        """A piece of text."""
        self.events += 1

    def opened(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""

    def closed(self, tag: str) -> None:
        """An element ends."""

    def close(self) -> None:
        """The document ends."""


def feed_xml(chunks: Iterable[bytes], target: Elements, *, allow_doctype: bool) -> Iterator[None]:
    """Parse UTF-8 and give control back after every chunk, so that the target can be emptied.

    Args:
        chunks: the document.
        target: is told what it holds.
        allow_doctype: a document type may be named; what it defines or points to is refused all the same.

    Raises:
        DataError: for what is no XML, and for what attacks its reader.
    """
    parser = DefusedXMLParser(target=target, encoding="utf-8", forbid_dtd=not allow_doctype)
    quiet_bytes = events = 0
    try:
        for chunk in chunks:
            parser.feed(chunk)
            quiet_bytes = 0 if target.events > events else quiet_bytes + len(chunk)
            events = target.events
            if quiet_bytes > _MOST_QUIET_BYTES:
                raise refused(target.name, "megabytes without an element")
            yield
        parser.close()
    except DTDForbidden as error:
        raise refused(target.name, "a document type") from error
    except DefusedXmlException as error:
        raise refused(target.name, "entities or references to other files") from error
    except (ParseError, ValueError) as error:
        raise DataError(
            f"{target.name} is not well-formed XML: {error}.",
            "Write it again with the program it comes from.",
            key="doctor_bad_xml",
            values={"name": target.name, "reason": str(error)},
        ) from error
    yield


def refused(name: str, reason: str) -> DataError:
    """What to say of a file that attacks its reader."""
    return DataError(
        f"{name} is refused: its XML has {reason}, as files that attack their reader have.",
        "Write it again with the program it comes from.",
        key="doctor_hostile_xml",
        values={"name": name, "reason": reason},
    )
