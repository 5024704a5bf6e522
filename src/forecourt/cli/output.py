"""Where a command puts what it made: standard output, or a file that must not be there already."""

import sys
from pathlib import Path

import click

FORCE = click.option("--force", is_flag=True, help="Replace the output file if it is there already.")


def put(data: bytes, output: Path | None, *, force: bool = False) -> None:
    """Write to `output`, or to standard output when it is None. Raises ClickException for a file that is there or cannot be made."""
    if output is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        with output.open("wb" if force else "xb") as file:
            file.write(data)
    except FileExistsError as error:
        raise click.ClickException(f"{output} is there already. Add --force to replace it.") from error
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written: {error.strerror}.") from error
