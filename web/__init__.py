"""The doors by HTTP: the API, the public OParl interface, sign-in."""
