"""The API: the same acts as the pages, under /api/v1, described by OpenAPI 3.1; errors are problem details."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from redis import RedisError

from casework.api import router as casework
from config.errors import AWAY, TOO_LARGE, problem
from config.parser import Parser
from directory.api import router as directory
from directory.auth import TokenAuth
from directory.errors import Refusal
from protection.api import router as protection
from scheduler.api import router as scheduler
from sessions.api import router as evidence
from sessions.api_consultations import router as consultations
from signalling.api import router as signalling

PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "Why it was not done (RFC 9457). Programs go by `code`; the title is a sentence for people.",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "rule": {"type": "string", "description": "The paragraph behind it."},
        "field": {"type": "string"},
        "findings": {"type": "array", "items": {}},
    },
    "required": ["type", "title", "status", "code"],
}
REFUSED = {
    "description": "Refused: 4xx, or 503 while a part of the house does not answer.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


class API(NinjaAPI):
    """Every operation can refuse, and says so in the description too. No answer is stored on its way."""

    def create_temporal_response(self, request: HttpRequest) -> HttpResponse:
        response = super().create_temporal_response(request)
        response["Cache-Control"] = "no-store"
        return response

    def get_openapi_schema(self, **where: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**where)
        schema["components"]["schemas"]["Problem"] = PROBLEM
        for operations in schema["paths"].values():
            for operation in operations.values():
                operation["responses"].setdefault("default", REFUSED)
                if told := operation.get("description"):  # else one was written: ninja's own is the function's name
                    operation["summary"] = told.partition("\n")[0].partition(". ")[0].removesuffix(".")
        return schema


api = API(title="Vivavoce", version="1.0.0", auth=TokenAuth(), docs_url=None, urls_namespace="api", parser=Parser())
for router in (directory, protection, casework, scheduler, evidence, consultations, signalling):
    api.add_router("", router)


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return problem(refusal)


@api.exception_handler(RedisError)
def away(request: HttpRequest, error: RedisError) -> HttpResponse:
    return problem(AWAY)


@api.exception_handler(AuthenticationError)
def unknown_caller(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    response = problem(Refusal(_("Send a token: Authorization: Bearer …"), code="not_authenticated", status=401))
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(ValidationError)
def malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """What is wrong and where; never the value itself, which may be a secret."""
    found = [{"field": ".".join(map(str, row["loc"])), "sentence": row["msg"]} for row in error.errors]
    refusal = Refusal(_("The request's data do not fit."), code="malformed", status=422, findings=found)
    return problem(refusal)


@api.exception_handler(HttpError)
def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Whatever went wrong while a body was read comes wrapped; a refusal of ours is told as it is."""
    if isinstance(error.__cause__, Refusal):
        return problem(error.__cause__)
    if isinstance(error.__cause__, RequestDataTooBig):
        return problem(TOO_LARGE)
    return problem(Refusal(str(error), code="bad_request", status=error.status_code))
