"""The shop window: what the public can see of a town, worked out from the register. Whoever shows it asks here."""
