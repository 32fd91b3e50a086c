#!/usr/bin/env python3
"""Vivavoce's command line."""

import os
import sys

NEEDS_NO_ENGINE = {"check", "check_request", "collectstatic", "media", "openapi", "peer", "probe", "protocol", "slots"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    from config import engines

    if len(sys.argv) > 1 and sys.argv[1] not in NEEDS_NO_ENGINE:
        try:
            engines.ensure()
        except engines.NotStarted as error:
            sys.exit(str(error))
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
