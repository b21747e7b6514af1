"""Answers for people who wait: warm worlds, workers that are shared fairly, comparisons that sharpen, one world to be watched."""

from .growing_comparison import Asked, Known, Order, Step
from .workers import Busy, Workers

__all__ = ["Asked", "Busy", "Known", "Order", "Step", "Workers"]
