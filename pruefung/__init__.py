"""What auditors check: reports on a town's whole record, and the export of its log. Everything comes from register and Regelwerk."""
