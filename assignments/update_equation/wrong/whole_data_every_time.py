"""You make one update per mini-batch, but each of them uses the gradient of all the records. Cut the rows
of the mini-batch out of X and y, and hand only these to the gradient.
"""

def update(parameter, gradient, lr):
    return parameter - lr * gradient


def mean_gradient(X, y, w, b):
    residuals = X @ w + b - y
    return X.T @ residuals / len(y), residuals.mean()


def batch_epoch(X, y, w, b, lr):
    dw, db = mean_gradient(X, y, w, b)
    return update(w, dw, lr), update(b, db, lr), 1


def minibatch_epoch(X, y, w, b, lr, batch_size):
    updates = 0
    for start in range(0, len(y), batch_size):
        dw, db = mean_gradient(X, y, w, b)
        w, b = update(w, dw, lr), update(b, db, lr)
        updates += 1
    return w, b, updates


def stochastic_epoch(X, y, w, b, lr):
    return minibatch_epoch(X, y, w, b, lr, 1)
