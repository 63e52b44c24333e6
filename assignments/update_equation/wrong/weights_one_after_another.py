"""You update the weights one after another, and every later weight already sees the earlier ones moved. The
first weight is right, the others are off by a little that grows with the learning rate. Finish the whole
gradient before any weight moves.
"""

def update(parameter, gradient, lr):
    return parameter - lr * gradient


def mean_gradient(X, y, w, b):
    residuals = X @ w + b - y
    return X.T @ residuals / len(y), residuals.mean()


def batch_epoch(X, y, w, b, lr):
    return minibatch_epoch(X, y, w, b, lr, len(y))


def minibatch_epoch(X, y, w, b, lr, batch_size):
    w = w.copy()
    updates = 0
    for start in range(0, len(y), batch_size):
        X_part, y_part = X[start:start + batch_size], y[start:start + batch_size]
        for j in range(len(w)):
            w[j] = update(w[j], mean_gradient(X_part, y_part, w, b)[0][j], lr)
        b = update(b, mean_gradient(X_part, y_part, w, b)[1], lr)
        updates += 1
    return w, b, updates


def stochastic_epoch(X, y, w, b, lr):
    return minibatch_epoch(X, y, w, b, lr, 1)
