"""Assurance: the whole case for the model and against it, written down from what is declared and measured."""
