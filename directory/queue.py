"""What a job defers belongs to the job's own transaction, as what a page defers belongs to the page's.

Procrastinate's worker has a pool of connections of its own and would hand a job's defers to it: the new job could then
run, find nothing and be done before the transaction that it tells of has ended, and it would stand if that is undone.
"""

from procrastinate import App
from procrastinate.connector import BaseConnector
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.utils import connector_params
from procrastinate.psycopg_connector import PsycopgConnector


class Connector(DjangoConnector):
    """Django's connection, and for the worker one that comes back to it."""

    def get_worker_connector(self) -> "WorkerConnector":
        return WorkerConnector(kwargs=connector_params(self.alias))


class WorkerConnector(PsycopgConnector):
    """The worker fetches and finishes jobs through its pool; what runs in a job's thread goes through Django."""

    def get_sync_connector(self) -> BaseConnector:
        return DjangoConnector()


def ready(app: App) -> None:
    """Called once the app is there (PROCRASTINATE_ON_APP_READY)."""
    app.connector = app.job_manager.connector = Connector()
