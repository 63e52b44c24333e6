"""What all records share: the engine and its transactions, column types, migrations, and the audit log."""
