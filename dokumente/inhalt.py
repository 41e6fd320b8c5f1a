"""What stands in each document: from a case's state to the data that its template sets. One function per kind of document."""

from dokumente.auftragsliste import task_list
from dokumente.auszug import extract
from dokumente.blatt import Lesen, Schriftstueck
from dokumente.einladung import invitation
from dokumente.niederschrift import minutes
from dokumente.sicht import Teil
from dokumente.vorlage import paper

__all__ = ["Lesen", "Schriftstueck", "Teil", "extract", "invitation", "minutes", "paper", "task_list"]
