from django.apps import AppConfig


class SignallingConfig(AppConfig):
    name = "signalling"

    def ready(self) -> None:
        from signalling import receivers  # noqa: F401
