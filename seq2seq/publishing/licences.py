"""The licences that the Hub knows by an identifier."""

from difflib import get_close_matches
from typing import Final

from seq2seq.publishing.refusals import refusal

LICENCES: Final = (
    "apache-2.0", "mit", "cc0-1.0", "cc-by-4.0", "cc-by-sa-4.0", "cc-by-nc-4.0", "cc-by-nc-sa-4.0", "cc-by-nd-4.0",
    "cc-by-nc-nd-4.0", "cc-by-2.0", "cc-by-2.5", "cc-by-3.0", "cc-by-sa-3.0", "cc-by-nc-2.0", "cc-by-nc-3.0",
    "cc-by-nc-sa-2.0", "cc-by-nc-sa-3.0", "cc-by-nc-nd-3.0", "cc", "bsd", "bsd-2-clause", "bsd-3-clause",
    "bsd-3-clause-clear", "gpl", "gpl-2.0", "gpl-3.0", "lgpl", "lgpl-2.1", "lgpl-3.0", "lgpl-lr", "agpl-3.0",
    "gfdl", "mpl-2.0", "epl-1.0", "epl-2.0", "ecl-2.0", "eupl-1.1", "eupl-1.2", "etalab-2.0", "odc-by", "odbl",
    "pddl", "cdla-sharing-1.0", "cdla-permissive-1.0", "cdla-permissive-2.0", "c-uda", "artistic-2.0", "afl-3.0",
    "bsl-1.0", "isc", "ncsa", "osl-3.0", "ofl-1.1", "postgresql", "unlicense", "wtfpl", "zlib", "ms-pl",
    "lppl-1.3c", "openrail", "bigscience-openrail-m", "bigcode-openrail-m", "fair-noncommercial-research-license",
    "unknown", "other",
)  # fmt: skip
"""The most usual first."""


def check_licence(licence: str, name: str) -> str:
    """The identifier as the Hub writes it.

    Raises:
        HubError: where there is none, or the Hub does not know it.
    """
    found = licence.strip().lower()
    if not found:
        raise refusal("publish_no_licence", name=name)
    if found not in LICENCES:
        close = get_close_matches(found, LICENCES, n=2) or LICENCES[:4]
        raise refusal("publish_bad_licence", licence=licence[:60], close=" or ".join(close))
    return found
