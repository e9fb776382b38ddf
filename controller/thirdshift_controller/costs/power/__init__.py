"""Electricity: what the hall drew hour by hour, and what the tariff of that hour made of it."""
