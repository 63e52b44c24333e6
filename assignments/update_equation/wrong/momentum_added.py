"""The steps of your mini-batch epoch also carry 0.9 of the step before. Did you add momentum? That is another method:
here each step is lr times the gradient of its own mini-batch.
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
    updates, speed_w, speed_b = 0, 0.0, 0.0
    for start in range(0, len(y), batch_size):
        dw, db = mean_gradient(X[start:start + batch_size], y[start:start + batch_size], w, b)
        speed_w, speed_b = 0.9 * speed_w + dw, 0.9 * speed_b + db
        w, b = update(w, speed_w, lr), update(b, speed_b, lr)
        updates += 1
    return w, b, updates


def stochastic_epoch(X, y, w, b, lr):
    for i in range(len(y)):
        dw, db = mean_gradient(X[i:i + 1], y[i:i + 1], w, b)
        w, b = update(w, dw, lr), update(b, db, lr)
    return w, b, len(y)
