from django.apps import AppConfig


class SessionsConfig(AppConfig):
    """The label is not `sessions`: Django's own app has that one, and `makemigrations sessions` would answer for it."""

    name = "sessions"
    label = "evidence"

    def ready(self) -> None:
        from sessions import receivers  # noqa: F401
