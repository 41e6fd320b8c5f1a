"""The reports, a file for each. A constant of type ``Bericht`` in any of them is one."""
