"""A batch's team by sitting: what was one for all of them is the same for each."""

from typing import Any

from django.db import migrations, models


def by_sitting(apps: Any, _editor: Any) -> None:
    """From `{need: people}` to a list with one such a sitting."""
    items = apps.get_model("scheduler", "BatchItem")
    for item in items.objects.exclude(start=None):
        item.teams = [item.teams] * (1 + len(item.more))
        item.save(update_fields=["teams"])
    items.objects.filter(start=None).update(teams=[])


class Migration(migrations.Migration):
    dependencies = [("scheduler", "0012_rules_edition")]
    operations = [
        migrations.RenameField("batchitem", "team", "teams"),
        migrations.RunPython(by_sitting, migrations.RunPython.noop),
        migrations.AlterField("batchitem", "teams", models.JSONField(default=list)),
    ]
