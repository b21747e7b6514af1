"""Service records of one's own: read in a stream, fitted to the model's cases."""

from .fitting import RecordsFit, ServiceFit, fit_records, parameters_of, ranges_of
from .reading import Records, read_records

__all__ = ["Records", "RecordsFit", "ServiceFit", "fit_records", "parameters_of", "ranges_of", "read_records"]
