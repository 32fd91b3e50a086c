"""Django's ASGI handler, which takes a request to its thread once."""

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class Handler(ASGIHandler):
    """Runs middleware and view in one go, in the request's thread.

    All of them are synchronous here. Django's own would run the middleware in the thread, come back to the event loop
    to ask for the view, and go to the thread again: four changes of threads, each of which waits for the other.
    """

    def load_middleware(self, is_async: bool = False) -> None:
        """The chain as a synchronous server has it, whatever is asked for."""
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """The response, made in the request's thread."""
        response: HttpResponseBase = await sync_to_async(self.get_response, thread_sensitive=True)(request)
        return response
