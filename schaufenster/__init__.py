"""What the public can see of a town, from the register: every OParl object by its path, lists of them, and the files behind them."""

from register.oeffentlich import Ausschnitt, Objektzeile, Stelle
from schaufenster.auslage import Schaufenster
from schaufenster.dateien import Dateiinhalt, Entfernt

__all__ = ["Ausschnitt", "Dateiinhalt", "Entfernt", "Objektzeile", "Schaufenster", "Stelle"]
