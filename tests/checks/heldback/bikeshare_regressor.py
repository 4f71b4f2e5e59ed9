import sys

import numpy as np
import pandas as pd


class BikeNet(object):
    def __init__(self, input_nodes, hidden_nodes, output_nodes, learning_rate):
        # Set number of nodes in input, hidden and output layers.
        self.input_nodes = input_nodes
        self.hidden_nodes = hidden_nodes
        self.output_nodes = output_nodes

        # Initialize weights
        self.weights_input_to_hidden = np.random.normal(0.0, self.input_nodes**-0.5,
                                                        (self.input_nodes, self.hidden_nodes))
        self.weights_hidden_to_output = np.random.normal(0.0, self.hidden_nodes**-0.5,
                                                         (self.hidden_nodes, self.output_nodes))
        self.lr = learning_rate

        # tanh form of the logistic function, does not overflow
        self.activation_function = lambda x: 0.5 * (1 + np.tanh(0.5 * x))

    def train(self, features, targets):
        ''' Train the network on batch of features and targets.

            features: 2D array, each row is one data record, each column is a feature
            targets: 1D array of target values
        '''
        n_records = features.shape[0]
        delta_weights_i_h = np.zeros(self.weights_input_to_hidden.shape)
        delta_weights_h_o = np.zeros(self.weights_hidden_to_output.shape)
        for X, y in zip(features, targets):
            ### Forward pass ###
            final_outputs, hidden_outputs = self.forward_pass_train(X)
            ### Backward pass ###
            delta_weights_i_h, delta_weights_h_o = self.backpropagation(
                final_outputs, hidden_outputs, X, y, delta_weights_i_h, delta_weights_h_o)
        self.update_weights(delta_weights_i_h, delta_weights_h_o, n_records)

    def forward_pass_train(self, X):
        hidden_inputs = np.dot(X, self.weights_input_to_hidden)
        hidden_outputs = self.activation_function(hidden_inputs)

        final_inputs = np.dot(hidden_outputs, self.weights_hidden_to_output)
        final_outputs = final_inputs
        return final_outputs, hidden_outputs

    def backpropagation(self, final_outputs, hidden_outputs, X, y, delta_weights_i_h, delta_weights_h_o):
        error = y - final_outputs

        # the output unit is linear, f'(x) = 1
        output_error_term = error * 1.0

        hidden_error = np.dot(self.weights_hidden_to_output, output_error_term)
        hidden_error_term = hidden_error * hidden_outputs * (1 - hidden_outputs)

        delta_weights_i_h += hidden_error_term * X[:, None]
        delta_weights_h_o += output_error_term * hidden_outputs[:, None]
        return delta_weights_i_h, delta_weights_h_o

    def update_weights(self, delta_weights_i_h, delta_weights_h_o, n_records):
        self.weights_hidden_to_output += self.lr * delta_weights_h_o / n_records
        self.weights_input_to_hidden += self.lr * delta_weights_i_h / n_records

    def run(self, features):
        ''' Run a forward pass through the network with input features '''
        hidden_inputs = np.dot(features, self.weights_input_to_hidden)
        hidden_outputs = self.activation_function(hidden_inputs)

        final_outputs = np.dot(hidden_outputs, self.weights_hidden_to_output)
        return final_outputs


def MSE(y, Y):
    return np.mean((y - Y)**2)


#########################################################
# Set your hyperparameters here
##########################################################
iterations = 1500
learning_rate = 0.5
hidden_nodes = 12
output_nodes = 1


def load_rides(path='Bike-Sharing-Dataset/hour.csv'):
    rides = pd.read_csv(path)
    dummy_fields = ['season', 'weathersit', 'mnth', 'hr', 'weekday']
    for each in dummy_fields:
        dummies = pd.get_dummies(rides[each], prefix=each, drop_first=False)
        rides = pd.concat([rides, dummies], axis=1)
    fields_to_drop = ['instant', 'dteday', 'season', 'weathersit',
                      'weekday', 'atemp', 'mnth', 'workingday', 'hr', 'casual', 'registered']
    return rides.drop([f for f in fields_to_drop if f in rides.columns], axis=1).astype(float)


def scale(train, test, quant_features=('cnt', 'temp', 'hum', 'windspeed')):
    ''' Standardize the continuous columns with the statistics of the training hours '''
    train, test = train.copy(), test.copy()
    scaled_features = {}
    for each in quant_features:
        mean, std = train[each].mean(), train[each].std()
        scaled_features[each] = [mean, std]
        train.loc[:, each] = (train[each] - mean) / std
        test.loc[:, each] = (test[each] - mean) / std
    return train, test, scaled_features


def main():
    np.random.seed(21)
    data = load_rides()

    # the last 21 days are the test hours
    train_data, test_data, scaled_features = scale(data[:-21 * 24], data[-21 * 24:])
    features, targets = train_data.drop('cnt', axis=1), train_data['cnt']
    test_features, test_targets = test_data.drop('cnt', axis=1), test_data['cnt']

    # hold out 60 days of the remaining data as a validation set
    train_features, train_targets = features[:-60 * 24], targets[:-60 * 24]
    val_features, val_targets = features[-60 * 24:], targets[-60 * 24:]

    network = BikeNet(train_features.shape[1], hidden_nodes, output_nodes, learning_rate)
    losses = {'train': [], 'validation': []}
    for ii in range(iterations):
        # Go through a random batch of 128 records from the training data set
        batch = np.random.choice(len(train_features), size=128)
        X, y = train_features.iloc[batch].values, train_targets.iloc[batch].values
        network.train(X, y)

        if ii % 100 == 0:
            train_loss = MSE(network.run(train_features.values)[:, 0], train_targets.values)
            val_loss = MSE(network.run(val_features.values)[:, 0], val_targets.values)
            sys.stdout.write("\rProgress: {:2.1f}% ... Training loss: {:.3f} ... Validation loss: {:.3f}".format(
                100 * ii / float(iterations), train_loss, val_loss))
            losses['train'].append(train_loss)
            losses['validation'].append(val_loss)
    print()

    mean, std = scaled_features['cnt']
    predictions = network.run(test_features.values)[:, 0] * std + mean
    print("test RMSE in bikes: %.1f" % np.sqrt(MSE(predictions, test_targets.values * std + mean)))


if __name__ == '__main__':
    main()
