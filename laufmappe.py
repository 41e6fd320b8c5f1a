"""Where the command ``laufmappe`` begins. ``verify`` runs alone: whoever only checks packages needs nothing that a server needs."""

import sys


def main() -> None:
    """Entry point of the command."""
    if sys.argv[1:2] == ["verify"]:
        from kommandozeile import pruefen

        sys.exit(pruefen.main())
    try:
        import cli
    except ModuleNotFoundError as fehler:
        sys.stderr.write(
            f"Abgelehnt: Hier ist nur die Prüfung eingerichtet („laufmappe verify“); für alles andere fehlt „{fehler.name}“.\n"
        )
        sys.exit(2)
    cli.main()


if __name__ == "__main__":
    main()
