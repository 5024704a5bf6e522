"""Runs in `.venv-oracles`: what pm4py and r4pm say about the same model and log. JSON in, JSON out.

    [{"pnml": text, "traces": [[label, ...], ...], "ask": [name, ...]}, ...]  ->  [{name: {...}, ...}, ...]

Names are pm4py and r4pm (cost and fitness of each trace, fitness of the log, CPU seconds of the alignment alone), r4pm_log (cost and
seconds only) and token_replay (pm4py's).
pm4py counts 10,000 for a log or a model move and, so that
it prefers short ways, 1 for a silent one, which would leave a crumb in the fitness of the log; here a silent move is
free, and costs are given in moves. r4pm counts 1, 1 and 0.
"""

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pm4py
import r4pm
from pm4py.algo.conformance.alignments.petri_net import algorithm as aligning
from pm4py.algo.conformance.tokenreplay import algorithm as replaying
from pm4py.algo.evaluation.replay_fitness.variants import alignment_based
from pm4py.objects.log.obj import Event
from pm4py.objects.log.obj import EventLog
from pm4py.objects.log.obj import Trace
from r4pm import bindings

STANDARD = 10_000


def main(jobs: list) -> list:
    with tempfile.TemporaryDirectory() as folder:
        return [answer(job, Path(folder) / "net.pnml") for job in jobs]


def answer(job: dict, file: Path) -> dict:
    file.write_text(job["pnml"], "utf-8")
    return {name: ORACLES[name](file, job["traces"]) for name in job["ask"]}


def ask_pm4py(file: Path, traces: list) -> dict:
    net, start, end = pm4py.read_pnml(str(file))
    costs = {place: STANDARD if place.label is not None else 0 for place in net.transitions}
    parameters = {
        aligning.Parameters.PARAM_MODEL_COST_FUNCTION: costs,
        aligning.Parameters.PARAM_SYNC_COST_FUNCTION: dict.fromkeys(net.transitions, 0),
        "show_progress_bar": False,
    }
    before = time.process_time()
    found = aligning.apply(event_log(traces), net, start, end, parameters=parameters)
    seconds = time.process_time() - before
    return {
        "cost": [each["cost"] / STANDARD for each in found],
        "fitness": [each["fitness"] for each in found],
        "log_fitness": alignment_based.evaluate(found)["log_fitness"],
        "average_fitness": alignment_based.evaluate(found)["average_trace_fitness"],
        "seconds": seconds,
    }


def ask_r4pm(file: Path, traces: list) -> dict:
    net = r4pm.petri_net.import_pnml(str(file))
    before = time.process_time()
    found = [bindings.align_trace(net, trace) for trace in traces]
    seconds = time.process_time() - before
    each = [
        {"activities": trace, "frequency": 1, "result": {"Ok": result}}
        for trace, result in zip(traces, found, strict=True)
    ]
    whole = bindings.compute_fitness(each, net)
    return {
        "cost": [result["cost"] for result in found],
        "fitness": [bindings.compute_fitness([one], net)["average_fitness"] for one in each],
        "log_fitness": whole["log_fitness"],
        "average_fitness": whole["average_fitness"],
        "seconds": seconds,
    }


def ask_r4pm_log(file: Path, traces: list) -> dict:
    """The same as a log at once, as r4pm is quickest: the net is handed over once, and threads may be used."""
    net = r4pm.petri_net.import_pnml(str(file))
    written = file.with_suffix(".xes")
    written.write_text("\n".join(xes(traces)), "utf-8")
    projected = r4pm.convert_item(r4pm.import_item("EventLog", str(written)), "EventLogActivityProjection")
    before = time.process_time()
    found = bindings.align_variants(net, projected)
    seconds = time.process_time() - before
    costs = {tuple(each["activities"]): each["result"]["Ok"]["cost"] for each in found}
    return {"cost": [costs[tuple(trace)] for trace in traces], "seconds": seconds}


def ask_token_replay(file: Path, traces: list) -> dict:
    net, start, end = pm4py.read_pnml(str(file))
    found = replaying.apply(event_log(traces), net, start, end, parameters={"show_progress_bar": False})
    return {
        "fits": [each["trace_is_fit"] for each in found],
        "fitness": [each["trace_fitness"] for each in found],
    }


def xes(traces: list) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?><log xes.version="2.0" xmlns="http://www.xes-standard.org/">'
    for number, trace in enumerate(traces):
        yield f'<trace><string key="concept:name" value="{number}"/>'
        yield from (
            f'<event><string key="concept:name" value={quoteattr(label)}/></event>' for label in trace
        )
        yield "</trace>"
    yield "</log>"


def event_log(traces: list) -> EventLog:
    log = EventLog()
    for number, trace in enumerate(traces):
        events = [Event({"concept:name": label}) for label in trace]
        log.append(Trace(events, attributes={"concept:name": str(number)}))
    return log


ORACLES = {
    "pm4py": ask_pm4py,
    "r4pm": ask_r4pm,
    "r4pm_log": ask_r4pm_log,
    "token_replay": ask_token_replay,
}

if __name__ == "__main__":
    json.dump(main(json.load(sys.stdin)), sys.stdout)
