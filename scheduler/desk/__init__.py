"""What a clerk looks at: the day grid, proposals, the docket, a room's days."""
