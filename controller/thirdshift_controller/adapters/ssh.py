"""Acts on nodes over SSH. Implements `remedies.port.Remedy`; the one module that knows paramiko.

A node is known by its host key or not talked to. Until the command is handed over, every failure
is `RemedyNotStarted`; from then on only an exit status ends the doubt.
"""

from __future__ import annotations

import logging
import shlex
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import paramiko
from paramiko.hostkeys import InvalidHostKey
from paramiko.pkey import UnknownKeyType

from thirdshift_controller.adapters.commands import command_for
from thirdshift_controller.adapters.tail import Tail
from thirdshift_controller.address import Address
from thirdshift_controller.fleet.inventory import Node
from thirdshift_controller.remedies.port import (
    RemedyNotStarted,
    RemedyOrder,
    RemedyOutcomeUnknown,
    RemedyResult,
)

PORT = 22
OUTPUT_KEPT_BYTES = 8192
_CHUNK_BYTES = 32768
_NO_STATUS = -1
_FAILURES = (paramiko.SSHException, OSError, EOFError, ValueError)

# It logs stack traces of failures that are told here in a sentence.
logging.getLogger("paramiko").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class SshSettings:
    """How to log in. Without a key file the user's SSH agent is asked."""

    user: str
    key_file: Path | None
    known_hosts_file: Path
    connect_timeout_seconds: float
    """For each of: TCP, banner, log-in, opening a channel."""
    command_timeout_seconds: float
    """For the whole command."""


class SshRemedy:
    """Runs allowed commands on nodes, each over a connection of its own."""

    def __init__(self, settings: SshSettings) -> None:
        self._settings = settings
        self._sent: set[str] = set()

    def describe(self, order: RemedyOrder) -> str:
        """The command and its node, or why there is none."""
        try:
            command, address = command_for(order), _address_of(order.node)
        except RemedyNotStarted as refusal:
            return f"nothing: {refusal}"
        login = f"{self._settings.user}@{address.host}"
        return shlex.join(["ssh", "-p", str(address.port), login, command])

    def apply(self, order: RemedyOrder) -> RemedyResult:
        """Run it to its end. Raises `RemedyNotStarted` or `RemedyOutcomeUnknown`."""
        command, address = command_for(order), _address_of(order.node)
        if order.key in self._sent:
            raise RemedyNotStarted(f"{order.key} has been sent before; it is never sent twice")
        with closing(paramiko.SSHClient()) as client:
            channel = self._log_in(client, address)
            self._sent.add(order.key)
            output, exit_status = self._run(client, channel, command)
        return RemedyResult(self.describe(order), output, exit_status)

    def _log_in(self, client: paramiko.SSHClient, address: Address) -> paramiko.Channel:
        try:
            self._trust_known_hosts(client)
            return self._open(client, address)
        except _FAILURES as error:
            raise RemedyNotStarted(_refusal(error, address, self._settings)) from error

    def _trust_known_hosts(self, client: paramiko.SSHClient) -> None:
        file = self._settings.known_hosts_file
        try:
            client.load_system_host_keys(str(file))
        except (OSError, ValueError, InvalidHostKey) as error:
            raise RemedyNotStarted(f"{file} is not a known-hosts file: {error}") from error
        client.set_missing_host_key_policy(_Reject())

    def _open(self, client: paramiko.SSHClient, address: Address) -> paramiko.Channel:
        key_file, patience = self._settings.key_file, self._settings.connect_timeout_seconds
        client.connect(
            address.host,
            address.port,
            self._settings.user,
            pkey=_private_key(key_file) if key_file else None,
            allow_agent=key_file is None,
            look_for_keys=False,
            timeout=patience,
            banner_timeout=patience,
            auth_timeout=patience,
        )
        transport = client.get_transport()
        assert transport is not None
        return transport.open_session(timeout=patience)

    def _run(
        self, client: paramiko.SSHClient, channel: paramiko.Channel, command: str
    ) -> tuple[str, int]:
        seconds, output = self._settings.command_timeout_seconds, Tail(OUTPUT_KEPT_BYTES)
        with _deadline(seconds, client.close) as expired:
            try:
                channel.set_combine_stderr(True)
                channel.exec_command(command)
                while chunk := channel.recv(_CHUNK_BYTES):
                    output.add(chunk)
                exit_status = channel.recv_exit_status()
            except _FAILURES:
                exit_status = _NO_STATUS
        if exit_status == _NO_STATUS:
            why = f"no end within {seconds:g} s" if expired.is_set() else "cut off before its end"
            raise RemedyOutcomeUnknown(f"{why}: {command}\n{output}".rstrip())
        return str(output), exit_status


class _UnknownHostError(paramiko.SSHException):
    """No line for the host; the text is the type and fingerprint of the key that it shows."""


class _Reject(paramiko.MissingHostKeyPolicy):
    def missing_host_key(
        self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey
    ) -> None:
        raise _UnknownHostError(f"{key.get_name()} {key.fingerprint}")


def _address_of(node: Node) -> Address:
    if node.ssh is None:
        raise RemedyNotStarted(f"{node.name} has no ssh address; give it one in the site file")
    return Address.parse(node.ssh, PORT)


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
        raise RemedyNotStarted(
            f"{file} is not a private key without passphrase that can be read: {error}"
        ) from error


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
            return f"{host} opens no SSH session: {error}; sshd's log there says more"
        case _:
            return f"{host} cannot be reached: {error}; is it up, and at this address?"


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
