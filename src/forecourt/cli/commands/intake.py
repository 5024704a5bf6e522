"""`forecourt intake`: take enquiries from files through the same action as the API."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from forecourt.cli import installation

ACTOR = "cli.intake"
REFUSED = "refused"


@click.command("intake")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--source", default="", help="Where the enquiries come from, as your reports shall name it.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array with the full report of each file.")
def command(files: tuple[Path, ...], source: str, as_json: bool) -> None:
    """Take enquiries from FILES: ADF 1.0 (bare or in a mail), WeCom JSON, CSV, our own JSON.

    Each document ends as accepted, joined to a known person, or refused with position and reason; its bytes are kept. The same
    file again changes nothing. Exits 1 when something was refused.
    """
    with installation.ready(lambda line: click.echo(line, err=True)):
        results = []
        for file in files:
            result = {"file": str(file), **_take(file, source)}
            results.append(result)
            if not as_json:
                click.echo("\n".join(_lines(result)))
    if as_json:
        click.echo(json.dumps(results, ensure_ascii=False, indent=1, default=str))
    if any(_has_refusals(result) for result in results):
        raise click.exceptions.Exit(1)


def _take(file: Path, source: str) -> dict[str, Any]:
    """All leads of one file; a document too large to be read is refused like any other."""
    from forecourt.demand.intake import MOST_LEADS
    from forecourt.demand.intake import TooLarge
    from forecourt.demand.intake import intake
    from forecourt.platform import clock
    from forecourt.platform.actor import Actor

    raw = file.read_bytes()
    key = f"file-{hashlib.sha256(raw).hexdigest()[:32]}-{hashlib.sha256(source.encode()).hexdigest()[:8]}"
    try:
        return intake(
            by=Actor.system(ACTOR), at=clock.now(), key=key, raw=raw,
            filename=file.name, source=source, most=MOST_LEADS,
        )  # fmt: skip
    except TooLarge as error:
        return {
            "status": REFUSED,
            "leads": [],
            "refused": [{"code": error.code, "message": str(error)}],
            "refused_count": 1,
        }


def _has_refusals(result: dict[str, Any]) -> bool:
    return bool(result["refused_count"]) or bool(result.get("outcomes", {}).get(REFUSED))


def _lines(result: dict[str, Any]) -> Iterator[str]:
    """What became of the file, of each lead in it, and of what could not be read."""
    again = " (taken before; nothing changed)" if result.get("repeated") else ""
    yield f"{result['file']}: {result['status']}{again}"
    for lead in result["leads"]:
        yield f"  {lead['position'] or 'lead'}: {lead['outcome']}{_where(lead)}"
    for one in result["refused"]:
        yield f"  {_place(one)}: refused {one['code']}: {one['message']}" + (
            f" {one['hint']}" if one.get("hint") else ""
        )


def _where(lead: dict[str, Any]) -> str:
    if lead["store"]:
        return f", store {lead['store']}" + (f", {lead['owner']}" if lead["owner"] else "")
    return f" ({lead['reason']})" if lead["reason"] else ""


def _place(refusal: dict[str, Any]) -> str:
    line = f"line {refusal['line']}, column {refusal['column']}" if refusal.get("line") else ""
    return " ".join(part for part in (refusal.get("position"), line) if part) or "document"
