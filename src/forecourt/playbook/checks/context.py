"""What every check is given."""

from collections.abc import Callable
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from forecourt.base.diagnostics import Diagnostic
from forecourt.playbook.compiling import TooLarge
from forecourt.playbook.compiling import compile_playbook
from forecourt.playbook.program import Program
from forecourt.playbook.records import Playbook
from forecourt.playbook.records import Step
from forecourt.playbook.vocabulary import Vocabulary


@dataclass(frozen=True)
class Context:
    """A playbook, the words it may use, and its program where one can be made."""

    playbook: Playbook
    vocabulary: Vocabulary

    @cached_property
    def steps(self) -> dict[str, Step]:
        """The steps by name."""
        return self.playbook.step_table

    @cached_property
    def _compiled(self) -> Program | Diagnostic:
        try:
            return compile_playbook(self.playbook)
        except TooLarge as error:
            return error.diagnostic

    @property
    def program(self) -> Program | None:
        """The program; None when a limit is exceeded."""
        return self._compiled if isinstance(self._compiled, Program) else None

    @property
    def limit(self) -> Diagnostic | None:
        """The limit that is exceeded, if any."""
        return self._compiled if isinstance(self._compiled, Diagnostic) else None


Check = Callable[[Context], Iterable[Diagnostic]]
