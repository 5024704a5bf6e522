"""Run in `.venv-oracles`: what pm4py and r4pm read from files. Question: {form: path, "folder": path}; answer by form."""

import json
import sys
import warnings
from contextlib import redirect_stdout
from pathlib import Path

warnings.simplefilter("ignore")
with redirect_stdout(sys.stderr):  # both greet whoever loads them
    import pm4py
    import r4pm
    from pm4py.objects.ocel.importer.jsonocel import importer as json_importer
    from pm4py.objects.ocel.importer.sqlite import importer as sqlite_importer
    from pm4py.objects.ocel.importer.xmlocel import importer as xml_importer

# pm4py's own readers; by default it would hand the file to r4pm where that is installed.
READERS = {
    "ocel-json": lambda path: json_importer.apply(path, variant=json_importer.Variants.OCEL20_STANDARD),
    "ocel-xml": lambda path: xml_importer.apply(path, variant=xml_importer.Variants.OCEL20),
    "ocel-sqlite": lambda path: sqlite_importer.apply(path, variant=sqlite_importer.Variants.OCEL20),
}


def objects_and_events(form, path, folder):
    """Counts by pm4py, and the whole log as r4pm writes it again."""
    log = READERS[form](path)
    values = [name for name in log.objects.columns if not name.startswith("ocel:")]
    again = str(Path(folder) / f"{form}-by-r4pm.json")
    r4pm.export_item(r4pm.import_item("OCEL", path), again)
    return {
        "events": sorted(log.events["ocel:eid"]),
        "activities": log.events["ocel:activity"].value_counts().to_dict(),
        "objects": sorted(log.objects["ocel:oid"]),
        "relations": sorted(log.relations[["ocel:eid", "ocel:oid", "ocel:qualifier"]].values.tolist()),
        "object_relations": sorted(log.o2o[["ocel:oid", "ocel:oid_2", "ocel:qualifier"]].values.tolist()),
        "values": int(log.objects[values].notna().sum().sum()) + len(log.object_changes),
        "again": again,
    }


def cases(path):
    """Cases with their activities, as pm4py's own reader and r4pm see them."""
    log = pm4py.read_xes(path, variant="iterparse", return_legacy_log_object=True)
    found = {
        trace.attributes["concept:name"]: [
            [event["concept:name"], event["time:timestamp"].isoformat()] for event in trace
        ]
        for trace in log
    }
    complete = {
        trace.attributes["concept:name"]: [
            [event["concept:name"], event["lifecycle:transition"]]
            for event in trace
            if event["lifecycle:transition"] == "complete"
        ]
        for trace in log
    }
    item = r4pm.import_item("EventLog", path)
    return {
        "cases": found,
        "complete": complete,
        "extensions": sorted(log.extensions),
        "globals": sorted(log.omni_present),
        "r4pm": bool(item),
    }


def main():
    question = json.load(sys.stdin)
    folder = question.pop("folder")
    with redirect_stdout(sys.stderr):
        answer = {
            form: cases(path) if form == "xes" else objects_and_events(form, path, folder)
            for form, path in question.items()
        }
    json.dump(answer, sys.stdout)


main()
