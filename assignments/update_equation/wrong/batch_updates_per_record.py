"""Your batch epoch makes one update per record, each with the gradient of all the records. A batch epoch looks at all
the records once and makes a single update. Is there a loop over the records around your update?
"""

def update(parameter, gradient, lr):
    return parameter - lr * gradient


def mean_gradient(X, y, w, b):
    residuals = X @ w + b - y
    return X.T @ residuals / len(y), residuals.mean()


def batch_epoch(X, y, w, b, lr):
    for _ in range(len(y)):
        dw, db = mean_gradient(X, y, w, b)
        w, b = update(w, dw, lr), update(b, db, lr)
    return w, b, len(y)


def minibatch_epoch(X, y, w, b, lr, batch_size):
    updates = 0
    for start in range(0, len(y), batch_size):
        dw, db = mean_gradient(X[start:start + batch_size], y[start:start + batch_size], w, b)
        w, b = update(w, dw, lr), update(b, db, lr)
        updates += 1
    return w, b, updates


def stochastic_epoch(X, y, w, b, lr):
    for i in range(len(y)):
        dw, db = mean_gradient(X[i:i + 1], y[i:i + 1], w, b)
        w, b = update(w, dw, lr), update(b, db, lr)
    return w, b, len(y)
