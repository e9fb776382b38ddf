"""Reads on after a refusal, so that all problems of several files are told at once."""

from __future__ import annotations

from types import TracebackType

from thirdshift_controller.config import ConfigError


class Complaints:
    """`with complaints:` keeps a `ConfigError` that is raised in it; `refuse` raises them all."""

    def __init__(self) -> None:
        self._texts: list[str] = []

    def __enter__(self) -> None:
        """Begin to listen."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        """Keep what was refused; anything else is raised on."""
        if isinstance(error, ConfigError):
            self._texts.append(str(error))
            return True
        return False

    def refuse(self) -> None:
        """Raise `ConfigError` if anything was refused."""
        if self._texts:
            raise ConfigError("\n".join(self._texts))
