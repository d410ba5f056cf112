"""How content is sealed with a space's keys: AES-GCM for values, AES-SIV for what is searched."""

import hmac
import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from threading import Lock
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from infra.keys.key_ring import MARKS, KeyRing
from schemas.errors import ErasingError, KeysError

_SEALED: Final = 0xE5  # no JSON begins with it
_JSON: Final = ord("{")  # what was written before there were keys
_HEAD: Final = 5  # the byte above and the epoch
_NONCE: Final = 12
_TURNS: Final = 1 << 31  # seals under one random prefix of the nonce
_NAME: Final = 64  # characters up to which a text may be a name that comes again
_TOKENS: Final = 65_536  # blinded texts kept in memory


class SealedCodec:
    """Seals with the keys of a ring; implements `streams.codec.Codec`.

    A sealed value is 0xE5, the key's epoch, a nonce, and the AES-GCM text bound to the space.
    Nonces are 8 random bytes of this process and a counter, so that none comes twice.
    """

    def __init__(self, ring: KeyRing) -> None:
        self.ring = ring
        self._newest: dict[str | None, tuple[bytes, bytes, AESGCM]] = {}
        self._known: dict[tuple[str | None, bytes], tuple[bytes, AESGCM]] = {}
        self._sivs: dict[str, AESSIV] = {}
        self._guard = Lock()
        self._nonces = os.urandom(8), itertools.count()
        self._token = lru_cache(_TOKENS)(self._blinded)

    def __reduce__(self) -> "tuple[type[SealedCodec], tuple[KeyRing]]":
        """Travel to another process as the ring, with nonces of its own there."""
        return SealedCodec, (self.ring,)

    def seal(self, space: str | None, data: bytes) -> bytes:
        """Make data unreadable without the space's newest key; nothing stays nothing."""
        if not data:
            return data
        head, about, cipher = self._newest.get(space) or self._sealer(space)
        prefix, turns = self._nonces
        turn = next(turns)
        while turn >= _TURNS:
            prefix, turn = self._begin_anew(turns)
        nonce = prefix + turn.to_bytes(4, "big")
        return head + nonce + cipher.encrypt(nonce, data, about)

    def open(self, space: str | None, data: bytes) -> bytes:
        """Give back what `seal` was given; JSON that was never sealed is given as it is."""
        if not data or data[0] == _JSON:
            return data
        known = self._known.get((space, data[:_HEAD]))
        about, cipher = known or self._opener(space, data[:_HEAD])
        try:
            return cipher.decrypt(data[_HEAD : _HEAD + _NONCE], data[_HEAD + _NONCE :], about)
        except (InvalidTag, ValueError) as error:
            raise KeysError(
                f"what the space {space!r} holds does not fit its key: one of the two was changed; "
                "if `anamnesis verify` opens the log, `anamnesis replay` makes the views again",
                space=space,
            ) from error

    def epoch(self, data: bytes) -> int:
        """Give the epoch of the key that sealed a value; 0 for what was never sealed."""
        return int.from_bytes(data[1:_HEAD], "big") if data and data[0] == _SEALED else 0

    def blind(self, space: str, text: str) -> bytes:
        """Encrypt a text so that equal ones of a space give equal tokens."""
        return self._token(space, text) if len(text) <= _NAME else self._blinded(space, text)

    def reveal(self, space: str, token: bytes) -> bytes:
        """Decrypt a token."""
        try:
            return self._siv(space).decrypt(token, [space.encode()])
        except (InvalidTag, ValueError) as error:
            raise KeysError(f"a token of {space} does not fit its key", space=space) from error

    def mark(self, id_: str) -> bytes:
        """Digest an id under a key of its own."""
        return hmac.digest(self.ring.oldest(MARKS), id_.encode(), "sha256")[:16]

    def sign(self, text: str) -> bytes:
        """Give what only who has the keys can make of a text, and which outlives every space's.

        Its key makes no marks: those of ids that producers choose can be read on Kafka.
        """
        derive = HKDF(SHA256(), 32, salt=None, info=b"anamnesis sign")
        return hmac.digest(derive.derive(self.ring.oldest(MARKS)), text.encode(), "sha256")

    def refresh(self) -> bool:
        """Take the keys anew if another process has changed them, and say whether one has."""
        changed = self.ring.refresh()
        if changed:
            self.forget()
        return changed

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Seal and open for a while in which no key is destroyed; others may do so as well.

        Raises ErasingError while an erasure is under way.
        """
        with self.ring.at_work():
            self.refresh()
            intent = self.ring.intent
            if intent is not None and not intent.shredded:
                raise ErasingError(f"an erasure in {intent.space} is under way", space=intent.space)
            yield

    def forget(self) -> None:
        """Drop every key and token from memory; they are taken from the ring again."""
        self._newest = {}
        self._known = {}
        self._sivs = {}
        self._token.cache_clear()

    def _begin_anew(self, spent: "itertools.count[int]") -> tuple[bytes, int]:
        with self._guard:
            if self._nonces[1] is spent:
                self._nonces = os.urandom(8), itertools.count()
            prefix, turns = self._nonces
            return prefix, next(turns)

    def _sealer(self, space: str | None) -> tuple[bytes, bytes, AESGCM]:
        epoch, key = self.ring.newest(space or "")
        head = bytes([_SEALED]) + epoch.to_bytes(_HEAD - 1, "big")
        made = head, (space or "").encode(), AESGCM(key)
        self._newest[space] = made
        return made

    def _opener(self, space: str | None, head: bytes) -> tuple[bytes, AESGCM]:
        if head[0] != _SEALED or len(head) < _HEAD:
            raise KeysError(f"what the space {space!r} holds is not sealed as it should be")
        cipher = AESGCM(self.ring.key(space or "", self.epoch(head)))
        made = (space or "").encode(), cipher
        self._known[space, head] = made
        return made

    def _blinded(self, space: str, text: str) -> bytes:
        return self._siv(space).encrypt(text.encode(), [space.encode()])

    def _siv(self, space: str) -> AESSIV:
        found = self._sivs.get(space)
        if found is None:
            # Of the oldest key, so that tokens stay equal when newer keys are made.
            derive = HKDF(SHA256(), 64, salt=None, info=b"anamnesis blind")
            found = self._sivs[space] = AESSIV(derive.derive(self.ring.oldest(space)))
        return found
