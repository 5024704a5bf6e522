"""Event logs of anybody: XES, CSV, Parquet and OCEL 2.0 in, OCEL 2.0 and XES out."""
