"""Assurance: the whole case for and against the model, generated from declarations and measurements."""
