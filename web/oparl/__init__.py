"""The public OParl 1.1 interface: what ``schaufenster`` shows, on the net. Only reading, for anybody, from anywhere."""

from web.oparl.wege import routes

__all__ = ["routes"]
