"""Documents of the house as PDF/A-2b, tagged, and invitations as iCalendar. Pure but for the store that texts are read from."""
