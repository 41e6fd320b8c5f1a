"""Logging: one line per event, JSON for machines or colours for a terminal, other libraries' logs through the same pipe.

No line carries a subject or a person; tracebacks never show local variables, for those could.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from temporalio import activity, workflow
from temporalio.runtime import LogForwardingConfig, LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter

RUHIG = ("temporalio", "sqlalchemy", "httpx", "httpcore", "aiosqlite", "asyncio", "alembic")


def configure(*, json: bool | None = None, level: str = "INFO") -> None:
    """To standard error. ``json`` None: JSON unless standard error is a terminal."""
    als_json = not sys.stderr.isatty() if json is None else json
    vorher: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(),
        _without_raw_record,
    ]
    structlog.configure(
        processors=[*vorher, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    logging.captureWarnings(True)
    griff = logging.StreamHandler(sys.stderr)
    griff.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=vorher, processors=_rendering(als_json)))
    wurzel = logging.getLogger()
    wurzel.handlers[:] = [griff]
    wurzel.setLevel(level.upper())
    for name in RUHIG:
        logging.getLogger(name).setLevel(max(logging.WARNING, wurzel.level))


def forward_core() -> None:
    """Temporal's core writes past Python unless it is told otherwise, before the first connection. For what runs for long."""
    weiter = LogForwardingConfig(
        logger=logging.getLogger("temporalio.core"), append_target_to_name=False, prepend_target_on_message=False
    )
    protokoll = LoggingConfig(filter=TelemetryFilter(core_level="WARN", other_level="ERROR"), forwarding=weiter)
    Runtime.set_default(Runtime(telemetry=TelemetryConfig(logging=protokoll)), error_if_already_set=False)
    activity.logger.activity_info_on_message = False  # it stands in a field of its own
    workflow.logger.workflow_info_on_message = False


def _without_raw_record(_: Any, __: str, zeile: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A line of the core brings itself along once more, as an object."""
    zeile.pop("temporal_log", None)
    return zeile


def _rendering(als_json: bool) -> list[Any]:
    weg = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if als_json:
        verfolgung = structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False))
        return [weg, verfolgung, structlog.processors.JSONRenderer(ensure_ascii=False)]
    ansicht = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    return [weg, ansicht]
