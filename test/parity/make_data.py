"""What scikit-learn makes, scales and splits, for test/unit/data. python3 test/parity/make_data.py"""
import csv
import json
import os

import numpy as np
import sklearn
from sklearn.datasets import make_circles, make_moons
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.preprocessing import MinMaxScaler, PolynomialFeatures, StandardScaler

HERE = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(HERE, '..', '..', 'examples', 'data', 'wine.csv')) as file:
    wine = np.array([[float(cell) for cell in row] for row in list(csv.reader(file))[1:]])

training = wine[:100, :13]
standard = StandardScaler().fit(training)
minmax = MinMaxScaler().fit(training)
labels = [0] * 7 + [1] * 5 + [2] * 3


def points(made):
    x, y = made
    return {'x': x.ravel().tolist(), 'y': y.tolist()}


dump = {
    'sklearn': sklearn.__version__,
    'moons': points(make_moons(7, shuffle=False)),
    'circles': points(make_circles(9, shuffle=False, factor=0.5)),
    'wine': {
        'standardized': standard.transform(wine[:, :13])[[0, 99, 150]].tolist(),
        'minMax': minmax.transform(wine[:, :13])[[0, 99, 150]].tolist(),
    },
    'powers': PolynomialFeatures(4, include_bias=False).fit_transform([[2.0], [-0.5]]).tolist(),
    'kFold': [test.tolist() for _, test in KFold(4).split(range(11))],
    'stratifiedCounts': [np.bincount(np.array(labels)[test], minlength=3).tolist() for _, test in StratifiedKFold(3).split(labels, labels)],
}
with open(os.path.join(HERE, 'dumps', 'data.json'), 'w') as file:
    json.dump(dump, file)
