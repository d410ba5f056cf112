"""To which partition a key belongs, exactly as Kafka's default partitioner decides it."""

import struct
from functools import lru_cache
from typing import Final

_M: Final = 0x5BD1E995
_MASK: Final = 0xFFFFFFFF
_SEED: Final = 0x9747B28C


def murmur2(data: bytes) -> int:
    """Hash bytes to an unsigned 32-bit number (MurmurHash2 with Kafka's seed)."""
    whole = len(data) // 4
    h = _SEED ^ len(data)
    for word in struct.unpack_from(f"<{whole}I", data):
        k = word * _M & _MASK
        k = (k ^ k >> 24) * _M & _MASK
        h = h * _M & _MASK ^ k
    rest = data[whole * 4 :]
    if rest:
        h = (h ^ int.from_bytes(rest, "little")) * _M & _MASK
    h = (h ^ h >> 13) * _M & _MASK
    return h ^ h >> 15


@lru_cache(maxsize=1 << 16)  # keys are spaces: few, and met again with every record
def partition(key: str | None, partitions: int) -> int:
    """Give a key's partition; a record without a key goes to partition 0."""
    if key is None:
        return 0
    return (murmur2(key.encode()) & 0x7FFFFFFF) % partitions
