"""How a command ends when an action says no: the sentence, and exit code 1."""

from collections.abc import Iterator
from contextlib import contextmanager

import click


@contextmanager
def refusals() -> Iterator[None]:
    """Show a refusal as a command's error. Django must be set up."""
    from django.utils.translation import override

    from forecourt.platform.refusals import ActionError

    try:
        with override("en"):  # as everything else that a command says
            yield
    except ActionError as refusal:
        raise click.ClickException(str(refusal)) from refusal
