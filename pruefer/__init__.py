"""The verifier: what a stranger needs to check packages offline. It uses neither the network, nor a database, nor Temporal."""
