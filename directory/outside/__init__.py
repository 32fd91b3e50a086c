"""Calendars kept elsewhere: read by a child process that has nothing to lose, kept as busy times without titles."""
