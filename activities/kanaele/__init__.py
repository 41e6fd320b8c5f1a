"""How a message leaves the house: one file per channel, listed in ``verzeichnis``.

Nothing is imported here, so that ``wiederholung`` can be had without any network library.
"""
