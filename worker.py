"""Composition: builds the activities with what they need, and the worker that runs them and the workflows.

``python worker.py`` works for the Temporal of the standard ``TEMPORAL_*`` variables or a profile of ``temporalio.envconfig``.
"""

import asyncio
import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from workflows import regeln
from workflows.auftrag import AuftragWorkflow
from workflows.nummernkreis import NummernkreisWorkflow
from workflows.sitzung import SitzungWorkflow
from workflows.vorlage import VorlageWorkflow
from workflows.zustellung import ZustellungWorkflow

TASK_QUEUE = "laufmappe"
WORKFLOWS = (VorlageWorkflow, SitzungWorkflow, AuftragWorkflow, NummernkreisWorkflow, ZustellungWorkflow)
OHNE_SANDKASTEN = ("schemas", "lifecycle", "pydantic", "rfc8785", "workflows.regeln", "workflows.suche")


def sandbox() -> SandboxedWorkflowRunner:
    """The sandbox in which workflows run: ours and pydantic pass through, for they are pure and costly to import anew."""
    return SandboxedWorkflowRunner(SandboxRestrictions.default.with_passthrough_modules(*OHNE_SANDKASTEN))
