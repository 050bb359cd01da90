"""Tables and files for people and programs: terminal, plain text, JSON, CSV, event log."""
