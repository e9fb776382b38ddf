"""A pair of keys with which one room signs its prices and another knows them (Ed25519, PEM)."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from thirdshift_controller.config import ConfigError

OWNER_ONLY = 0o600


def write_keys(secret: Path) -> Path:
    """Make a pair: the secret one, for its owner alone, and beside it `.pub`, whose path is given.

    Raises `ConfigError` where either is there already or cannot be written.
    """
    public = secret.with_name(f"{secret.name}.pub")
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public_pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    try:
        for path, mode, content in ((secret, OWNER_ONLY, pem), (public, 0o644, public_pem)):
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
                file.write(content)
    except FileExistsError as error:
        raise ConfigError(
            f"{error.filename} is there already; a key is never overwritten, name another file"
        ) from None
    except OSError as error:
        raise ConfigError(f"{error.filename}: cannot be written: {error.strerror}") from None
    return public


def sign(secret: Path, content: bytes) -> bytes:
    """The signature of some bytes. Raises `ConfigError` where the file holds no such key."""
    try:
        key = load_pem_private_key(_read(secret), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigError(f"{secret} holds no secret key of ours; make one with `prices keygen`")
    return key.sign(content)


def is_signed(public: Path, signature: bytes, content: bytes) -> bool:
    """Whether the owner of the secret key signed these bytes. Raises `ConfigError` as `sign`."""
    try:
        key = load_pem_public_key(_read(public))
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise ConfigError(f"{public} holds no public key of ours; take the .pub file of the sender")
    try:
        key.verify(signature, content)
    except InvalidSignature:
        return False
    return True


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}; name the key") from None
