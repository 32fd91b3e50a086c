from django.apps import AppConfig


class SchedulerConfig(AppConfig):
    name = "scheduler"

    def ready(self) -> None:
        # Connects the receivers of the floors' news below.
        from scheduler.letters import neutral  # noqa: F401
        from scheduler.planning import plans  # noqa: F401
