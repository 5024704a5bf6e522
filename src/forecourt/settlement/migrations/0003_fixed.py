"""Transactions and statements are as fixed as their postings: nobody alters or deletes one, whoever asks."""

from django.db import migrations

NEVER = """
CREATE FUNCTION settlement_never() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The ledger is append-only: % of % refused; post a reversal.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER settlement_transaction_fixed BEFORE UPDATE OR DELETE ON settlement_transaction
    FOR EACH ROW EXECUTE FUNCTION settlement_never();
CREATE TRIGGER settlement_statement_fixed BEFORE UPDATE OR DELETE ON settlement_statement
    FOR EACH ROW EXECUTE FUNCTION settlement_never();
"""


class Migration(migrations.Migration):
    dependencies = [("settlement", "0002_guard")]

    operations = [migrations.RunSQL(NEVER, "DROP FUNCTION settlement_never() CASCADE")]
