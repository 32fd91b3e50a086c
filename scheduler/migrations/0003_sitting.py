"""Each sitting becomes a calendar event of its own; bookings are completed; other times are proposed."""

import uuid

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

# Every booking had exactly one sitting, whose event carried the booking's own uid.
UID_DOWN = """
UPDATE scheduler_sitting SET uid = booking.uid, sequence = booking.sequence
FROM scheduler_booking booking WHERE booking.id = scheduler_sitting.booking_id
"""
UID_UP = """
UPDATE scheduler_booking SET uid = sitting.uid, sequence = sitting.sequence
FROM scheduler_sitting sitting WHERE scheduler_booking.id = sitting.booking_id AND sitting.position = 1
"""


class Migration(migrations.Migration):
    dependencies = [("scheduler", "0002_needs")]

    operations = [
        migrations.AddField("sitting", "position", models.PositiveSmallIntegerField(default=1)),
        migrations.AddField("sitting", "sequence", models.PositiveIntegerField(default=0)),
        migrations.AddField("sitting", "uid", models.UUIDField(null=True, editable=False)),
        migrations.RunSQL(UID_DOWN, UID_UP),
        migrations.AlterField("sitting", "uid", models.UUIDField(default=uuid.uuid4, unique=True, editable=False)),
        migrations.AlterModelOptions("sitting", {"ordering": ["booking", "position"]}),
        migrations.AddConstraint(
            "sitting", models.UniqueConstraint(fields=["booking", "position"], name="sitting_once")
        ),
        migrations.RemoveField("booking", "uid"),
        migrations.RemoveField("booking", "sequence"),
        migrations.AlterField(
            "booking",
            "state",
            models.TextField(
                choices=[
                    ("held", "Held"),
                    ("confirmed", "Confirmed"),
                    ("cancelled", "Cancelled"),
                    ("expired", "Expired"),
                    ("completed", "Completed"),
                ],
                default="held",
            ),
        ),
        migrations.AddField(
            "booking",
            "outcome",
            models.TextField(
                blank=True,
                choices=[
                    ("took_place", "Took place"),
                    ("postponed", "Postponed"),
                    ("no_show", "Nobody came to be heard"),
                    ("cancelled_in_error", "Entered by mistake"),
                ],
                default="",
            ),
        ),
        migrations.AddField("booking", "unsocial_requesting", models.PositiveIntegerField(default=0)),
        migrations.AddField("booking", "unsocial_requested", models.PositiveIntegerField(default=0)),
        migrations.AddConstraint(
            "booking",
            models.CheckConstraint(
                condition=(Q(state="completed") & ~Q(outcome="")) | (~Q(state="completed") & Q(outcome="")),
                name="completed_has_an_outcome",
            ),
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("starts", models.JSONField()),
                ("reason", models.TextField(blank=True, default="")),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("open", "Open"),
                            ("taken", "Taken"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="open",
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.membership",
                    ),
                ),
                (
                    "booking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="proposals", to="scheduler.booking"
                    ),
                ),
                (
                    "invitation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proposals",
                        to="scheduler.invitation",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.membership",
                    ),
                ),
            ],
            options={"ordering": ["-made_at", "-id"]},
        ),
        migrations.AddConstraint(
            "proposal",
            models.CheckConstraint(
                condition=Q(made_by=None, invitation__isnull=False) | Q(made_by__isnull=False, invitation=None),
                name="proposal_is_a_clerks_or_a_participants",
            ),
        ),
    ]
