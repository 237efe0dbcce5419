import type { LabField } from '../../src/protocol/lab';

/** Whose field it is, where the file's path does not say so. */
export interface FieldOwner {
  /** Of the optimizer or the layer. */
  readonly type: string;
  /** Of the optimizer. */
  readonly dialect?: string;
  /** Of the optimizer's learning rate; empty for a constant one. */
  readonly schedule?: string;
}

/** Values that are words of their own, by the field that they are chosen in. */
const CHOSEN: Readonly<Record<string, string>> = { activation: 'activation', initializer: 'initializer', generate: 'generator', loss: 'lossFunction' };

/** The names by which the host knows what a field means, and, where its value is a word of its own, what that means. */
export function fieldTerms({ path, name, value }: LabField, owner?: FieldOwner): string {
  // A variant writes to a pointer within a pointer.
  const places = path.replace(/^\/variants\/\d+\/set\//, '').replaceAll('~1', '/').replaceAll('~0', '~').split('/').filter((part) => part !== '' && part !== '-' && !/^\d+$/.test(part));
  if (places[0] === 'optimizers' && owner) return optimizerTerms(places, name, value, owner);
  const own = places[0] === 'model' && places[1] === 'layers' && owner ? `layer.${owner.type}.${name}` : `field.${places.join('.')}`;
  const kind = CHOSEN[name];
  return kind !== undefined && typeof value === 'string' && /^\w+$/.test(value) ? `${own} ${kind}.${value}` : own;
}

function optimizerTerms(places: readonly string[], name: string, value: unknown, { type, dialect, schedule }: FieldOwner): string {
  if (name === 'type') return `optimizer.${type}`;
  if (name === 'dialect') return 'field.optimizers.dialect';
  if (name === 'schedule' && places[1] === 'learningRate') return schedule ? `schedule.${schedule}` : 'learningRate';
  if (places[1] === 'learningRate' && places.length > 2 && schedule) return `schedule.${schedule}.${name}`;
  return [`optimizer.${type}.${name}`, dialect].filter(Boolean).join('.');
}

/** The owner that an optimizer's own fields tell of. */
export function ownerOf(type: string, fields: readonly LabField[]): FieldOwner {
  const valueOf = (name: string): string => String(fields.find((field) => field.name === name)?.value ?? '');
  const schedule = valueOf('schedule');
  return { type, dialect: valueOf('dialect'), schedule: schedule === 'constant' ? '' : schedule };
}
