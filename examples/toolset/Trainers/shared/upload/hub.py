"""The Hub over HTTP: https://huggingface.co/docs/hub/api, and git-lfs for large files. No retries."""
from __future__ import annotations

import base64
import hashlib
import http.client
import json
import socket
from pathlib import Path
from urllib.parse import quote, urlsplit

from . import show

PIECE = 16 * 1024
#: Of the operating system: with more, a bar would be full long before the bytes are there.
SEND_BUFFER = 64 * 1024
#: Longer than the Hub takes to answer a large commit.
TIMEOUT_SECONDS = 300
LFS = {"Accept": "application/vnd.git-lfs+json", "Content-Type": "application/vnd.git-lfs+json"}


class HubFailure(Exception):
    """What the Hub refused, or why it could not be reached. Never holds the token."""


class Hub:
    def __init__(self, endpoint: str, token: str) -> None:
        self.endpoint, self.token = endpoint.rstrip("/"), token

    def create(self, repo: str, private: bool) -> None:
        """Makes the repository, or takes the one that is there, whose visibility stays."""
        namespace, _, name = repo.partition("/")
        self.ask("POST", "/api/repos/create", {"type": "model", "name": name, "organization": namespace,
                                               "private": private}, fine=(409,))

    def upload(self, repo: str, files: dict, summary: str) -> str:
        """Pushes `files` (path in the repository → Path) as one commit; returns its id. Objects there are not resent."""
        samples = [{"path": name, "size": path.stat().st_size,
                    "sample": base64.b64encode(head(path)).decode()} for name, path in files.items()]
        modes = {entry["path"]: entry["uploadMode"] for entry in
                 self.ask("POST", f"/api/models/{repo}/preupload/main", {"files": samples})["files"]}
        objects = {name: {"oid": hash_of(path), "size": path.stat().st_size}
                   for name, path in files.items() if modes[name] == "lfs"}
        if objects:
            self._push(repo, files, objects)
        lines = [{"key": "header", "value": {"summary": summary, "description": ""}}]
        for name, path in files.items():
            if name in objects:
                lines.append({"key": "lfsFile", "value": {"path": name, "algo": "sha256", **objects[name]}})
            else:
                content = base64.b64encode(path.read_bytes()).decode()
                lines.append({"key": "file", "value": {"path": name, "content": content, "encoding": "base64"}})
        return self.ask("POST", f"/api/models/{repo}/commit/main", "\n".join(map(json.dumps, lines)),
                        {"Content-Type": "application/x-ndjson"})["commitOid"]

    def _push(self, repo: str, files: dict, objects: dict) -> None:
        answer = self.ask("POST", f"/{repo}.git/info/lfs/objects/batch", {
            "operation": "upload", "transfers": ["basic"], "hash_algo": "sha_256", "ref": {"name": "main"},
            "objects": list(objects.values())}, LFS)
        actions = {each["oid"]: each.get("actions") for each in answer["objects"]}
        for name, entry in objects.items():
            action = actions.pop(entry["oid"], None)
            if action is None:
                print(f"{name}: already on the Hub, skipped", flush=True)
                continue
            self._put(action["upload"]["href"], files[name], name)
            if "verify" in action:
                self.ask("POST", action["verify"]["href"], entry, LFS)

    def _put(self, url: str, path: Path, name: str) -> None:
        size = path.stat().st_size
        bar = show.Transfer(f"Uploading {name}", size)
        connection, place = connect(url)
        try:
            connection.connect()
            connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
            connection.putrequest("PUT", place)
            connection.putheader("Content-Length", str(size))
            connection.endheaders()
            with path.open("rb") as file:
                for piece in iter(lambda: file.read(PIECE), b""):
                    connection.send(piece)
                    bar.advance(len(piece))
            read(connection.getresponse(), url)
        except (OSError, http.client.HTTPException) as error:
            bar.cut()
            raise HubFailure(said(error)) from error
        finally:
            connection.close()

    def ask(self, method: str, place: str, body=None, headers=None, fine=()):
        """JSON there and back; `body` as text is sent as it is. Raises HubFailure for 400 and more, but for `fine`."""
        return json.loads(self.fetch(method, place, body, headers, fine) or b"{}")

    def fetch(self, method: str, place: str, body=None, headers=None, fine=()) -> bytes:
        url = place if "://" in place else self.endpoint + quote(place, safe="/?=&")
        connection, target = connect(url)
        data = body.encode() if isinstance(body, str) else None if body is None else json.dumps(body).encode()
        try:
            connection.request(method, target, data, {"Content-Type": "application/json", **(headers or {}),
                                                      "Authorization": f"Bearer {self.token}"})
            return read(connection.getresponse(), url, fine)
        except (OSError, http.client.HTTPException) as error:
            raise HubFailure(said(error)) from error
        finally:
            connection.close()


def connect(url: str) -> tuple:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    return kind(parts.netloc, timeout=TIMEOUT_SECONDS), parts.path + (f"?{parts.query}" if parts.query else "")


def read(response: http.client.HTTPResponse, url: str, fine=()) -> bytes:
    data = response.read()
    if response.status < 400 or response.status in fine:
        return data
    side = "Server" if response.status >= 500 else "Client"
    text = f"{response.status} {side} Error: {response.reason} for url: {url}"
    try:
        text += f" ({json.loads(data)['error']})"
    except (ValueError, KeyError, TypeError):
        pass  # An answer of something before the Hub: its status says what there is to say.
    after = response.getheader("Retry-After")
    if response.status == 429 and after is not None:
        # As huggingface_hub tells a limit of its rate, in lines of its own.
        text += f"\n\n429 Too Many Requests: you have reached your 'api' rate limit.\nRetry after {after} seconds.\nUrl: {url}."
    raise HubFailure(text)


def said(error: Exception) -> str:
    """As `requests` words it."""
    if isinstance(error, (ConnectionResetError, BrokenPipeError, http.client.HTTPException)):
        return f"('Connection aborted.', {error!r})"
    return str(error) or type(error).__name__


def head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(512)


def hash_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for piece in iter(lambda: file.read(1 << 20), b""):
            digest.update(piece)
    return digest.hexdigest()
