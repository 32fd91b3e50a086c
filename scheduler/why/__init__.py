"""Why not: from the facts to words, and only as far as the reader's side may know."""
