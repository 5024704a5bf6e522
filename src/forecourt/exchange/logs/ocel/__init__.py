"""OCEL 2.0, the standard for logs about several objects at once: read and written as JSON, XML and SQLite."""

from forecourt.exchange.logs.ocel.findings import OcelRefused
from forecourt.exchange.logs.ocel.flattening import flat_columns
from forecourt.exchange.logs.ocel.flattening import flatten
from forecourt.exchange.logs.ocel.reading import Reading
from forecourt.exchange.logs.ocel.reading import form_of
from forecourt.exchange.logs.ocel.reading import object_types
from forecourt.exchange.logs.ocel.reading import read
from forecourt.exchange.logs.ocel.reading import read_ocel
from forecourt.exchange.logs.ocel.records import Limits
from forecourt.exchange.logs.ocel.records import Ocel
from forecourt.exchange.logs.ocel.to_json import write_json
from forecourt.exchange.logs.ocel.to_sqlite import write_sqlite
from forecourt.exchange.logs.ocel.to_xml import write_xml

__all__ = [
    "Limits",
    "Ocel",
    "OcelRefused",
    "Reading",
    "flat_columns",
    "flatten",
    "form_of",
    "object_types",
    "read",
    "read_ocel",
    "write_json",
    "write_sqlite",
    "write_xml",
]
