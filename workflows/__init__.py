"""What happens, durably: thin Temporal shells around the rules of ``lifecycle``."""
