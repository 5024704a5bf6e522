"""The journal as Parquet files, bucketed by journey: incremental, restartable, each entry exactly once.

`layout`, `manifest`, `disk`, `merging` and `reading` need neither Django nor a database, so that workers of a cluster read the copy
with them; `heads`, `fetching`, `spilling`, `copying` and `compacting` make it. docs/explanation/journal-copy.md says how and why.
"""
