"""What a hearing needs before it has a time: who comes, in which languages, by which rules, who bears how much."""
