"""What touches the world: the register, other cases, mail and webhooks, the archive."""
