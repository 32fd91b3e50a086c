"""The audit trail can only grow, whoever asks: the database refuses to change, delete or empty it."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION directory_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON directory_auditentry
    FOR EACH ROW EXECUTE FUNCTION directory_refuse_change();
CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON directory_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION directory_refuse_change();

-- A head may only move on to the next entry of the same subject.
CREATE TRIGGER audit_chain_moves_on BEFORE UPDATE ON directory_auditchain
    FOR EACH ROW WHEN (
        NEW.length <> OLD.length + 1 OR (NEW.kind, NEW.subject) IS DISTINCT FROM (OLD.kind, OLD.subject)
    ) EXECUTE FUNCTION directory_refuse_change();
CREATE TRIGGER audit_chain_no_delete BEFORE DELETE ON directory_auditchain
    FOR EACH ROW EXECUTE FUNCTION directory_refuse_change();
CREATE TRIGGER audit_chain_no_truncate BEFORE TRUNCATE ON directory_auditchain
    FOR EACH STATEMENT EXECUTE FUNCTION directory_refuse_change();
"""

ALLOW = """
DROP TRIGGER audit_entry_append_only ON directory_auditentry;
DROP TRIGGER audit_entry_no_truncate ON directory_auditentry;
DROP TRIGGER audit_chain_moves_on ON directory_auditchain;
DROP TRIGGER audit_chain_no_delete ON directory_auditchain;
DROP TRIGGER audit_chain_no_truncate ON directory_auditchain;
DROP FUNCTION directory_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
