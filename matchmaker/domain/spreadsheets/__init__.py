"""Spreadsheets of companies and outcomes: bytes in, rows and errors out. Nothing here touches a disk."""
