"""Asks another system's HTTP API, and says in the port's words why it did not answer.

The files of its table are read for each question: they are few, and so a file that was exchanged is
used at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from thirdshift_agent.credential_files import CredentialError
from thirdshift_controller.config import EndpointTable
from thirdshift_controller.workorders.requester import RequesterRefused, RequesterUnreachable

_PASSING = {
    httpx.codes.REQUEST_TIMEOUT,
    httpx.codes.CONFLICT,
    httpx.codes.TOO_EARLY,
    httpx.codes.TOO_MANY_REQUESTS,
}
"""Refusals that end by themselves; those of the server (5xx) do too."""
_LONGEST_SENTENCE = 200


class Endpoint:
    """One API under one URL."""

    def __init__(self, table: EndpointTable, name: str) -> None:
        """`name` is the table's, for whoever must mend it."""
        self._table, self._name = table, name

    def ask(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """The answer, good or 404. Raises `RequesterUnreachable` or `RequesterRefused`."""
        url = self._table.url.rstrip("/") + path
        try:
            with self._client() as client:
                answer = client.request(method, url, json=body, headers=headers)
        except CredentialError as error:
            raise RequesterRefused(f"{self._name}: {error}") from error
        except httpx.HTTPError as error:
            raise RequesterUnreachable(f"{url}: {error or type(error).__name__}") from error
        if not answer.is_success and answer.status_code != httpx.codes.NOT_FOUND:
            self._raise(url, answer)
        return answer

    def _client(self) -> httpx.Client:
        token = self._table.token()
        return httpx.Client(
            headers={"Authorization": f"Bearer {token}"} if token else {},
            verify=self._table.context(),
            timeout=self._table.timeout_seconds,
            trust_env=False,
        )

    def _raise(self, url: str, answer: httpx.Response) -> None:
        says = f"{url} answers {answer.status_code}: {answer.text[:_LONGEST_SENTENCE]}"
        if answer.status_code in _PASSING or answer.is_server_error:
            raise RequesterUnreachable(says)
        if answer.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            says += f"; name a token that may do this as token_file in {self._name}"
        raise RequesterRefused(says)


def decoded(answer: httpx.Response) -> dict[str, Any]:
    """A JSON object. Raises `RequesterRefused` where the URL is somebody else's."""
    try:
        found = answer.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise RequesterRefused(f"{answer.url} answers no JSON object; mend the table's url")
    return found
