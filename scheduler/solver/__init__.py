"""The slot search: intervals, bit sets, matching; several sittings, many hearings. Pure, all of it."""
