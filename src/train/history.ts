import type { EpochRecord, TrainState } from './state.ts'

/**
 * The history of a run while it goes on. Records are added to one list, and a state sees as much of it as there was at its
 * time: a copy for each epoch would make a run quadratic in their number.
 */
export interface Log {
  readonly length: () => number
  readonly push: (record: EpochRecord) => void
  /** The records so far; later ones do not appear in it. */
  readonly now: () => readonly EpochRecord[]
}

/** What Node's REPL and console print. */
const INSPECT = Symbol.for('nodejs.util.inspect.custom')

/** The index that a key stands for, below a length; −1 for any other key. */
const indexOf = (key: string | symbol, length: number): number => {
  if (typeof key === 'symbol') return -1
  const index = Number(key)
  return Number.isInteger(index) && index >= 0 && index < length && String(index) === key ? index : -1
}

const refuse = (): boolean => false

/** How a view is copied: reading it record by record takes many times as long. */
const copies = new WeakMap<readonly EpochRecord[], () => readonly EpochRecord[]>()

/** The first records of a list that grows, as a frozen array. */
const viewOf = (records: readonly EpochRecord[], length: number): readonly EpochRecord[] => {
  const copy = (): readonly EpochRecord[] => records.slice(0, length)
  const view = readOnly(records, length, copy)
  copies.set(view, copy)
  return view
}

const readOnly = (
  records: readonly EpochRecord[],
  length: number,
  copy: () => readonly EpochRecord[]
): readonly EpochRecord[] => {
  const target: readonly EpochRecord[] = Object.defineProperty([], INSPECT, { value: copy, configurable: true })
  return new Proxy(target, {
    get: (array, key) => {
      if (key === 'length') return length
      const index = indexOf(key, length)
      return index < 0 ? (Reflect.get(array, key) as unknown) : records[index]
    },
    has: (array, key) => indexOf(key, length) >= 0 || Reflect.has(array, key),
    ownKeys: () => [...Array.from({ length }, (_, i) => String(i)), 'length'],
    getOwnPropertyDescriptor: (array, key) => {
      if (key === 'length') return { value: length, writable: true, enumerable: false, configurable: false }
      const index = indexOf(key, length)
      return index < 0
        ? Reflect.getOwnPropertyDescriptor(array, key)
        : { value: records[index], writable: false, enumerable: true, configurable: true }
    },
    set: refuse,
    defineProperty: refuse,
    deleteProperty: refuse,
    preventExtensions: refuse,
    setPrototypeOf: refuse
  })
}

/** A frozen record: the record itself when it is frozen already. */
const frozen = (record: EpochRecord): EpochRecord =>
  Object.isFrozen(record) ? record : Object.freeze<EpochRecord>({ ...record })

/** A log that goes on from a history, whose records stay the caller's own. */
export const logFrom = (history: readonly EpochRecord[]): Log => {
  const records = history.map(frozen)
  return {
    length: () => records.length,
    push: (record) => {
      records.push(record)
    },
    now: () => viewOf(records, records.length)
  }
}

/** A state as it is answered: its history is an array of its own. */
export const settled = <P, St>({ history, ...parts }: TrainState<P, St>): TrainState<P, St> => ({
  ...parts,
  history: copies.get(history)?.() ?? [...history]
})
