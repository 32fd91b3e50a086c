from django.apps import AppConfig


class SchedulerConfig(AppConfig):
    name = "scheduler"

    def ready(self) -> None:
        from scheduler.letters import neutral  # noqa: F401 (connects its receiver)
        from scheduler.planning import plans  # noqa: F401 (connects its receivers)
