"""The fair report: what was planned, what took place and what came of it, each figure with its rows."""
