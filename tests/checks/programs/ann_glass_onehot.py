import numpy as np

np.random.seed(42)

# three clouds of points, 700 of each class
cat_images = np.random.randn(700, 2) + np.array([0, -3])
mouse_images = np.random.randn(700, 2) + np.array([3, 3])
dog_images = np.random.randn(700, 2) + np.array([-3, 3])


class GlassNN:
    def __init__(self, X, one_hot_labels, epochs):
        self.X = X
        self.one_hot_labels = one_hot_labels
        self.instances = self.X.shape[0]
        self.attributes = self.X.shape[1]
        self.hidden_nodes = 4
        self.output_labels = 3
        self.hidden_weights = np.random.rand(self.attributes, self.hidden_nodes)
        self.bias_hidden = np.random.randn(self.hidden_nodes)
        self.output_weights = np.random.rand(self.hidden_nodes, self.output_labels)
        self.bias_output = np.random.randn(self.output_labels)
        self.learning_rate = 0.0005
        self.error_cost = []
        self.epochs = epochs

    def sigmoid(self, x):
        return 1 / (1 + np.exp(-x))

    def sigmoid_derivative(self, x):
        return self.sigmoid(x) * (1 - self.sigmoid(x))

    def softmax(self, A):
        expA = np.exp(A - A.max(axis=1, keepdims=True))
        return expA / expA.sum(axis=1, keepdims=True)

    def feedforward(self, X):
        self.z_hidden = np.dot(X, self.hidden_weights) + self.bias_hidden
        self.a_hidden = self.sigmoid(self.z_hidden)
        self.z_output = np.dot(self.a_hidden, self.output_weights) + self.bias_output
        return self.softmax(self.z_output)

    def train(self):
        for epoch in range(self.epochs):
            output = self.feedforward(self.X)

            ########## Back Propagation

            # output layer
            output_cost = output - self.one_hot_labels
            output_weights_cost = np.dot(self.a_hidden.T, output_cost)
            self.output_weights -= self.learning_rate * output_weights_cost
            self.bias_output -= self.learning_rate * output_cost.sum(axis=0)

            # hidden layer
            hidden_cost = np.dot(output_cost, self.output_weights.T) * self.sigmoid_derivative(self.z_hidden)
            hidden_weights_cost = np.dot(self.X.T, hidden_cost)

            self.hidden_weights -= self.learning_rate * hidden_weights_cost
            self.bias_hidden -= self.learning_rate * hidden_cost.sum(axis=0)

            if epoch % 200 == 0:
                loss = np.sum(-self.one_hot_labels * np.log(output + 1e-12))
                print('Loss function value: ', loss)
                self.error_cost.append(loss)

    def predict(self, X):
        return np.argmax(self.feedforward(X), axis=1)


if __name__ == '__main__':
    feature_set = np.vstack([cat_images, mouse_images, dog_images])
    labels = np.array([0] * 700 + [1] * 700 + [2] * 700)
    one_hot_labels = np.zeros((2100, 3))
    for i in range(2100):
        one_hot_labels[i, labels[i]] = 1

    nn = GlassNN(feature_set, one_hot_labels, epochs=1001)
    nn.train()
    print('training accuracy', np.mean(nn.predict(feature_set) == labels))
