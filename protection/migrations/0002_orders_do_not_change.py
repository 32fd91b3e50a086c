"""The rules that must hold whoever writes: orders do not change, two persons of two States lower a measure."""

from django.db import migrations

HOLD = """
CREATE FUNCTION protection_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- No value of the row: this text may end up in a log.
    RAISE EXCEPTION 'protection: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

-- A pseudonym belongs to one person in one case, for good, and the State that keeps the key stays.
CREATE TRIGGER person_stays BEFORE UPDATE ON protection_protectedperson FOR EACH ROW WHEN (
    (NEW.public_id, NEW."case", NEW.pseudonym, NEW.state_id)
    IS DISTINCT FROM (OLD.public_id, OLD."case", OLD.pseudonym, OLD.state_id)
) EXECUTE FUNCTION protection_refuse();
CREATE TRIGGER person_no_delete BEFORE DELETE ON protection_protectedperson
    FOR EACH ROW EXECUTE FUNCTION protection_refuse();

-- Who looked, and why, stays written down.
CREATE TRIGGER opening_append_only BEFORE UPDATE OR DELETE ON protection_opening
    FOR EACH ROW EXECUTE FUNCTION protection_refuse();

-- A measure gains an approval once and an end once; what was ordered stays what it was.
CREATE TRIGGER measure_stays BEFORE UPDATE ON protection_measure FOR EACH ROW WHEN (
    to_jsonb(NEW) - '{approved_by_id,approved_at,lowered_at}'::text[]
    IS DISTINCT FROM to_jsonb(OLD) - '{approved_by_id,approved_at,lowered_at}'::text[]
    OR (OLD.approved_at IS NOT NULL AND NEW.approved_at IS DISTINCT FROM OLD.approved_at)
    OR (OLD.lowered_at IS NOT NULL AND NEW.lowered_at IS DISTINCT FROM OLD.lowered_at)
) EXECUTE FUNCTION protection_refuse();
CREATE TRIGGER measure_no_delete BEFORE DELETE ON protection_measure
    FOR EACH ROW EXECUTE FUNCTION protection_refuse();
CREATE TRIGGER lowering_no_delete BEFORE DELETE ON protection_lowering
    FOR EACH ROW EXECUTE FUNCTION protection_refuse();

-- It ends only by a lowering that two agreed on, of two States, one of them a judge.
CREATE FUNCTION protection_lowered_by_two() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM protection_lowering l
        JOIN directory_membership first ON first.id = l.proposed_by_id
        JOIN directory_membership second ON second.id = l.approved_by_id
        JOIN directory_authority of_first ON of_first.id = first.authority_id
        JOIN directory_authority of_second ON of_second.id = second.authority_id
        WHERE l.measure_id = NEW.id AND of_first.state_id <> of_second.state_id
            AND first.user_id <> second.user_id AND 'judge' IN (first.role, second.role);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'protection: a measure is lowered by two' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER measure_lowered_by_two BEFORE UPDATE ON protection_measure
    FOR EACH ROW WHEN (OLD.lowered_at IS NULL AND NEW.lowered_at IS NOT NULL)
    EXECUTE FUNCTION protection_lowered_by_two();
-- No row is born ended or agreed to.
CREATE TRIGGER measure_begins BEFORE INSERT ON protection_measure
    FOR EACH ROW WHEN (NEW.lowered_at IS NOT NULL OR NEW.approved_at IS NOT NULL)
    EXECUTE FUNCTION protection_refuse();
CREATE TRIGGER lowering_begins BEFORE INSERT ON protection_lowering
    FOR EACH ROW WHEN (NEW.approved_at IS NOT NULL) EXECUTE FUNCTION protection_refuse();
CREATE TRIGGER lowering_stays BEFORE UPDATE ON protection_lowering FOR EACH ROW WHEN (
    OLD.approved_at IS NOT NULL
    OR to_jsonb(NEW) - '{approved_by_id,approved_at}'::text[]
    IS DISTINCT FROM to_jsonb(OLD) - '{approved_by_id,approved_at}'::text[]
) EXECUTE FUNCTION protection_refuse();
"""

LET_GO = """
DROP TRIGGER person_stays ON protection_protectedperson;
DROP TRIGGER person_no_delete ON protection_protectedperson;
DROP TRIGGER opening_append_only ON protection_opening;
DROP TRIGGER measure_stays ON protection_measure;
DROP TRIGGER measure_no_delete ON protection_measure;
DROP TRIGGER measure_lowered_by_two ON protection_measure;
DROP TRIGGER measure_begins ON protection_measure;
DROP TRIGGER lowering_no_delete ON protection_lowering;
DROP TRIGGER lowering_begins ON protection_lowering;
DROP TRIGGER lowering_stays ON protection_lowering;
DROP FUNCTION protection_lowered_by_two();
DROP FUNCTION protection_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("protection", "0001_initial")]
    operations = [migrations.RunSQL(HOLD, LET_GO)]
