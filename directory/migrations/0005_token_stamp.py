"""A token falls with the password under which it was issued."""

from django.db import migrations, models

STAMP = """
UPDATE directory_apitoken AS token SET stamp = encode(sha256(convert_to('token ' || u.password, 'UTF8')), 'hex')
FROM directory_user AS u WHERE u.id = token.user_id
"""


class Migration(migrations.Migration):
    dependencies = [("directory", "0004_delivery")]
    operations = [
        migrations.AddField("apitoken", "stamp", models.CharField(max_length=64, default=""), preserve_default=False),
        migrations.RunSQL(STAMP, migrations.RunSQL.noop),
    ]
