from django.apps import AppConfig


class SchedulerConfig(AppConfig):
    name = "scheduler"

    def ready(self) -> None:
        from scheduler.letters import anew  # noqa: F401 (connects its receivers)
        from scheduler.planning import plans  # noqa: F401 (connects its receivers)
