"""What is written about a booking, and what comes back: invitations, reminders, replies, calendars to subscribe to."""
