import uuid

import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


def an_id_each(model: str) -> list[migrations.operations.base.Operation]:
    """A public id for rows that are there: one default for all of them would not be unique."""
    return [
        migrations.AddField(model, "public_id", models.UUIDField(editable=False, null=True)),
        migrations.RunSQL(f"UPDATE directory_{model} SET public_id = gen_random_uuid()", migrations.RunSQL.noop),  # noqa: S608 (two names of ours)
        migrations.AlterField(model, "public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0002_trail_append_only"),
    ]

    operations = [
        *an_id_each("absence"),
        *an_id_each("courtrecess"),
        migrations.AddField("membership", "version", models.PositiveIntegerField(default=1)),
        migrations.AddField("resource", "version", models.PositiveIntegerField(default=1)),
        migrations.CreateModel(
            name="OutsideCalendar",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.TextField(choices=[("ics", "Published calendar (.ics)"), ("caldav", "CalDAV account")]),
                ),
                ("host", models.TextField()),
                ("address", models.BinaryField()),
                ("user_name", models.TextField(blank=True, default="")),
                ("password", models.BinaryField(blank=True, null=True)),
                ("every_minutes", models.PositiveSmallIntegerField(default=15)),
                ("next_due", models.DateTimeField()),
                ("last_tried", models.DateTimeField(blank=True, null=True)),
                ("last_good", models.DateTimeField(blank=True, null=True)),
                ("failure", models.TextField(blank=True, default="")),
                ("etag", models.TextField(blank=True, default="")),
                ("digest", models.CharField(blank=True, default="", max_length=64)),
                ("read_until", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "resource",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outside_calendars",
                        to="directory.resource",
                    ),
                ),
            ],
            options={
                "ordering": ["host", "id"],
                "indexes": [models.Index(fields=["next_due"], name="outside_by_due")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("every_minutes__gte", 5)), name="outside_not_too_often")
                ],
            },
        ),
        migrations.CreateModel(
            name="OutsideBusy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("during", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                (
                    "calendar",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="busy", to="directory.outsidecalendar"
                    ),
                ),
                (
                    "resource",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outside_busy",
                        to="directory.resource",
                    ),
                ),
            ],
            options={
                "ordering": ["during"],
                "indexes": [django.contrib.postgres.indexes.GistIndex(fields=["during"], name="outside_busy_during")],
            },
        ),
    ]
