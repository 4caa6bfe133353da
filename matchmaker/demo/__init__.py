"""Demonstration data: a fictional fair with every figure known beforehand."""
