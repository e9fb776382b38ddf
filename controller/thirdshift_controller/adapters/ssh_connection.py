"""Logs in to nodes over SSH, runs commands there, reads files. The one module that knows paramiko.

A node is known by its host key or not talked to. What may be run is not decided here.

SshError
├── NotReached   nothing was handed over: no log-in, no session
├── CutOff       the command was handed over, and its end was not seen
└── NotRead      the file cannot be read
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import paramiko
from paramiko.hostkeys import InvalidHostKey
from paramiko.pkey import UnknownKeyType

from thirdshift_controller.address import Address
from thirdshift_controller.fleet.inventory import Node

PORT = 22
_CHUNK_BYTES = 32768
_NO_STATUS = -1
_FAILURES = (paramiko.SSHException, OSError, EOFError, ValueError)

# It logs stack traces of failures that are told here in a sentence.
logging.getLogger("paramiko").setLevel(logging.CRITICAL)

Take = Callable[[bytes], None]
"""Is given what comes, piece by piece; what it raises ends the command."""


class SshError(Exception):
    """The text is a sentence: what is wrong and, where it is known, what mends it."""


class NotReached(SshError):  # noqa: N818 - a state of the world, not a fault of the program
    """Nothing was handed over: no log-in, no session."""


class CutOff(SshError):  # noqa: N818 - as above
    """The command was handed over, and its end was not seen."""


class NotRead(SshError):  # noqa: N818 - as above
    """The file cannot be read."""


@dataclass(frozen=True, slots=True)
class SshSettings:
    """How to log in. Without a key file the user's SSH agent is asked."""

    user: str
    key_file: Path | None
    known_hosts_file: Path
    connect_timeout_seconds: float
    """For each of: TCP, banner, log-in, opening a channel."""
    command_timeout_seconds: float
    """For the whole of a remedy's command."""


class Connection:
    """One log-in. Where a time limit runs out it is closed, whatever else it was meant for."""

    def __init__(self, client: paramiko.SSHClient, host: str, patience_seconds: float) -> None:
        self._client, self._host, self._patience = client, host, patience_seconds

    def run(self, command: str, seconds: float, take: Take, errors: Take | None = None) -> int:
        """Run it to its end and return the exit status. Raises `NotReached` or `CutOff`.

        Without `errors` both of its outputs are taken as one.
        """
        channel = self._session()
        channel.set_combine_stderr(errors is None)
        with _deadline(seconds, self._client.close) as expired:
            try:
                channel.exec_command(command)
                _drain(channel.recv, take)
                _drain(channel.recv_stderr, errors or take)
                exit_status = channel.recv_exit_status()
            except _FAILURES:
                exit_status = _NO_STATUS
        if exit_status == _NO_STATUS:
            raise CutOff(f"no end within {seconds:g} s" if expired.is_set() else _CUT)
        return exit_status

    def read(self, path: str, seconds: float, take: Take) -> None:
        """Read a file over SFTP. Raises `NotRead`."""
        with _deadline(seconds, self._client.close) as expired:
            try:
                with self._client.open_sftp() as sftp, sftp.open(path) as file:
                    _drain(file.read, take)
            except _FAILURES as error:
                why = f"no end within {seconds:g} s" if expired.is_set() else str(error) or _CUT
                raise NotRead(f"{path} cannot be read on {self._host}: {why}") from error

    def _session(self) -> paramiko.Channel:
        transport = self._client.get_transport()
        assert transport is not None
        try:
            return transport.open_session(timeout=self._patience)
        except _FAILURES as error:
            raise NotReached(_no_session(self._host, error)) from error


@contextmanager
def connected(settings: SshSettings, node: Node) -> Iterator[Connection]:
    """Log in to a node until the block ends. Raises `NotReached`."""
    address = _address_of(node)
    with closing(paramiko.SSHClient()) as client:
        _trust_known_hosts(client, settings.known_hosts_file)
        try:
            _log_in(client, address, settings)
        except _FAILURES as error:
            raise NotReached(_refusal(error, address, settings)) from error
        yield Connection(client, _known_as(address), settings.connect_timeout_seconds)


