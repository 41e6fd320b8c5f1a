"""What the public may know, as OParl 1.1 objects: pure functions from states and rules to JSON, for packages and for the API."""
