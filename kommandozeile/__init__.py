"""The command line's parts: what people type, what they see, and how a command ends. ``cli.py`` puts them together."""
