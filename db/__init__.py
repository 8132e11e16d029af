"""The schema: numbered migrations, and what a new database starts with."""
