"""Row-level security as migration operations: which rows a scope sees, said once.

Every policy compares the row's place columns with the two settings of the transaction. The settings are read in
sub-selects, which PostgreSQL evaluates once a query and not once a row.
"""

from django.db import migrations

_LEVEL = "(SELECT current_setting('forecourt.level', true))"
_IDS = "(SELECT string_to_array(trim(both '{}' from current_setting('forecourt.ids', true)), ','))"

_PLACED = f"""
    {_LEVEL} = 'network'
    OR ({_LEVEL} = 'store' AND store = ANY({_IDS}::text[]))
    OR ({_LEVEL} = 'operator' AND operator = ANY({_IDS}::text[]))
    OR ({_LEVEL} = 'brand' AND brand = ANY({_IDS}::text[]))
    OR ({_LEVEL} = 'region' AND region = ANY({_IDS}::text[]))"""
_OWN = f"({_LEVEL} = 'person' AND CAST(:column AS text) = ANY({_IDS}::text[]))"
_KNOWN = (
    f"({_LEVEL} <> 'person' AND EXISTS (SELECT 1 FROM people_relation r WHERE r.person_id = :table.:column))"
)
_NETWORK_ONLY = f"{_LEVEL} = 'network'"
_ANYONE = f"coalesce({_LEVEL}, '') <> ''"

# What is visible, and what may be written.
_KINDS = {
    "placed": (_PLACED, _PLACED),
    "placed_person": (f"{_PLACED} OR {_OWN}",) * 2,
    "person": (f"{_NETWORK_ONLY} OR {_OWN} OR {_KNOWN}",) * 2,
    "reference": (_ANYONE, _NETWORK_ONLY),
    "network": (_NETWORK_ONLY, _NETWORK_ONLY),
}


def _condition(text: str, table: str, column: str) -> str:
    return "(" + text.replace(":table", table).replace(":column", column) + ")"


def protect(table: str, *, kind: str, column: str = "person_id") -> migrations.RunSQL:
    """Turn on row-level security for `table`, forced also for its owner.

    `kind` is `placed`, `placed_person`, `person` (with `column` naming the person), `reference` or `network`.
    """
    if kind not in _KINDS:
        raise ValueError(
            f"Unknown kind {kind!r} of protected table {table!r}; expected one of {', '.join(_KINDS)}."
        )
    visible, writable = (_condition(text, table, column) for text in _KINDS[kind])
    return migrations.RunSQL(
        sql=[
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY {table}_visible ON {table} FOR SELECT USING {visible}",
            f"CREATE POLICY {table}_insert ON {table} FOR INSERT WITH CHECK {writable}",
            f"CREATE POLICY {table}_update ON {table} FOR UPDATE USING {visible} WITH CHECK {writable}",
            f"CREATE POLICY {table}_delete ON {table} FOR DELETE USING {writable}",
        ],
        reverse_sql=[
            *(f"DROP POLICY {table}_{verb} ON {table}" for verb in ("visible", "insert", "update", "delete")),
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        ],
    )
