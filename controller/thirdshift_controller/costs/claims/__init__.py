"""What people say about owning GPUs, held against the ledger of this site."""
