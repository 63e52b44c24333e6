"""You averaged the errors themselves, so errors in opposite directions cancel.

A model that is 10 too high once and 10 too low once would seem perfect. Square each error before you average.
"""


def mean_squared_error(predictions, targets):
    return float((predictions - targets).mean())
