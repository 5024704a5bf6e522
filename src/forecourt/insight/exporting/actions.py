"""Who took the journal out of the house, when, in which form and how much of it: a line of the journal too."""

from forecourt import journal
from forecourt.base.ids import new_id
from forecourt.platform.actions import Doing
from forecourt.platform.actions import Result
from forecourt.platform.actions import action
from forecourt.platform.models import Place


@action("insight.export_journal")
def export_journal(
    do: Doing, *, form: str, playbook: str, since: str, until: str, steps: bool, events: int, objects: int
) -> Result:
    """Record that entries were exported, before the file is handed over: ids of persons and staff leave the house with it."""
    export = new_id(do.at)
    data = {
        "format": form, "since": since, "until": until, "steps": steps, "events": events, "objects": objects,
    }  # fmt: skip
    journal.write(
        do, "insight.exported", stream=export, place=Place(), playbook=playbook,
        objects={"export": export}, data=data,
    )  # fmt: skip
    return {"export": str(export)}
