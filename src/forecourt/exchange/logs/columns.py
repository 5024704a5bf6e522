"""Which column of a log is the case, the activity, the time …: as the mapping says, else by well-known names."""

import re
from collections.abc import Iterable
from collections.abc import Mapping as Table

from forecourt.base.diagnostics import Diagnostic
from forecourt.exchange.logs.codes import LogRefused
from forecourt.exchange.logs.codes import report
from forecourt.exchange.logs.mapping import MEANINGS
from forecourt.exchange.logs.mapping import NEEDED
from forecourt.exchange.logs.mapping import Mapping

CASE_PREFIX = "case:"
CASE_NAME = "case:concept:name"
_ASIDE = re.compile(r"[\W_]+")
_MISSING = {"case": "LG021", "activity": "LG022", "time": "LG020"}

# Taken without being asked, best first. Compared without case, spaces and punctuation.
SURE: dict[str, tuple[str, ...]] = {
    "case": (
        *("case:concept:name", "case id", "case", "case_name", "case number", "trace id", "trace", "journey"),
        *("案例", "案例编号", "案例id", "案例号", "流程实例", "实例编号"),
    ),
    "activity": (
        *("concept:name", "activity", "activity name", "activity_name", "step", "task", "event name"),
        *("活动", "活动名称", "环节", "步骤", "任务", "节点"),
    ),
    "time": (
        *(
            "time:timestamp",
            "timestamp",
            "complete timestamp",
            "completed at",
            "completion time",
            "event time",
        ),
        *("occurred_at", "datetime", "date time", "end time", "at", "time"),
        *("时间", "时间戳", "发生时间", "完成时间", "结束时间"),
    ),
    "outcome": ("outcome", "结果"),
    "store": ("case:store", "store", "门店"),
    "actor": ("org:resource", "resource", "actor", "人员", "执行人", "处理人"),
    "role": ("org:role", "role", "角色"),
    "evidence": ("evidence", "证据", "凭证"),
    "lifecycle": ("lifecycle:transition", "lifecycle"),
    "started": ("case:started", "case:started_at", "case:start time", "journey started"),
}
# Proposed by --suggest-map with a question mark.
LIKELY: dict[str, tuple[str, ...]] = {
    "case": ("order id", "order", "id", "process instance", "instance", "ticket", "request", "lead", "订单号", "工单号", "编号", "线索编号"),
    "activity": ("event", "action", "status", "state", "stage", "type", "operation", "事件", "操作", "状态", "阶段", "动作"),
    "time": ("date", "start timestamp", "start time", "created", "created_at", "modified", "日期", "开始时间", "创建时间", "操作时间"),
    "outcome": ("result", "decision", "处理结果", "结论"),
    "store": ("org:group", "shop", "branch", "location", "dealer", "site", "department", "店", "网点", "店铺", "部门", "门店编号"),
    "actor": ("user", "employee", "performer", "agent", "owner", "staff", "员工", "操作人", "顾问", "负责人"),
    "role": ("position", "function", "job", "岗位", "职位"),
    "evidence": (),
    "lifecycle": ("transition", "event type"),
    "started": ("case:registration date", "case:REG_DATE", "case start", "case created", "线索创建时间", "案例开始时间"),
}  # fmt: skip


def plain(name: str) -> str:
    """Return a name as it is compared: lower case, letters and digits of any script only."""
    return _ASIDE.sub("", name.casefold())


def known(meaning: str, available: Iterable[str], names: Table[str, tuple[str, ...]] = SURE) -> str | None:
    """Return the column whose name is best known for a meaning; None when there is none."""
    by_name: dict[str, str] = {}
    for column in available:
        by_name.setdefault(plain(column), column)
    return next((by_name[plain(name)] for name in names[meaning] if plain(name) in by_name), None)


def choose(available: Iterable[str], mapping: Mapping, file: str, kind: str, line: int = 1) -> dict[str, str]:
    """Return the column for each meaning that has one. Raises LogRefused when a needed one is missing, or a named one unknown.

    `line` is where the first event or the header stands.
    """
    columns = list(available)
    chosen = {**well_known(columns), **mapping.columns}
    wrong = [
        unknown_column(meaning, mapping, columns)
        for meaning, name in mapping.columns.items()
        if name not in columns
    ]
    lacking = [
        report(_MISSING[meaning], file, _lack(meaning, kind), _lack_hint(columns), line=line)
        for meaning in NEEDED
        if meaning not in chosen
    ]
    if wrong or lacking:
        raise LogRefused([*wrong, *lacking])
    return chosen


def well_known(columns: Iterable[str]) -> dict[str, str]:
    """Return what is known for sure by the names of columns alone. No column means two things."""
    chosen: dict[str, str] = {}
    left = list(columns)
    for meaning in MEANINGS:
        found = known(meaning, left)
        if found is not None:
            chosen[meaning] = found
            left.remove(found)
    return chosen


def unknown_column(meaning: str, mapping: Mapping, columns: Iterable[str]) -> Diagnostic:
    """Return what to say of a column that a mapping names and the log does not have."""
    name, spot, there = mapping.columns[meaning], mapping.spot("columns", meaning), list(columns)
    message = f"columns.{meaning} names {name!r}, which the log does not have"
    return report(
        "LG044", spot.file, message, f"Columns of the log: {_listed(there)}.",
        line=spot.line, column=spot.column, word=name, known=there,
    )  # fmt: skip


def _lack(meaning: str, kind: str) -> str:
    what = {
        "case": "which journey an event belongs to",
        "activity": "what was done",
        "time": "when it was done",
    }[meaning]
    return f"no column of this {kind} file is known to say {what}"


def _lack_hint(columns: list[str]) -> str:
    return (
        f"It has {_listed(columns)}. Name the column in a mapping file (--suggest-map proposes one)."
        if columns
        else "It has no columns at all."
    )


def _listed(columns: list[str]) -> str:
    shown = ", ".join(repr(name[:60]) for name in columns[:30])
    return f"{shown} and {len(columns) - 30} more" if len(columns) > 30 else shown or "none"
