"""What was said stays said, and a version only grows: the database refuses the rest, whoever asks."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION casework_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was said about a request stays said' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER passage_append_only BEFORE UPDATE OR DELETE ON casework_passage
    FOR EACH ROW EXECUTE FUNCTION casework_refuse_change();
CREATE TRIGGER decision_append_only BEFORE UPDATE OR DELETE ON casework_decision
    FOR EACH ROW EXECUTE FUNCTION casework_refuse_change();

-- A question may gain its answer, once, and nothing else.
CREATE TRIGGER question_answered_once BEFORE UPDATE ON casework_question
    FOR EACH ROW WHEN (
        OLD.answered_at IS NOT NULL OR (NEW.text, NEW.request_id) IS DISTINCT FROM (OLD.text, OLD.request_id)
    ) EXECUTE FUNCTION casework_refuse_change();

-- A state never changes without the version that everybody compares.
CREATE TRIGGER request_version_grows BEFORE UPDATE ON casework_request
    FOR EACH ROW WHEN (
        NEW.version < OLD.version OR (NEW.version = OLD.version AND NEW.state <> OLD.state)
    ) EXECUTE FUNCTION casework_refuse_change();
"""

ALLOW = """
DROP TRIGGER passage_append_only ON casework_passage;
DROP TRIGGER decision_append_only ON casework_decision;
DROP TRIGGER question_answered_once ON casework_question;
DROP TRIGGER request_version_grows ON casework_request;
DROP FUNCTION casework_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0001_initial")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
