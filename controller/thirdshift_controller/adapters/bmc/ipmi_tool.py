"""Runs `ipmitool` against one BMC. It gets the password by its environment, never as an argument.

`-C 3` names the cipher suite, because asking a BMC for its suites stalls on many of them. `-L` asks
for no more than an operator's privilege, since a BMC ends the log-in of a user who has less.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass

from thirdshift_agent.credential_files import CredentialError
from thirdshift_controller.adapters.bmc.bmc import AnswerLost, BmcRefused
from thirdshift_controller.address import Address
from thirdshift_controller.config.bmc import BmcTable
from thirdshift_controller.intake.management import BmcUnreachable

QUESTIONS = 3
"""A list of sensors or of a log is many questions: so many times the time of one."""
_NO_SESSION = "Unable to establish"
_REFUSED = ("HMAC is invalid", "unauthorized name")


@dataclass(frozen=True, slots=True)
class IpmiTool:
    """One BMC's address and what opens it."""

    address: Address
    table: BmcTable

    def ask(self, *words: str, questions: int = QUESTIONS) -> str:
        """What it prints. Raises `BmcUnreachable`."""
        tries = self._seconds_a_try()
        try:
            done = self._run(["-N", str(tries), "-R", "2", *words], questions)
        except subprocess.TimeoutExpired:
            raise BmcUnreachable(self._why(_NO_SESSION)) from None
        if done.returncode != 0:
            raise BmcUnreachable(self._why(done.stderr))
        return done.stdout

    def tell(self, *words: str) -> None:
        """Make it act; asked once, since a second time might act twice.

        Raises `BmcUnreachable`, `BmcRefused`, `AnswerLost`.
        """
        try:
            done = self._run(["-N", str(self._seconds_a_try()), "-R", "1", *words], QUESTIONS)
        except subprocess.TimeoutExpired:
            raise AnswerLost(f"{self.address.host}: no end of {' '.join(words)}") from None
        if done.returncode == 0:
            return
        why = self._why(done.stderr)
        if _NO_SESSION in done.stderr:
            raise BmcUnreachable(why)
        raise BmcRefused(why) if "failed: " in done.stderr else AnswerLost(why)

    def shown(self, *words: str) -> str:
        """The command line, as a person would type it."""
        return " ".join([*self._argv(), *words])

    def _argv(self) -> list[str]:
        address = ["-H", self.address.host, "-p", str(self.address.port)]
        login = ["-U", self.table.user, "-E", "-L", "OPERATOR"]
        return ["ipmitool", "-I", "lanplus", "-C", "3", *address, *login]

    def _run(self, words: list[str], questions: int) -> subprocess.CompletedProcess[str]:
        try:
            return subprocess.run(
                [*self._argv(), *words],
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=self.table.timeout_seconds * questions + 1,
            )
        except OSError as error:
            raise BmcUnreachable(
                f"ipmitool cannot be run: {error.strerror}; install it where the controller runs"
            ) from error

    def _environment(self) -> dict[str, str]:
        try:
            password = self.table.password()
        except CredentialError as error:
            raise BmcUnreachable(str(error)) from error
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return {**kept, "LC_ALL": "C", "TZ": "UTC", "IPMI_PASSWORD": password}

    def _seconds_a_try(self) -> int:
        """It asks for a session in two ways, each twice, the second time a second longer."""
        return max(1, int((self.table.timeout_seconds / 2 - 1) / 2))

    def _why(self, complaint: str) -> str:
        host, lines = self.address.host, complaint.strip().splitlines()
        if any(refused in complaint for refused in _REFUSED):
            user, file = self.table.user, self.table.password_file
            return f"{host} refuses {user} with the password in {file}; set them alike"
        if _NO_SESSION in complaint:
            return f"{host} does not answer IPMI; is it up, and is IPMI over LAN switched on there?"
        return f"{host}: {lines[-1] if lines else 'ipmitool failed without a word'}"
