"""The git-LFS part of the stand-in Hub: large files, whole or in parts, before the commit that names them."""

import hashlib
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from stand_in_exchange import Answer, Asked, Refused
from stand_in_routes import PAGE, find_repository, json_answer

if TYPE_CHECKING:
    from stand_in_hub import StandInHub


def start_uploads(hub: "StandInHub", asked: Asked) -> Answer:
    """The git-LFS batch: where to put each object that the Hub does not have."""
    repository = find_repository(hub, asked, write=True)
    here, lines = f"{hub.address}/{repository.page}.git", []
    for wanted in json.loads(asked.body)["objects"]:
        place = f"{hub.address}/lfs/{repository.page}/{wanted['oid']}"
        put: dict[str, Any] = {"href": place, "header": {}}
        if hub.part_bytes and wanted["size"] > hub.part_bytes:
            numbers = range(1, -(-wanted["size"] // hub.part_bytes) + 1)
            header = {"chunk_size": str(hub.part_bytes)} | {f"{n:05}": f"{place}/{n}" for n in numbers}
            put = {"href": f"{place}/complete", "header": header}
        verify = {"href": f"{here}/info/lfs/objects/verify", "header": {}}
        actions = {} if wanted["oid"] in hub.uploads else {"actions": {"upload": put, "verify": verify}}
        lines.append({"oid": wanted["oid"], "size": wanted["size"], **actions})
    return json_answer({"transfer": "basic", "objects": lines})


def upload(hub: "StandInHub", asked: Asked) -> Answer:
    """Takes one git-LFS object; no token comes with it, as with the signed addresses of the Hub."""
    oid = asked.names["oid"]
    if hashlib.sha256(asked.body).hexdigest() != oid:
        raise Refused(400, "The content does not have the announced sha256.")
    hub.uploads[oid] = asked.body
    return Answer(200, b"", {"ETag": f'"{oid}"'})


def upload_part(hub: "StandInHub", asked: Asked) -> Answer:
    """Takes a part of a git-LFS object."""
    hub.parts.setdefault(asked.names["oid"], {})[int(asked.names["part"])] = asked.body
    return Answer(200, b"", {"ETag": f'"{hashlib.sha256(asked.body).hexdigest()}"'})


def complete_upload(hub: "StandInHub", asked: Asked) -> Answer:
    """Joins the parts of a git-LFS object that are named with the tags they were answered with."""
    oid, wanted = asked.names["oid"], json.loads(asked.body)["parts"]
    parts = [hub.parts.get(oid, {}).get(part["partNumber"], b"") for part in wanted]
    tags = [f'"{hashlib.sha256(part).hexdigest()}"' for part in parts]
    content = b"".join(parts)
    if tags != [part["etag"] for part in wanted] or hashlib.sha256(content).hexdigest() != oid:
        raise Refused(400, "The parts do not make the announced object.")
    hub.uploads[oid] = content
    return json_answer({})


def verify_upload(hub: "StandInHub", asked: Asked) -> Answer:
    """Whether an object has arrived whole."""
    find_repository(hub, asked, write=True)
    wanted = json.loads(asked.body)
    if len(hub.uploads.get(wanted["oid"], b"")) != wanted["size"]:
        raise Refused(404, "Object not found")
    return json_answer({})


LFS_ROUTES: tuple[tuple[str, str, Callable[["StandInHub", Asked], Answer]], ...] = (
    ("POST", rf"{PAGE}\.git/info/lfs/objects/batch", start_uploads),
    ("POST", rf"{PAGE}\.git/info/lfs/objects/verify", verify_upload),
    ("PUT", rf"/lfs{PAGE}/(?P<oid>[0-9a-f]{{64}})", upload),
    ("PUT", rf"/lfs{PAGE}/(?P<oid>[0-9a-f]{{64}})/(?P<part>\d+)", upload_part),
    ("POST", rf"/lfs{PAGE}/(?P<oid>[0-9a-f]{{64}})/complete", complete_upload),
)
"""Like `ROUTES`."""
