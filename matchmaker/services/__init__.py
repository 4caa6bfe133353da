"""The actions: one function for each thing someone does; they flush and never commit."""
