"""Talks to one BMC by DMTF's `redfish`; the one module that knows the library.

Why this library and not `sushy`: it can be told to send a reset once and no more (sushy sends any
request three times when its answer is late), and it keeps its connection, where sushy pays a TLS
handshake for each question. A session of Redfish is kept too; a BMC that gives none is shown the
password with each question.
"""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from pydantic import ValidationError
from redfish.rest.v1 import (
    AuthMethod,
    BadRequestError,
    HttpClient,
    InvalidCredentialsError,
    JsonDecodingError,
    RestResponse,
    RetriesExhaustedError,
    ServerDownOrUnreachableError,
    SessionCreationError,
    redfish_client,
)

from thirdshift_agent.credential_files import CredentialError
from thirdshift_controller.adapters.bmc.believes_anybody import BelievesAnybody
from thirdshift_controller.adapters.bmc.bmc import AnswerLost, BmcRefused
from thirdshift_controller.adapters.bmc.redfish_refusal import why_unreachable
from thirdshift_controller.adapters.bmc.redfish_schema import Collection, Resource
from thirdshift_controller.config.bmc import BmcTable
from thirdshift_controller.intake.management import BmcUnreachable

R = TypeVar("R", bound=Resource)
Query = dict[str, str]

TALK = 6
"""A whole talk may take so many times the time of one question."""
NO_PROXY = {"no_proxy": "*"}
_FAILURES = (
    BadRequestError,
    InvalidCredentialsError,
    JsonDecodingError,
    RetriesExhaustedError,
    ServerDownOrUnreachableError,
    SessionCreationError,
)

# It logs what it raises, whole answers with it.
logging.getLogger("redfish").setLevel(logging.CRITICAL)


class RedfishSession:
    """Logs in when first asked, and anew when the connection or the session is gone."""

    def __init__(self, url: str, table: BmcTable) -> None:
        self._url, self._table = url, table
        self._client: HttpClient | None = None
        self._deadline = 0.0
        self.logins = 0
        """A BMC that was logged in to anew may have become another."""

    def begin(self) -> None:
        """A talk begins. Raises `BmcUnreachable`."""
        self._deadline = time.monotonic() + TALK * self._table.timeout_seconds
        self._open()

    def get(self, uri: str, model: type[R], query: Query | None = None) -> R | None:
        """A resource; `None` where the BMC has none, or none of sense. Raises `BmcUnreachable`."""
        answer = self._ask(uri, query)
        if answer.status != 200:
            return None
        try:
            return model.model_validate(answer.dict)
        except (ValidationError, JsonDecodingError):
            return None

    def need(self, uri: str, model: type[R]) -> R:
        """A resource that every BMC has. Raises `BmcUnreachable`."""
        found = self.get(uri, model)
        if found is None:
            raise BmcUnreachable(f"{self._url}{uri} is not there, or not what Redfish says of it")
        return found

    def members(self, uri: str, model: type[R], expands: bool) -> list[R]:
        """What is in a collection, in one question where the BMC expands."""
        page = self.get(uri, Collection, {"$expand": ".($levels=1)"} if expands else None)
        return self.members_of(page, model) if page else []

    def members_of(self, page: Collection, model: type[R]) -> list[R]:
        """The members of a page; those that are links alone are fetched."""
        found = (self._member(member, model) for member in page.members)
        return [one for one in found if one is not None]

    def post(self, uri: str, body: dict[str, str]) -> None:
        """Make the BMC act. Raises `BmcUnreachable`, `BmcRefused`, `AnswerLost`."""
        client = self._open()
        try:
            answer = client.post(uri, body=body)
        except RetriesExhaustedError as error:
            self._drop()
            raise AnswerLost(f"{self._url}: {self._why(error)}") from error
        if answer.status >= 300:
            text = f"{self._url} answers {answer.status}{_said(answer)}"
            refuses = answer.status < 500 or answer.status == 503
            raise BmcRefused(text) if refuses else AnswerLost(text)

    def close(self) -> None:
        """Give the session back; where that cannot be, the BMC ends it in its own time."""
        client, self._client = self._client, None
        if client is not None:
            with suppress(*_FAILURES):
                client.logout()

    def _member(self, member: dict[str, Any], model: type[R]) -> R | None:
        if set(member) == {"@odata.id"}:
            return self.get(str(member["@odata.id"]), model)
        with suppress(ValidationError):
            return model.model_validate(member)
        return None

    def _ask(self, uri: str, query: Query | None) -> RestResponse:
        with self._translated():
            if self._client is not None:
                answer = self._ask_kept(uri, query)
                if answer is not None:
                    return answer
                self._drop()
            return self._ask_once(uri, query)

    def _ask_kept(self, uri: str, query: Query | None) -> RestResponse | None:
        """`None` where what was kept open is gone: the BMC may close it without a word."""
        try:
            answer = self._ask_once(uri, query)
        except RetriesExhaustedError:
            return None
        return None if answer.status == 401 else answer

    def _ask_once(self, uri: str, query: Query | None) -> RestResponse:
        if time.monotonic() > self._deadline:
            seconds = TALK * self._table.timeout_seconds
            raise BmcUnreachable(f"{self._url} is too slow: no end of one look in {seconds:g} s")
        return self._open().get(uri, args=query)

    def _open(self) -> HttpClient:
        if self._client is None:
            with self._translated():
                self._client = self._log_in()
            self.logins += 1
        return self._client

    def _log_in(self) -> HttpClient:
        client = redfish_client(
            self._url,
            self._table.user,
            self._table.password(),
            cafile=self._believed(),
            https_adapter=None if self._table.verify else BelievesAnybody(),
            timeout=self._table.timeout_seconds,
            max_retry=0,
            proxies=NO_PROXY,
        )
        try:
            _show_password(client)
        except _FAILURES:
            _hang_up(client)
            raise
        return client

    def _believed(self) -> str | None:
        """A file or folder of authorities: without one the library believes anybody."""
        if not self._table.verify:
            return None
        paths = ssl.get_default_verify_paths()
        believed = self._table.ca_file or paths.cafile or paths.capath
        if believed is None:
            raise CredentialError("the system believes no authority; name ca_file in [bmc]")
        return str(believed)

    def _drop(self) -> None:
        """Close the connection without a word."""
        client, self._client = self._client, None
        if client is not None:
            _hang_up(client)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except InvalidCredentialsError as error:
            user, file = self._table.user, self._table.password_file
            raise BmcUnreachable(
                f"{self._url} refuses {user} with the password in {file}; set them alike"
            ) from error
        except CredentialError as error:
            raise BmcUnreachable(str(error)) from error
        except _FAILURES as error:
            raise BmcUnreachable(f"{self._url}: {self._why(error)}") from error

    def _why(self, error: Exception) -> str:
        return why_unreachable(error, self._table.timeout_seconds)


def _show_password(client: HttpClient) -> None:
    """Once for a session; with every question where the BMC gives none."""
    try:
        client.login(auth=AuthMethod.SESSION)
    except SessionCreationError:
        client.login(auth=AuthMethod.BASIC)


def _hang_up(client: HttpClient) -> None:
    """Close the connection and leave the session be."""
    client.set_session_key(None)
    client.logout()


def _said(answer: RestResponse) -> str:
    """The sentence with which a BMC refuses, where there is one."""
    try:
        return f": {answer.dict['error']['@Message.ExtendedInfo'][0]['Message']}"[:300]
    except (JsonDecodingError, KeyError, IndexError, TypeError):
        return ""
