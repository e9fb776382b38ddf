"""What the controller remembers: tables, transactions, queries, migrations. The only SQL."""
