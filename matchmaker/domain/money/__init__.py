"""Amounts of money: exact, in one currency at a time, read and written in Vietnamese and English."""
