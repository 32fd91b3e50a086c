"""A participant without a browser: for tests, for technicians, for machines that measure at night. No Django at all."""
