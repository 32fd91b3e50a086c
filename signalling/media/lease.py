"""Which media service a hearing is on: one key a hearing in Valkey, which ends by itself.

Every web process that serves a seat of the hearing holds the same lease and keeps it up. None has a say of its
own: whoever comes first writes, all others read. When the last one is gone, or the service, the key goes too.
"""

from __future__ import annotations

from typing import Any, Final

from redis import asyncio as aio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

TTL: Final = 10  # seconds
_HOLD: Final = """
local held = redis.call('GET', KEYS[1])
if held and held ~= ARGV[1] then return held end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
return ARGV[1]
"""
_RELEASE: Final = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


class Leases:
    """Raises RedisError or OSError where the broker is away."""

    def __init__(self, url: str) -> None:
        self._redis: Any = aio.Redis.from_url(url, retry=Retry(NoBackoff(), 0), socket_timeout=2)
        self._hold, self._release = (self._redis.register_script(each) for each in (_HOLD, _RELEASE))

    async def hold(self, hearing: str, service: str) -> str:
        """The service that has the hearing: this one, if nobody had it or it had it already."""
        found: bytes = await self._hold(keys=[_key(hearing)], args=[service, TTL])
        return found.decode()

    async def release(self, hearing: str, service: str) -> None:
        """Let go of it, if that service still has it."""
        await self._release(keys=[_key(hearing)], args=[service])

    async def close(self) -> None:
        await self._redis.aclose()


def _key(hearing: str) -> str:
    return f"vivavoce:media:{hearing}"
