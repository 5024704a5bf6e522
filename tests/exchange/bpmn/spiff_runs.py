"""Asked in the environment of the oracles: does SpiffWorkflow read these files, and do they run to an end?

    .venv-oracles/bin/python spiff_runs.py FILE ... < policy.json > said.json

The policy says what a person would record: outcomes by step, and whether optional blocks are wanted. Spiff evaluates expressions as
Python; a duration, which the standard writes bare (PT15M), is for it a text.
"""

import json
import re
import sys
from typing import Any

from lxml import etree
from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.parser import BpmnValidator
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine import TaskDataEnvironment
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
OURS = "{urn:forecourt:playbook:1}step"
DURATION = re.compile(r"P(\d+D)?(T\d+[HM])?")


class Said(dict):  # type: ignore[type-arg]
    """What a step recorded, read as `respond.outcome`."""

    def __getattr__(self, name: str) -> Any:
        if name in self:
            return self[name]
        raise AttributeError(name)


class Engine(PythonScriptEngine):  # type: ignore[misc]
    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> Any:
        if DURATION.fullmatch(expression.strip()):
            return expression.strip()
        return super().evaluate(task, expression, external_context)


def steps(file: str) -> dict[str, str]:
    """Element ids of tasks and the steps they are."""
    found = {}
    for element in etree.parse(file).getroot().iter():
        for child in element.iterchildren() if isinstance(element.tag, str) else ():
            if child.tag.endswith("extensionElements"):
                found |= {element.get("id"): one.get("name") for one in child.iterchildren(OURS)}
    return found


def run(file: str, policy: dict[str, Any]) -> dict[str, Any]:
    parser = BpmnParser(validator=BpmnValidator())
    parser.add_bpmn_file(file)
    process = etree.parse(file).getroot().find(f"{{{MODEL}}}process").get("id")
    spec = parser.get_spec(process)
    workflow = BpmnWorkflow(
        spec, parser.get_subprocess_specs(process), script_engine=Engine(TaskDataEnvironment())
    )
    names, done, rounds = steps(file), [], 0
    workflow.do_engine_steps()
    while not workflow.completed and rounds < 500:
        rounds += 1
        waiting = [
            one
            for one in workflow.get_tasks(state=TaskState.READY | TaskState.STARTED)
            if one.task_spec.bpmn_id in names
        ]
        if not waiting:
            break
        task = waiting[0]
        step = names[task.task_spec.bpmn_id]
        outcome = policy["outcomes"].get(step, "")
        task.data.update(
            {
                "wanted": policy["wanted"],
                "again": "no",
                "choice": policy["choice"],
                step: Said(outcome=outcome),
            }
        )
        task.complete() if task.state == TaskState.STARTED else task.run()
        done.append(f"{step}={outcome}" if outcome else step)
        workflow.do_engine_steps()
    return {"completed": workflow.completed, "done": done}


if __name__ == "__main__":
    policy = json.load(sys.stdin)
    json.dump({file: run(file, policy) for file in sys.argv[1:]}, sys.stdout)
