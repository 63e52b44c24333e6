"""The Celery application: how wake-ups travel.

A message is a wake-up: it says that a queue has work, not which. The database decides what is next, so a lost or
doubled wake-up changes only how soon a worker looks.
"""

from typing import Any, Final

import kombu
from celery import Celery
from celery.app.amqp import AMQP

from worker.queue.broker import SOCKET_SECONDS, celery_url
from worker.settings import QUEUES, ServiceSettings

GRADE_NEXT: Final = "gradeloop.grade_next"
# More than the longest run, with a bench to wait for and a suite to collect: whatever takes longer hangs.
TASK_SECONDS: Final = 1200
_RECONNECT_SECONDS: Final = 2
_VISIBILITY_SECONDS: Final = TASK_SECONDS + 300

_CONFIGURATION: Final[dict[str, Any]] = {
    "task_queues": [kombu.Queue(queue) for queue in QUEUES],
    "task_default_queue": QUEUES[0],
    "task_create_missing_queues": False,
    "accept_content": ["json"],
    "task_serializer": "json",
    "task_ignore_result": True,  # the database is the truth
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "task_time_limit": TASK_SECONDS,
    # Once, for a connection from before the broker's restart: submitting does not wait for a broker that is away.
    "task_publish_retry": True,
    "task_publish_retry_policy": {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0},
    "worker_prefetch_multiplier": 1,
    "worker_max_tasks_per_child": None,
    "worker_proc_alive_timeout": 60.0,  # a child that starts asks the database, which may be busy
    "worker_cancel_long_running_tasks_on_connection_loss": False,  # the database knows whose run it is
    "worker_redirect_stdouts": False,
    "worker_hijack_root_logger": False,
    "broker_connection_timeout": SOCKET_SECONDS,
    "broker_connection_retry": True,
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    "broker_transport_options": {
        "visibility_timeout": _VISIBILITY_SECONDS,
        # Together: what is unacknowledged is looked at every two seconds.
        "unacked_restore_interval": 2,
        "unacked_restore_throttle": 1,
        "socket_timeout": SOCKET_SECONDS,
        "socket_connect_timeout": SOCKET_SECONDS,
        "socket_keepalive": True,
        "health_check_interval": 10,
        # Of connecting to publish; kombu's own default goes on for a hundred times.
        "max_retries": 0,
    },
}


class _Connection(kombu.Connection):
    """A connection that is retried every two seconds; Celery would wait longer each time, up to thirty."""

    def ensure_connection(self, *arguments: Any, **options: Any) -> Any:
        """Called by Celery."""
        return super().ensure_connection(*arguments, **{"interval_max": _RECONNECT_SECONDS, **options})


class _Amqp(AMQP):
    Connection = _Connection


def make_app(settings: ServiceSettings) -> Celery:
    """Return the Celery application of these settings; nothing is connected to before it is used."""
    app = Celery("gradeloop", broker=celery_url(settings.broker_url), amqp=_Amqp, set_as_current=False)
    app.conf.update(_CONFIGURATION)
    return app
