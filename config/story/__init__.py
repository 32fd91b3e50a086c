"""The demo case, played through the same functions that the pages call. Tests borrow its people."""
