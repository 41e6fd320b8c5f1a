"""Taking over a town's existing records, and comparing what came over with what the source states."""
