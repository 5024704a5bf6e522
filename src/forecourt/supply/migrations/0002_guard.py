"""Keeps brands, stores and customers apart, and the queue's record append-only."""

from django.db import migrations

from forecourt.platform.rls import protect

REFUSE = """
CREATE FUNCTION supply_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The record of the queue is append-only: % refused.', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER supply_queueevent_append_only BEFORE UPDATE OR DELETE ON supply_queueevent
    FOR EACH ROW EXECUTE FUNCTION supply_refuse();
CREATE TRIGGER supply_queueevent_no_truncate BEFORE TRUNCATE ON supply_queueevent
    FOR EACH STATEMENT EXECUTE FUNCTION supply_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("supply", "0001_initial")]

    operations = [
        protect("supply_vehicle", kind="placed"),
        protect("supply_queueplace", kind="placed_person"),
        protect("supply_queueevent", kind="placed_person"),
        protect("supply_allocation", kind="placed_person"),
        protect("supply_offer", kind="placed_person"),
        protect("supply_allocationrequest", kind="placed"),
        migrations.RunSQL(REFUSE, "DROP FUNCTION supply_refuse() CASCADE"),
    ]
