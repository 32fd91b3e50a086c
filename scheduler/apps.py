from django.apps import AppConfig


class SchedulerConfig(AppConfig):
    name = "scheduler"

    def ready(self) -> None:
        from scheduler.planning import plans  # noqa: F401 — connects the receivers of the floors' news below
