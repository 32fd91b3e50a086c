"""The acts of this room over the API."""

from ninja import Router

router = Router(tags=["casework"])
