"""How far each chain of the journal has come, and how far the copy has: what is still to be copied follows from the two.

Entries commit in another order than they were recorded in, so no time and no id is a line behind which everything has been seen. Each
chain, however, has no gaps, and its head moves in the statement that appends to it. So a head that has been read once says that
every entry up to its `seq` is committed; none of them will ever change.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from forecourt.insight.copy import disk
from forecourt.insight.copy.disk import CopyError
from forecourt.insight.copy.fetching import Journal
from forecourt.insight.copy.manifest import Manifest

# `link` is the first eight bytes of the hash of the chain's last entry.
SCHEMA = pa.schema([("stream", pa.string()), ("seq", pa.int32()), ("link", pa.int64())])
_HEADS = "SELECT stream, seq, ('x' || encode(substr(hash, 1, 8), 'hex'))::bit(64)::bigint FROM journal_head WHERE seq > 0"


@dataclass(frozen=True)
class Wanted:
    """Chains with entries to be copied, by id: those after `after` up to `seq`; `before` is the link that `after` has.

    `through` counts the entries of all chains, grown or not, whose id is not greater.
    """

    table: pa.Table  # stream, seq, link, after, before, through

    @property
    def entries(self) -> int:
        """How many entries there are to be copied."""
        return int(pc.sum(pc.subtract(self.table["seq"], self.table["after"])).as_py() or 0)

    @property
    def is_dense(self) -> bool:
        """Whether most of the journal between the first and the last id is wanted, so that it is best read as a whole."""
        ends = self.table["through"]
        there = ends[-1].as_py() - ends[0].as_py() + self.table["seq"][0].as_py()
        return bool(2 * self.entries >= there)

    @property
    def first(self) -> str:
        """The least id."""
        return str(self.table["stream"][0].as_py())

    @property
    def last(self) -> str:
        """The greatest id."""
        return str(self.table["stream"][-1].as_py())

    def rounds(self, entries: int) -> Iterator["Wanted"]:
        """Cut into ranges of ids with about `entries` entries each. A chain is never cut."""
        sizes = pc.cumulative_sum(pc.subtract(self.table["seq"], self.table["after"]).cast(pa.int64()))
        start = 0
        while start < self.table.num_rows:
            limit = (sizes[start - 1].as_py() if start else 0) + entries
            stop = max(start + 1, pc.sum(pc.less_equal(sizes, limit)).as_py())
            yield Wanted(self.table.slice(start, stop - start))
            start = stop


def read(journal: Journal) -> pa.Table:
    """The heads of all chains as they are committed now."""
    with journal.transaction():
        tables = [pa.Table.from_batches([batch]) for batch in journal.rows(_HEADS, SCHEMA)]
    return pa.concat_tables([SCHEMA.empty_table(), *tables]).combine_chunks()


def copied(folder: Path, manifest: Manifest) -> pa.Table:
    """How far each chain has been copied. CopyError when the file that says so is not what the manifest knows."""
    if not manifest.state:
        return SCHEMA.empty_table()
    path = folder / manifest.state
    if not path.is_file() or disk.digest(path) != manifest.state_sha256:
        raise CopyError(f"{path} is missing or damaged. Delete the folder and copy again.")
    return pq.read_table(path, schema=SCHEMA).combine_chunks()


def wanted(heads: pa.Table, state: pa.Table) -> Wanted:
    """The chains that have grown, by id. CopyError when the copy knows what this journal does not."""
    heads = heads.sort_by("stream")
    found = pc.index_in(heads["stream"], value_set=state["stream"].combine_chunks())
    after = pc.fill_null(pc.take(state["seq"], found), 0)
    before = pc.fill_null(pc.take(state["link"], found), 0)
    _refuse_another(heads, state, found, after, before)
    through = pc.cumulative_sum(heads["seq"].cast(pa.int64()))
    both = (
        heads.append_column("after", after).append_column("before", before).append_column("through", through)
    )
    return Wanted(both.filter(pc.greater(both["seq"], both["after"])))


def advanced(state: pa.Table, done: Wanted) -> pa.Table:
    """How far each chain has been copied after `done`."""
    rows = done.table.select(SCHEMA.names)
    others = pc.invert(pc.is_in(state["stream"], value_set=rows["stream"].combine_chunks()))
    return pa.concat_tables([state.filter(others), rows]).sort_by("stream").combine_chunks()


def _refuse_another(
    heads: pa.Table, state: pa.Table, found: pa.Array, after: pa.Array, before: pa.Array
) -> None:
    same = pc.and_(pc.equal(heads["seq"], after), pc.not_equal(heads["link"], before))
    gone = state.num_rows - pc.sum(pc.is_valid(found), min_count=0).as_py()
    shorter = pc.sum(pc.less(heads["seq"], after), min_count=0).as_py()
    other = pc.sum(same, min_count=0).as_py()
    if gone or shorter or other:
        raise CopyError(
            f"This copy was not made from this journal as it is: {gone} chains that it holds are unknown here, {shorter} are "
            f"shorter, {other} end otherwise. Was the database restored, or is it another one? Delete the folder and copy again."
        )
