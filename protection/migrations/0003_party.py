"""The authorities that have a part in a person's case, where it was the two States. Casework fills the table."""

import django.db.models.deletion
from django.db import migrations, models

HOLD = """
CREATE TRIGGER party_append_only BEFORE UPDATE OR DELETE ON protection_personparty
    FOR EACH ROW EXECUTE FUNCTION protection_refuse();
"""
LET_GO = "DROP TRIGGER party_append_only ON protection_personparty;"


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial"), ("protection", "0002_orders_do_not_change")]
    operations = [
        migrations.RemoveField("protectedperson", "parties"),
        migrations.CreateModel(
            name="PersonParty",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField()),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.authority"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="protection.protectedperson",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("person", "authority"), name="party_once_a_person")],
            },
        ),
        migrations.AddField(
            "protectedperson",
            "parties",
            models.ManyToManyField(related_name="+", through="protection.PersonParty", to="directory.authority"),
        ),
        migrations.RunSQL(HOLD, LET_GO),
    ]
