"""The log, the steps, the minutes and the signatures are written once: the database refuses to change or empty them."""

from django.db import migrations

TABLES = ("evidence_logentry", "evidence_step", "evidence_record", "evidence_signature")

REFUSE = """
CREATE FUNCTION evidence_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what a hearing has written is written once' USING ERRCODE = 'restrict_violation';
END $$;
""" + "".join(
    f"""
CREATE TRIGGER {table}_written_once BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION evidence_refuse_change();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_refuse_change();
"""
    for table in TABLES
)

ALLOW = (
    "".join(f"DROP TRIGGER {t}_written_once ON {t}; DROP TRIGGER {t}_no_truncate ON {t};" for t in TABLES)
    + "DROP FUNCTION evidence_refuse_change();"
)


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_initial")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
