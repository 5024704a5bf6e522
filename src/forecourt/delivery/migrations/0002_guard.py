"""Keeps brands, stores and customers apart, and what was recorded on a checklist append-only."""

from django.db import migrations

from forecourt.platform.rls import protect

REFUSE = """
CREATE FUNCTION delivery_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Marks on a checklist are append-only: % refused.', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER delivery_sheetmark_append_only BEFORE UPDATE OR DELETE ON delivery_sheetmark
    FOR EACH ROW EXECUTE FUNCTION delivery_refuse();
CREATE TRIGGER delivery_sheetmark_no_truncate BEFORE TRUNCATE ON delivery_sheetmark
    FOR EACH STATEMENT EXECUTE FUNCTION delivery_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("delivery", "0001_initial")]

    operations = [
        protect("delivery_deliveryfile", kind="placed_person"),
        protect("delivery_sheet", kind="placed_person"),
        protect("delivery_sheetmark", kind="placed_person"),
        protect("delivery_appointment", kind="placed_person"),
        protect("delivery_ownership", kind="placed_person"),
        migrations.RunSQL(REFUSE, "DROP FUNCTION delivery_refuse() CASCADE"),
    ]
