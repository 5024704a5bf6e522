"""Outcomes and roles of a log in the words of the playbook: as the mapping says, else by code, else by what people call it."""

from collections.abc import Iterator
from collections.abc import Mapping as Table
from dataclasses import replace

import numpy as np

from forecourt.base.diagnostics import Diagnostic
from forecourt.exchange.logs.codes import report
from forecourt.exchange.logs.columns import plain
from forecourt.exchange.logs.mapping import Mapping
from forecourt.playbook.program import Program
from forecourt.playbook.replay.columns import Coded


def said_outcomes(column: Coded | None, program: Program, mapping: Mapping) -> Coded | None:
    """Return the outcomes as the playbook codes them; `No answer` and `无人接听` are `no_answer` where its words say so."""
    return _said(column, {**called_outcomes(program), **_plain(mapping.outcomes)})


def said_roles(column: Coded | None, mapping: Mapping) -> Coded | None:
    """Return the roles as the playbook calls them, so far as the mapping says."""
    return _said(column, _plain(mapping.roles))


def called_outcomes(program: Program) -> dict[str, str]:
    """Return what outcomes are called, made plain, and their codes."""
    codes = dict.fromkeys(outcome for step in program.steps for outcome in step.outcomes)
    found = {
        plain(word): code
        for code in codes
        if code in program.words
        for word in program.words[code].words.values()
    }
    return {**found, **{plain(code): code for code in codes}}


def roles_of(program: Program) -> list[str]:
    """Return the roles that steps of a playbook name."""
    return list(dict.fromkeys(role.text for step in program.steps for role in step.roles))


def unknown_words(mapping: Mapping, program: Program) -> Iterator[Diagnostic]:
    """Yield what the mapping joins to outcomes and roles that the playbook does not have."""
    outcomes = list(dict.fromkeys(outcome for step in program.steps for outcome in step.outcomes))
    kinds = (
        ("outcomes", "LG046", "outcome of a step", outcomes, mapping.outcomes),
        ("roles", "LG058", "role of a step", roles_of(program), mapping.roles),
    )
    for key, code, what, known, joined in kinds:
        for said, meant in joined.items():
            if meant not in known:
                spot = mapping.spot(key, said)
                message = f"{said!r} is joined to {meant!r}, which is no {what} of playbook {program.name}"
                hint = f"There are: {', '.join(known) or 'none'}."
                yield report(
                    code,
                    spot.file,
                    message,
                    hint,
                    line=spot.line,
                    column=spot.column,
                    word=meant,
                    known=known,
                )


def unknown_roles(column: Coded | None, file: str, program: Program) -> Iterator[Diagnostic]:
    """Yield a finding when the log names roles that no step knows: every step they do is done by a wrong role."""
    known = set(roles_of(program))
    unknown = [word for word in column.words if word not in known] if column is not None else []
    if column is None or not unknown:
        return
    strange = np.array([*(word not in known for word in column.words), False])[column.numbers]
    shown = ", ".join(repr(word[:40]) for word in unknown[:5]) + (" and others" if len(unknown) > 5 else "")
    message = f"{int(strange.sum()):,} events are by {shown}, which no step names as a role; they count as wrong roles"
    yield report(
        "LG059", file, message, f"Join them under roles, as in {unknown[0]}: {next(iter(known), 'adviser')}."
    )


def _plain(table: Table[str, str]) -> dict[str, str]:
    return {plain(said): meant for said, meant in table.items()}


def _said(column: Coded | None, meant: Table[str, str]) -> Coded | None:
    if column is None or not meant:
        return column
    return replace(column, words=tuple(meant.get(plain(word), word) for word in column.words))
