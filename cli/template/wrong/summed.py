"""You added up the squared errors and did not divide by their number.

A sum grows with the data set: with twice the records, the same model would look twice as bad. Take the mean.
"""


def mean_squared_error(predictions, targets):
    return float(((predictions - targets) ** 2).sum())
