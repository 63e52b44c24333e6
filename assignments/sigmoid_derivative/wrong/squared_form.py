"""For very negative z your derivative is nan, while your sigmoid is right. Do you compute exp(−z) / (1 + exp(−z))²?
Both exponentials become inf there. You can write the slope with your own sigmoid, which stays between 0 and 1.
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_derivative(z):
    return np.exp(-z) / (1 + np.exp(-z)) ** 2
