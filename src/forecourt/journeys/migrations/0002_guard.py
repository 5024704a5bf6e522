"""People kept apart by row; a published playbook that nobody can change; the orders in which worklists are read."""

from django.db import migrations

from forecourt.platform.rls import protect

REFUSE = """
CREATE FUNCTION journeys_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A published playbook version never changes: % refused. Publish a new version.', TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER journeys_playbookversion_fixed BEFORE UPDATE OR DELETE ON journeys_playbookversion
    FOR EACH ROW EXECUTE FUNCTION journeys_refuse_change();
CREATE TRIGGER journeys_playbookversion_no_truncate BEFORE TRUNCATE ON journeys_playbookversion
    FOR EACH STATEMENT EXECUTE FUNCTION journeys_refuse_change();
"""
# The lists of headquarters, dealer groups and carmakers, who are not bound to one store.
OFFICE = """
CREATE INDEX journeys_due_office ON journeys_duestep (rank_at, id)
    WHERE status = 'open' AND listed AND roles && '{carmaker,engineer,network_ops,operator_manager,planner}';
"""


class Migration(migrations.Migration):
    dependencies = [("journeys", "0001_initial")]

    operations = [
        protect("journeys_playbookversion", kind="reference"),
        protect("journeys_journey", kind="placed_person"),
        protect("journeys_duestep", kind="placed_person"),
        protect("journeys_notice", kind="placed"),
        migrations.RunSQL(REFUSE, "DROP FUNCTION journeys_refuse_change() CASCADE"),
        migrations.RunSQL(OFFICE, "DROP INDEX journeys_due_office"),
    ]
