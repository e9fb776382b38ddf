"""Postings: what the books and the facts of a month come to in cash, book and economy."""
