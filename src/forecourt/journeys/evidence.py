"""Proofs of a step: photos, signatures, documents; kept as files of the platform, named in the entry."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Invalid
from forecourt.playbook.records import Step

Proof = dict[str, Any]


def read(given: Iterable[Any]) -> list[Proof]:
    """Evidence as `[{"kind": "photo", "id": "..."}]`; a word alone, `"photo"`, names a proof kept elsewhere."""
    return [_proof(item) for item in given]


def _proof(item: Any) -> Proof:
    if isinstance(item, str) and item:
        return {"kind": item}
    if isinstance(item, dict) and isinstance(item.get("kind"), str):
        return {name: str(item[name]) for name in ("kind", "id", "digest") if item.get(name)}
    text = _("Evidence is a list of kinds with ids, like {example}.").format(
        example='{"kind": "photo", "id": "…"}'
    )
    raise Invalid(Blocked("journeys.evidence_form", text, "evidence"))


def lacking(step: Step, given: list[Proof]) -> list[dict[str, Any]]:
    """A deviation when the step asks for more than is given; the step may be recorded all the same."""
    have = Counter(proof["kind"] for proof in given)
    lacks = {
        item.kind: item.count - have[item.kind] for item in step.evidence if have[item.kind] < item.count
    }
    return [{"kind": "evidence_missing", "step": step.name, "lacks": lacks}] if lacks else []
