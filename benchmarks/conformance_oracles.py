"""Runs in `.venv-oracles`: how long pm4py and r4pm take for the same work on a sample. JSON in, JSON out.

The model is the program as a net. r4pm's token replay wants labels that occur once and no silent transitions,
which a program with a choice is not; it is asked for the directly-follows graph and for reading the log.
"""

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import numpy as np
import pandas as pd
import pm4py
import r4pm
from pm4py.algo.conformance.tokenreplay import algorithm as replaying
from r4pm import bindings


def main(question: dict[str, Any]) -> dict[str, Any]:
    folder = Path(question["folder"])
    columns = np.load(folder / "sample.npz")
    frame = pd.DataFrame({
        "case:concept:name": columns["case"].astype(str),
        "concept:name": np.array(question["labels"])[columns["symbol"]],
        "time:timestamp": pd.to_datetime(columns["at"], unit="us", utc=True),
    })  # fmt: skip
    (folder / "net.pnml").write_text(question["pnml"], "utf-8")
    net, start, end = pm4py.read_pnml(str(folder / "net.pnml"))
    written = folder / "sample.xes"
    written.write_text("\n".join(_xes(frame)), "utf-8")
    return {
        "pm4py_token_replay": _timed(lambda: _replay(frame, net, start, end)),
        "pm4py_directly_follows": _timed(lambda: pm4py.discover_dfg(frame)),
        "r4pm_read_xes": _timed(lambda: r4pm.import_item("EventLog", str(written))),
        "r4pm_directly_follows": _graph(str(written)),
    }


def _replay(frame: Any, net: Any, start: Any, end: Any) -> Any:
    return replaying.apply(frame, net, start, end, parameters={"show_progress_bar": False})


def _graph(file: str) -> dict[str, Any]:
    log = r4pm.import_item("EventLog", file)
    return _timed(lambda: bindings.discover_dfg(log))


def _timed(do: Any) -> dict[str, Any]:
    began = time.process_time()
    do()
    taken = time.process_time() - began
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    peak = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    return {"cpu_s": round(taken, 3), "peak_mb_so_far": round(peak / 1024)}


def _xes(frame: Any) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?><log xes.version="2.0" xmlns="http://www.xes-standard.org/">'
    before = None
    for case, label, at in zip(
        frame["case:concept:name"], frame["concept:name"], frame["time:timestamp"], strict=True
    ):
        if case != before:
            yield (
                "</trace>" if before is not None else ""
            ) + f'<trace><string key="concept:name" value="{case}"/>'
            before = case
        stamp = at.isoformat(timespec="milliseconds")
        yield f'<event><string key="concept:name" value={quoteattr(label)}/><date key="time:timestamp" value="{stamp}"/></event>'
    yield "</trace></log>"


if __name__ == "__main__":
    json.dump(main(json.load(sys.stdin)), sys.stdout)
