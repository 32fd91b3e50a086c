"""The other court's word for who comes without an account, and which seats a clerk added by hand."""

import django.db.models.deletion
from django.db import migrations, models

# The audit trail knows which seats were added; a link given before has nobody's word and asks for one.
BY_HAND = """
UPDATE evidence_seat SET by_hand = true WHERE public_id::text IN (
    SELECT facts ->> 'seat' FROM directory_auditentry WHERE act = 'hearing.seat_added'
)
"""


class Migration(migrations.Migration):
    dependencies = [("directory", "0002_trail_append_only"), ("evidence", "0002_written_once")]
    operations = [
        migrations.AddField("seat", "by_hand", models.BooleanField(default=False)),
        migrations.AddField("jointicket", "agreed_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "jointicket",
            "agreed_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="directory.membership",
            ),
        ),
        migrations.RunSQL(BY_HAND, migrations.RunSQL.noop),
    ]
