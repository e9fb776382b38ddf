"""What a GPU-hour costs: usage rolled up by the hour, our own ledger, dated cloud prices."""
