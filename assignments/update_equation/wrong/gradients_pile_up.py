"""In your mini-batch epoch each step uses the sum of all gradients so far. Is the sum of the mini-batch set back to 0
only before the loop? Each step uses the gradient of its own mini-batch.
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
    updates, sum_w, sum_b = 0, 0.0, 0.0
    for start in range(0, len(y), batch_size):
        dw, db = mean_gradient(X[start:start + batch_size], y[start:start + batch_size], w, b)
        sum_w, sum_b = sum_w + dw, sum_b + db
        w, b = update(w, sum_w, lr), update(b, sum_b, lr)
        updates += 1
    return w, b, updates


def stochastic_epoch(X, y, w, b, lr):
    for i in range(len(y)):
        dw, db = mean_gradient(X[i:i + 1], y[i:i + 1], w, b)
        w, b = update(w, dw, lr), update(b, db, lr)
    return w, b, len(y)
