"""The number of your updates is right, but all gradients of an epoch are taken at the parameters from its start. Do
you keep the old w and b for the gradients? Each mini-batch starts from the parameters that the update before has
left.
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
    new_w, new_b, updates = w, b, 0
    for start in range(0, len(y), batch_size):
        dw, db = mean_gradient(X[start:start + batch_size], y[start:start + batch_size], w, b)
        new_w, new_b = update(new_w, dw, lr), update(new_b, db, lr)
        updates += 1
    return new_w, new_b, updates


def stochastic_epoch(X, y, w, b, lr):
    return minibatch_epoch(X, y, w, b, lr, 1)
