"""The database refuses to alter the journal: no update, no delete, no truncate, whoever asks; and keeps people apart."""

from django.db import migrations

from forecourt.platform.rls import protect

REFUSE = """
CREATE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The journal is append-only: % refused.', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER journal_entry_append_only BEFORE UPDATE OR DELETE ON journal_entry
    FOR EACH ROW EXECUTE FUNCTION journal_refuse();
CREATE TRIGGER journal_entry_no_truncate BEFORE TRUNCATE ON journal_entry
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse();
"""
REVOKE = """
DO $$
DECLARE holder text;
BEGIN
    FOR holder IN SELECT DISTINCT grantee FROM information_schema.role_table_grants
        WHERE table_name = 'journal_entry' AND grantee <> current_user
    LOOP
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON journal_entry FROM %I', holder);
        EXECUTE format('REVOKE DELETE, TRUNCATE ON journal_head FROM %I', holder);
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]

    operations = [
        protect("journal_entry", kind="placed_person"),
        migrations.RunSQL(REFUSE, "DROP FUNCTION journal_refuse() CASCADE"),
        migrations.RunSQL(REVOKE, migrations.RunSQL.noop),
        migrations.RunSQL(
            "ALTER TABLE journal_entry ADD COLUMN transaction xid8 NOT NULL DEFAULT pg_current_xact_id()",
            "ALTER TABLE journal_entry DROP COLUMN transaction",
        ),
    ]
