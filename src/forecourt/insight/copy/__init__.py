"""The journal as Parquet files, bucketed by journey: incremental, restartable, each entry exactly once."""