def address_of_login(settings: SshSettings, node: Node) -> tuple[str, str]:
    """`port` and `user@host`, as `ssh -p` takes them. Raises `NotReached`."""
    address = _address_of(node)
    return str(address.port), f"{settings.user}@{address.host}"


_CUT = "cut off before its end"


class _UnknownHostError(paramiko.SSHException):
    """No line for the host; the text is the type and fingerprint of the key that it shows."""


class _Reject(paramiko.MissingHostKeyPolicy):
    def missing_host_key(
        self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey
    ) -> None:
        raise _UnknownHostError(f"{key.get_name()} {key.fingerprint}")


def _address_of(node: Node) -> Address:
    if node.ssh is None:
        raise NotReached(f"{node.name} has no ssh address; give it one in the site file")
    return Address.parse(node.ssh, PORT)


def _trust_known_hosts(client: paramiko.SSHClient, file: Path) -> None:
    try:
        client.load_system_host_keys(str(file))
    except (OSError, ValueError, paramiko.SSHException, InvalidHostKey) as error:
        raise NotReached(f"{file} is not a known-hosts file: {error}") from error
    client.set_missing_host_key_policy(_Reject())


def _log_in(client: paramiko.SSHClient, address: Address, settings: SshSettings) -> None:
    key_file, patience = settings.key_file, settings.connect_timeout_seconds
    client.connect(
        address.host,
        address.port,
        settings.user,
        pkey=_private_key(key_file) if key_file else None,
        allow_agent=key_file is None,
        look_for_keys=False,
        timeout=patience,
        banner_timeout=patience,
        auth_timeout=patience,
    )


def _private_key(file: Path) -> paramiko.PKey:
    try:
        return paramiko.PKey.from_path(file)
    except (
        OSError,
        ValueError,
        TypeError,
        paramiko.SSHException,
        UnknownKeyType,
    ) as error:
        raise NotReached(
            f"{file} is not a private key without passphrase that can be read: {error}"
        ) from error


def _drain(read: Callable[[int], bytes], take: Take) -> None:
    while chunk := read(_CHUNK_BYTES):
        take(chunk)


def _refusal(error: Exception, address: Address, settings: SshSettings) -> str:
    """What is wrong and what mends it."""
    host, file = _known_as(address), settings.known_hosts_file
    match error:
        case _UnknownHostError():
            add = f"ssh-keyscan -p {address.port} {address.host} >> {file}"
            return f"{file} has no line for {host}; if its key is {error}, add it with: {add}"
        case paramiko.BadHostKeyException():
            remove = f"ssh-keygen -R '{host}' -f {file}"
            return f"{host} shows another key than in {file}; if it was reinstalled: {remove}"
        case paramiko.AuthenticationException():
            key = settings.key_file or "the SSH agent's keys"
            return f"{host} refuses {settings.user} with {key}; add it to authorized_keys there"
        case paramiko.SSHException() | EOFError():
            return _no_session(host, error)
        case _:
            return f"{host} cannot be reached: {error}; is it up, and at this address?"


def _no_session(host: str, error: Exception) -> str:
    return f"{host} opens no SSH session: {error}; sshd's log there says more"


def _known_as(address: Address) -> str:
    """The name of a host in a known-hosts file."""
    return address.host if address.port == PORT else f"[{address.host}]:{address.port}"


@contextmanager
def _deadline(seconds: float, end: Callable[[], None]) -> Iterator[threading.Event]:
    """Call `end` when the block takes too long: paramiko waits for some answers without limit."""
    expired = threading.Event()

    def expire() -> None:
        expired.set()
        end()

    timer = threading.Timer(seconds, expire)
    timer.daemon = True
    timer.start()
    try:
        yield expired
    finally:
        timer.cancel()
