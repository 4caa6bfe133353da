"""The reference fair: a fictional fair in which every figure of the report is known beforehand."""

from matchmaker.demo.generator.building import build_reference_fair
from matchmaker.demo.generator.reference_fair import EdgeCase, ReferenceFair

__all__ = ["EdgeCase", "ReferenceFair", "build_reference_fair"]
