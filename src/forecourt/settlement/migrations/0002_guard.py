"""Keeps parties apart, makes the ledger append-only, and lets no transaction commit whose postings do not sum to zero."""

from django.db import migrations

from forecourt.platform.rls import protect

# The sum must see every posting of the transaction whatever the writer's scope, hence the owner's rights and the level.
BALANCED = """
CREATE FUNCTION settlement_balanced() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    off numeric;
    level text := current_setting('forecourt.level', true);
BEGIN
    PERFORM set_config('forecourt.level', 'network', true);
    SELECT sum(amount) INTO off FROM settlement_posting WHERE transaction_id = NEW.transaction_id;
    PERFORM set_config('forecourt.level', coalesce(level, ''), true);
    IF off <> 0 THEN
        RAISE EXCEPTION 'Postings of transaction % sum to %, not to zero.', NEW.transaction_id, off
            USING ERRCODE = 'check_violation', CONSTRAINT = 'settlement_balanced';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER settlement_posting_balanced AFTER INSERT OR UPDATE ON settlement_posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION settlement_balanced();
"""
FIXED = """
CREATE FUNCTION settlement_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.statement_id IS NULL
        AND (to_jsonb(NEW) - 'statement_id') = (to_jsonb(OLD) - 'statement_id') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'The ledger is append-only: % refused; post a reversal.', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER settlement_posting_fixed BEFORE UPDATE OR DELETE ON settlement_posting
    FOR EACH ROW EXECUTE FUNCTION settlement_fixed();
"""


class Migration(migrations.Migration):
    dependencies = [("settlement", "0001_initial")]

    operations = [
        protect("settlement_transaction", kind="placed"),
        protect("settlement_posting", kind="placed"),
        protect("settlement_statement", kind="placed"),
        migrations.RunSQL(BALANCED, "DROP FUNCTION settlement_balanced() CASCADE"),
        migrations.RunSQL(FIXED, "DROP FUNCTION settlement_fixed() CASCADE"),
    ]
