"""Runs of a study: which points, what each run simulates and reads. All numbers of a study come from here, so its store notes the identity of these files."""
