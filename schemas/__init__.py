"""What things are: frozen pydantic models. Imports nothing of ours."""
