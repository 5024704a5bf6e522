"""`forecourt journal copy DIR`: the journal as Parquet files, for DuckDB, Polars, the replay kernel and clusters."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any

import click

from forecourt.cli import installation

if TYPE_CHECKING:
    from forecourt.insight.copy.compacting import Compacted
    from forecourt.insight.copy.copying import Copied


@click.command("copy")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--buckets",
    type=click.IntRange(1, 4096),
    help="How many parts to spread journeys over (64); fixed at first.",
)
@click.option("--compact", is_flag=True, help="At last make one sorted file of the many of each bucket.")
@click.option("--check", is_flag=True, help="Hold all files against their digests, before --compact.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def copy(folder: Path, buckets: int | None, compact: bool, check: bool, as_json: bool) -> None:
    """Copy what is new in the journal into DIR: Parquet files, sorted, in buckets by journey.

    May be stopped at any moment and run again: each entry comes exactly once, and files that are there are left as they are.
    Exits 1 when --check finds a damaged file; nothing is compacted then.
    """
    from forecourt.insight.copy.disk import CopyError

    try:
        said, lines = _run(folder, buckets, compact, check)
    except CopyError as error:
        raise click.ClickException(str(error)) from error
    click.echo(json.dumps(said) if as_json else "\n".join(lines))
    if said.get("damaged"):
        raise click.exceptions.Exit(1)


def _run(folder: Path, buckets: int | None, compact: bool, check: bool) -> tuple[dict[str, Any], list[str]]:
    copied = _copy(folder, buckets)
    said, lines = asdict(copied), [_copied(folder, copied)]
    if check:
        from forecourt.insight.copy.reading import open_copy

        said["damaged"] = damaged = open_copy(folder).damaged()
        lines += [f"damaged: {name}" for name in damaged] or ["All files are what was written."]
    if compact and not said.get("damaged"):
        from forecourt.insight.copy.compacting import compact as merge

        compacted = merge(folder, say=_say)
        said["compacted"] = asdict(compacted)
        lines.append(_compacted(compacted))
    return said, lines


def _copy(folder: Path, buckets: int | None) -> "Copied":
    with installation.database():
        installation.set_up_django()
        from forecourt.insight.copy.copying import copy as run

        return run(folder, buckets, say=_say)


def _say(line: str) -> None:
    click.echo(line, err=True)


def _copied(folder: Path, done: "Copied") -> str:
    if not done.entries:
        return f"Nothing new: {folder} holds all {done.total:,} entries."
    return (
        f"{done.entries:,} new entries in {len(done.touched)} of {done.buckets} buckets ({done.files} files); {folder} holds "
        f"{done.total:,}."
    )


def _compacted(done: "Compacted") -> str:
    return f"{done.buckets} buckets made one file each: {done.files_before} files before, {done.files_after} now."
