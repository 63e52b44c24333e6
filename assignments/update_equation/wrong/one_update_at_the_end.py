"""Your mini-batch epoch makes one single update, with the mean of the gradients of all mini-batches. Does the update
stand after the loop? It belongs inside: each mini-batch makes a step, and the next one starts from there.
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
    total_dw, total_db, count = 0.0, 0.0, 0
    for start in range(0, len(y), batch_size):
        dw, db = mean_gradient(X[start:start + batch_size], y[start:start + batch_size], w, b)
        total_dw, total_db, count = total_dw + dw, total_db + db, count + 1
    return update(w, total_dw / count, lr), update(b, total_db / count, lr), 1


def stochastic_epoch(X, y, w, b, lr):
    return minibatch_epoch(X, y, w, b, lr, 1)
