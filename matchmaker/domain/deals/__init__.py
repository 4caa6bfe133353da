"""Deals: what two companies report about their business, reconciled so that every value counts once."""
