import type * as E from 'fp-ts/lib/Either.js'
import { type Fault, guarded } from './error.ts'
import { begun, type HistoryRule, type RuleProgress } from './rule.ts'
import type { EpochRecord, State } from './state.ts'

/**
 * The history of a run while it goes on. Records are added to one list, and a state sees as much of it as there was at its
 * time, in the run and in those that go on from it: a copy for each epoch would make training quadratic in their number.
 */
export interface Log {
  readonly length: () => number
  readonly push: (record: EpochRecord) => void
  /** The records so far, from an index on; later ones do not appear in it. */
  readonly now: (first?: number) => readonly EpochRecord[]
  /** The index of the first record after an epoch. */
  readonly after: (epoch: number) => number
  readonly source: () => Source
}

/** A list that is only ever added to, and how much of it a history has. */
interface Source {
  readonly records: readonly EpochRecord[]
  readonly length: number
}

/** Histories made here, and states that have one: nobody can write to them, so they are checked and copied no more. */
const sources = new WeakMap<object, Source>()

const sourceOf = (state: Pick<State, 'history'>): Source | undefined =>
  sources.get(state) ?? (typeof (state.history as unknown) === 'object' ? sources.get(state.history) : undefined)

/** Whether a history was made here. */
export const isOwn = (state: Pick<State, 'history'>): boolean => sourceOf(state) !== undefined

/** The last epoch of a history, whether it was made here or not; −∞ where there is none. */
export const lastEpoch = (state: Pick<State, 'history'>): number => {
  const { records, length } = sourceOf(state) ?? { records: state.history, length: state.history.length }
  return records[length - 1]?.epoch ?? -Infinity
}

/** What Node's REPL and console print. */
const INSPECT = Symbol.for('nodejs.util.inspect.custom')

/** The index that a key stands for, below a length; `null` for any other key. */
const indexOf = (key: string | symbol, length: number): number | null => {
  if (typeof key === 'symbol') return null
  const index = Number(key)
  return Number.isInteger(index) && index >= 0 && index < length && String(index) === key ? index : null
}

const refuse = (): boolean => false

/** Some records of a list that grows, as an array that nobody can write to. */
const viewOf = (records: readonly EpochRecord[], first: number, end: number): readonly EpochRecord[] => {
  const length = end - first
  const copy = (): readonly EpochRecord[] => records.slice(first, end)
  const target: readonly EpochRecord[] = Object.defineProperty([], INSPECT, { value: copy, configurable: true })
  return new Proxy(target, {
    get: (array, key) => {
      if (key === 'length') return length
      const index = indexOf(key, length)
      return index === null ? (Reflect.get(array, key) as unknown) : records[first + index]
    },
    has: (array, key) => indexOf(key, length) !== null || Reflect.has(array, key),
    ownKeys: () => [...Array.from({ length }, (_, i) => String(i)), 'length'],
    getOwnPropertyDescriptor: (array, key) => {
      if (key === 'length') return { value: length, writable: true, enumerable: false, configurable: false }
      const index = indexOf(key, length)
      return index === null
        ? Reflect.getOwnPropertyDescriptor(array, key)
        : { value: records[first + index], writable: false, enumerable: true, configurable: true }
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

/** The first index below a count at which something holds that holds from there on. */
const firstFrom = (count: number, holds: (index: number) => boolean): number => {
  let [low, high] = [0, count]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}

/** A log that goes on from the history of a state, whose records stay the caller's own. */
export const logFrom = (state: Pick<State, 'history'>): Log => {
  const source = sourceOf(state)
  let records = (source?.records ?? state.history.map(frozen)) as EpochRecord[]
  let length = source?.length ?? records.length
  return {
    length: () => length,
    push: (record) => {
      // another run has gone on from the same state
      if (records.length > length) records = records.slice(0, length)
      records.push(record)
      length++
    },
    now: (first = 0) => {
      const view = viewOf(records, first, length)
      if (first === 0) sources.set(view, { records, length })
      return view
    },
    after: (epoch) => firstFrom(length, (index) => records[index]!.epoch > epoch),
    source: () => ({ records, length })
  }
}

/** A rule that follows a run: an epoch costs the same however many came before. What it throws is a fault. */
export interface Follower<A> {
  readonly value: () => E.Either<Fault, A>
  readonly next: (record: EpochRecord) => E.Either<Fault, void>
  /** Remembers where the rule has come to, for a run that goes on from here. */
  readonly rest: () => void
}

/** Where a rule has come to, of which history. */
interface Reached extends Source {
  readonly first: number
  readonly progress: RuleProgress<unknown>
}

// Nothing can be observed of it but time: a rule says of the same records what it said before.
const reached = new WeakMap<object, Reached>()

/** A rule on the records from an index on, of which it goes through those that it has not seen before. */
export const follow = <A>(
  path: string,
  rule: HistoryRule<A>,
  log: Log,
  first: number
): E.Either<Fault, Follower<A>> => {
  const history = (): readonly EpochRecord[] => log.now(first)
  const { records, length } = log.source()
  const known = reached.get(rule)
  const goesOn = known?.records === records && known.first === first && known.length <= length
  return guarded(path, () => {
    let progress = goesOn ? (known.progress as RuleProgress<A>) : begun(rule)
    const next = (record: EpochRecord): void => {
      progress = progress.next(record, history)
    }
    for (let i = goesOn ? known.length : first; i < length; i++) next(records[i]!)
    return {
      value: () => guarded(path, () => progress.value()),
      next: (record) => guarded(path, () => next(record)),
      rest: () => {
        reached.set(rule, { ...log.source(), first, progress })
      }
    }
  })
}

/**
 * A state as it is answered: its history is an array of its own, made when it is first looked at, so that a run of one epoch
 * does not cost a copy of all that came before.
 */
export const settled = (state: State): State => {
  const source = sourceOf(state)!
  let made: readonly EpochRecord[] | null = null
  const history = (): readonly EpochRecord[] => {
    if (made !== null) return made
    made = Object.freeze(source.records.slice(0, source.length))
    sources.set(made, source)
    return made
  }
  const answer = Object.defineProperties(
    { ...state },
    {
      history: { get: history, enumerable: true, configurable: false },
      [INSPECT]: { value: () => ({ ...state, history: history() }) }
    }
  )
  sources.set(answer, source)
  return answer
}
