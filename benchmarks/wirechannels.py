"""The same relay as a consumer of Channels with `group_send` over its Redis pub/sub layer; nothing is authenticated."""

import json
import os
from typing import Any

import django
from django.conf import settings

settings.configure(
    SECRET_KEY="a bench",
    CHANNEL_LAYERS={
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [os.environ["VALKEY_URL"]]},
        }
    },
)
django.setup()

from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402 (settings must be ready first)


class Relay(AsyncWebsocketConsumer):  # type: ignore[misc]  # Channels has no types
    """One client in a group a room."""

    async def connect(self) -> None:
        self.seat, self.group, self.sequence = "", "", 0
        await self.accept()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        said = json.loads(text_data or "")
        if said["type"] == "hello":
            self.seat, self.group = said["seat"], f"room.{said['room']}"
            await self.channel_layer.group_add(self.group, self.channel_name)
            await self.send(json.dumps({"type": "welcome", "version": 1, "seat": self.seat}))
        elif said["type"] == "mute":
            self.sequence += 1
            news = {"sender": self.seat, "sequence": self.sequence, "audio": said["audio"], "video": said["video"]}
            await self.channel_layer.group_send(self.group, {"type": "told", "news": news})

    async def told(self, event: dict[str, Any]) -> None:
        if event["news"]["sender"] != self.seat:
            await self.send(json.dumps({"type": "muted"} | event["news"]))


application = Relay.as_asgi()
