"""The search attributes that operators filter by. Never encrypted, so no titles, no persons, no offices."""

from temporalio.common import SearchAttributeKey

KOMMUNE = SearchAttributeKey.for_keyword("LaufmappeKommune")
STUFE = SearchAttributeKey.for_keyword("LaufmappeStufe")
ALLE = (KOMMUNE, STUFE)
