"""Who has a part in the case of each person known already: told below, where it was the two States."""

from django.db import migrations

FILL = """
INSERT INTO protection_personparty (person_id, authority_id, since)
SELECT person_id, authority_id, min(since) FROM (
    SELECT person_id, requesting_id AS authority_id, created_at AS since FROM casework_request
    UNION ALL
    SELECT person_id, requested_id, submitted_at FROM casework_request WHERE submitted_at IS NOT NULL
    UNION ALL
    SELECT person_id, court_id, submitted_at FROM casework_request WHERE submitted_at IS NOT NULL
    UNION ALL
    SELECT person_id, executing_id, coalesce(decided_at, changed_at) FROM casework_request
) parts
WHERE person_id IS NOT NULL AND authority_id IS NOT NULL
GROUP BY person_id, authority_id
ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0002_append_only"), ("protection", "0003_party")]
    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
