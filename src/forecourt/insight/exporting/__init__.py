"""The journal for others: as an object-centric log (OCEL 2.0) and as traces (XES), for tools of process mining."""
