"""How much of a log is taken: beyond these a file is refused before it fills the memory."""

from dataclasses import dataclass
from dataclasses import fields


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes at which a reader stops with a refusal. All are whole numbers above 0.

    `bytes`: of the file as it is read, after unpacking. `ratio`: unpacked bytes for each packed one, looked at once more than
    `free_bytes` are unpacked (XML of real logs packs 20 to 60 times; a bomb 1,000 times). `events`: events, in any format. `column_bytes`: of one column of a Parquet
    file, unpacked.
    `word`: characters of one value that is kept. `words`: different values of a column. `token`: bytes of one tag or JSON value.
    `depth`: of nesting. `columns`: of a table. `findings`: first positions that a finding names.
    """

    bytes: int = 20_000_000_000
    ratio: int = 400
    free_bytes: int = 50_000_000
    events: int = 100_000_000
    column_bytes: int = 4_000_000_000
    word: int = 2_000
    words: int = 20_000_000
    token: int = 8_000_000
    depth: int = 60
    columns: int = 2_000
    findings: int = 3

    def __post_init__(self) -> None:
        for item in fields(self):
            if getattr(self, item.name) < 1:
                raise ValueError(
                    f"the limit {item.name} is {getattr(self, item.name)}; it must be at least 1"
                )


LIMITS = Limits()
