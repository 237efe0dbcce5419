"""Small files of the formats as numpy and Python write them, and what numpy reads from the one that GDExp wrote.

python3 test/unit/loaders/make_fixtures.py, after writeNpz.test.ts has written fixtures/ours.npz
"""
import gzip
import json
import os
import struct

import numpy as np

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'fixtures')


def place(name):
    return os.path.join(FOLDER, name)


generator = np.random.default_rng(0)
arrays = {
    'f8': generator.normal(size=(3, 4)),
    'f4': generator.normal(size=(2, 3, 2)).astype(np.float32),
    'big_f8': generator.normal(size=5).astype('>f8'),
    'big_i2': np.array([-2, 300, 7], dtype='>i2'),
    'i1': np.array([-128, 127], dtype=np.int8),
    'i2': np.array([[-30000, 30000]], dtype=np.int16),
    'i4': np.array([-2**31, 2**31 - 1], dtype=np.int32),
    'i8': np.array([-2**53 + 1, 2**53 - 1, 5], dtype=np.int64),
    'u1': generator.integers(0, 256, size=(2, 3, 3), dtype=np.uint8),
    'u2': np.array([65535], dtype=np.uint16),
    'u4': np.array([2**32 - 1, 0], dtype=np.uint32),
    'u8': np.array([2**53 - 1], dtype=np.uint64),
    'bool': np.array([True, False, True]),
    'fortran': np.asfortranarray(np.arange(24.0).reshape(2, 3, 4)),
    'scalar': np.array(2.5),
    'empty': np.zeros((0, 3)),
}
np.savez(place('stored.npz'), **arrays)
np.savez_compressed(place('deflated.npz'), **arrays, zeros=np.zeros((100, 100)))
np.savez(place('objects.npz'), x=np.array([{}, None], dtype=object), y=np.arange(2), huge=np.array([2**60], dtype=np.int64), long=np.zeros(2, dtype=np.longdouble), name=np.array(['a', 'b']))
expected = {name: {'shape': list(array.shape), 'values': np.asarray(array, dtype=np.float64).ravel(order='C').tolist()} for name, array in arrays.items()}


class Pipe:
    """A file that is only written forward: numpy then writes sizes behind the members."""

    def __init__(self, name):
        self.file = open(place(name), 'wb')

    def write(self, content):
        return self.file.write(content)

    def flush(self):
        self.file.flush()

    def read(self):  # numpy takes what has this for a file
        raise OSError


for name, save in {'streamed.npz': np.savez, 'streamedDeflated.npz': np.savez_compressed}.items():
    pipe = Pipe(name)
    save(pipe, **arrays)
    pipe.file.close()
# Every seventh number of 16 bits, and numpy's idea of them in 32; the edges of its range, the other way round too.
every = np.arange(0, 65536, 7, dtype=np.uint16).view(np.float16)
edges = np.array([[0, -0.0, 1, -2], [65504, -65504, 2**-24, 2**-14], [2**-14 - 2**-24, 0.1, np.inf, -np.inf]], dtype=np.float16)
np.savez_compressed(place('half.npz'), every=every, every32=every.astype(np.float32), edges=edges, edges32=edges.astype(np.float32), big=edges.astype('>f2'))

pictures = generator.integers(0, 256, size=(4, 3, 2), dtype=np.uint8)
labels = np.array([3, 0, 9, 1], dtype=np.uint8)
images_idx = struct.pack('>BBBB3I', 0, 0, 8, 3, *pictures.shape) + pictures.tobytes()
labels_idx = struct.pack('>BBBBI', 0, 0, 8, 1, 4) + labels.tobytes()
floats_idx = struct.pack('>BBBBI', 0, 0, 0x0E, 1, 3) + np.array([1.5, -2.25, 1e300], dtype='>f8').tobytes()
for name, content in {'images-idx3-ubyte': images_idx, 'labels-idx1-ubyte': labels_idx, 'floats-idx1-double': floats_idx}.items():
    with open(place(name), 'wb') as file:
        file.write(content)
    with open(place(name + '.gz'), 'wb') as file:
        file.write(gzip.compress(content, mtime=0))
expected['idx'] = {'images': pictures.ravel().tolist(), 'labels': labels.tolist()}

if os.path.exists(place('ours.npz')):
    with np.load(place('ours.npz')) as ours:
        expected['ours'] = {name: {'dtype': ours[name].dtype.str, 'shape': list(ours[name].shape), 'values': ours[name].ravel().tolist()} for name in ours.files}

with open(place('expected.json'), 'w') as file:
    json.dump(expected, file)
