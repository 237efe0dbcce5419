/** The changes of a network's layers that the panel makes, as pointer edits. */
import type { LabLayer, LabModel } from '../../src/protocol/lab';
import type { PointerEdit } from '../state/edit';

/** What a new layer of a type needs beside its type to be one. */
const NEEDED: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  dense: { units: 16, activation: 'relu' },
  conv2d: { filters: 8, kernel: 3, activation: 'relu' },
  conv1d: { filters: 8, kernel: 3, activation: 'relu' },
  dropout: { rate: 0.2 },
  gaussianNoise: { stddev: 0.1 },
  activation: { activation: 'relu' },
};

/** The list that the layers stand in; null where some stand elsewhere (a variant writes one of them): then they can't change places. */
export function layerList(model: LabModel): string | null {
  const lists = new Set(model.layers.map(({ path }) => path.replace(/\/\d+$/, '')));
  const contiguous = model.layers.every((layer, place) => layer.path.endsWith(`/${place}`));
  return lists.size === 1 && contiguous ? [...lists][0] : null;
}

/** What the file says of a layer; defaults stay unwritten. */
export function writtenLayer(layer: LabLayer): Record<string, unknown> {
  return { type: layer.type, ...Object.fromEntries(layer.fields.filter((field) => !field.isDefault).map((field) => [field.name, field.value])) };
}

/** The list with a layer put at a place: those behind it move down by one, the last comes to the end. */
function inserted(model: LabModel, list: string, value: unknown, place: number): PointerEdit[] {
  const written = model.layers.map(writtenLayer);
  const next = [...written.slice(0, place), value, ...written.slice(place)];
  return [
    ...next.slice(0, -1).flatMap((layer, index) => (layer === written[index] ? [] : [{ path: `${list}/${index}`, value: layer }])),
    { path: `${list}/-`, value: next[next.length - 1] },
  ];
}

/** A new layer before the last one, whose size is that of the targets. */
export function addLayer(model: LabModel, type: string): PointerEdit[] {
  const list = layerList(model);
  return list === null ? [] : inserted(model, list, { type, ...NEEDED[type] }, Math.max(0, model.layers.length - 1));
}

/** The same layer once more, behind itself; without its name, which must be its own. */
export function duplicateLayer(model: LabModel, index: number): PointerEdit[] {
  const list = layerList(model);
  const { name: _, ...copy } = writtenLayer(model.layers[index]);
  return list === null ? [] : inserted(model, list, copy, index + 1);
}

export function deleteLayer(layer: LabLayer): PointerEdit[] {
  return [{ path: layer.path, value: undefined }];
}

/** The layer at another place; those between move by one. */
export function moveLayer(model: LabModel, from: number, to: number): PointerEdit[] {
  const list = layerList(model);
  if (list === null || from === to || to < 0 || to >= model.layers.length) return [];
  const next = model.layers.map(writtenLayer);
  const [moved] = next.splice(from, 1);
  next.splice(to, 0, moved);
  const written = model.layers.map(writtenLayer);
  return next.flatMap((layer, index) => (JSON.stringify(layer) === JSON.stringify(written[index]) ? [] : [{ path: `${list}/${index}`, value: layer }]));
}
