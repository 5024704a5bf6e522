"""Other people's logs, beside the checkout, as lists of activities; and playbooks written for them.

`FORECOURT_PUBLIC_LOGS=<folder>` adds the XES files of that folder, each with the two trivial models.
"""

import json
import os
import re
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from forecourt.playbook import Program
from forecourt.playbook import compile_playbook
from tests.playbook.building import playbook

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "ocel"
Traces = list[list[str]]


def running_example() -> Traces:
    return read_xes(needed("running-example.xes"))


def flattened(object_type: str) -> Traces:
    """The OCEL 2.0 example seen from objects of one type: the events of each object, in order of time."""
    document = json.loads(needed("ocel20_example.jsonocel").read_text("utf-8"))
    kinds = {item["id"]: item["type"] for item in document["objects"]}
    traces: dict[str, list[str]] = {}
    for event in sorted(document["events"], key=lambda event: event["time"]):
        for related in event["relationships"]:
            if kinds[related["objectId"]] == object_type:
                traces.setdefault(related["objectId"], []).append(event["type"])
    return list(traces.values())


def further() -> dict[str, Traces]:
    """The logs of the developer's own folder."""
    folder = os.environ.get("FORECOURT_PUBLIC_LOGS")
    return {file.stem: read_xes(file) for file in sorted(Path(folder).glob("*.xes"))} if folder else {}


def needed(name: str) -> Path:
    if not (SHARED / name).exists():
        pytest.skip(
            f"{name} is NOT there (shared/data/ocel beside the checkout): alignments not compared on it"
        )
    return SHARED / name


def read_xes(file: Path) -> Traces:
    """The activities of each trace in a file that we trust."""
    root = ElementTree.parse(file).getroot()  # noqa: S314 - a sample at a known place
    return [[_name(event) for event in trace if _is(event, "event")] for trace in root if _is(trace, "trace")]


def _is(element: Any, tag: str) -> bool:
    return isinstance(element.tag, str) and element.tag.rpartition("}")[2] == tag


def _name(event: Any) -> str:
    return next(item.get("value") for item in event if item.get("key") == "concept:name")


def step_name(activity: str) -> str:
    """What a step of that name may be called."""
    return re.sub(r"\W+", "_", activity.lower()).strip("_")


def program_of(flow: Any, traces: Traces) -> Program:
    """A playbook with this flow; its steps are the activities of the log that the flow names."""
    named = set(re.findall(r"\w+", json.dumps(flow)))
    names = sorted({step_name(activity) for trace in traces for activity in trace} & named)
    steps = {name: {"title": {"en": name, "zh": name}, "by": "adviser"} for name in names}
    plain = json.loads(json.dumps(flow))  # blocks used twice are written twice, for YAML aliases are refused
    return compile_playbook(playbook(plain, steps=steps))


def commonest(traces: Traces) -> list[Any]:
    """A trivial model: what happened most often, step by step."""
    return [step_name(activity) for activity in Counter(map(tuple, traces)).most_common(1)[0][0]]


def flower(traces: Traces) -> list[Any]:
    """Another: any of the commoner activities, up to fifteen times."""
    counts = Counter(activity for trace in traces for activity in trace)
    steps = [step_name(activity) for activity, _ in counts.most_common(max(2, len(counts) - 1))]
    return [{"repeat": {"one": {f"way_{step}": [step] for step in steps}}, "at_most": 15}]


_EXAMINE = {
    "any_order": [
        {"one": {"in_depth": ["examine_thoroughly"], "in_brief": ["examine_casually"]}},
        "check_ticket",
    ]
}
_AGAIN = {"maybe": {"repeat": ["reinitiate_request", _EXAMINE, "decide"], "at_most": 3}}
_END = {"one": {"paid": ["pay_compensation"], "refused": ["reject_request"]}}

WRITTEN: dict[str, list[Any]] = {
    "running example": ["register_request", _EXAMINE, "decide", _AGAIN, _END],
    "running example, strict": ["register_request", "check_ticket", "examine_casually", "decide", _END],
    "purchase orders": [
        "create_purchase_order",
        {"maybe": "change_po_quantity"},
        {"repeat": "insert_invoice", "at_most": 3},
    ],
    "invoices": [
        "insert_invoice",
        {"maybe": ["set_payment_block", "remove_payment_block"]},
        "insert_payment",
    ],
    "requisitions": ["create_purchase_requisition", "approve_purchase_requisition"],
}


def logs() -> dict[str, Traces]:
    """All public logs that are there."""
    return {
        "running example": running_example(),
        "purchase orders": flattened("Purchase Order"),
        "invoices": flattened("Invoice"),
        "requisitions": flattened("Purchase Requisition"),
        **further(),
    }


def cases() -> dict[str, tuple[Program, Traces]]:
    """Every log with every model for it."""
    found = {}
    for name, traces in logs().items():
        written = {title: flow for title, flow in WRITTEN.items() if title.startswith(name)}
        flows = {**written, f"{name}, commonest": commonest(traces), f"{name}, flower": flower(traces)}
        found |= {title: (program_of(flow, traces), traces) for title, flow in flows.items()}
    return found
