import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { areFinite } from '../kernel/finite.ts'
import * as kinds from '../kinds/index.ts'
import type { Params } from '../params/tree.ts'
import { isKey, type Key } from '../random/index.ts'
import { key as seeded } from '../random/key.ts'
import { type Dims, sameDims, showDims } from '../tensor/dims.ts'
import { showGiven } from '../tensor/errors.ts'
import { isSettings, notKnown } from '../tensor/given.ts'
import { dimsOf, isTensor, type Tensor, valuesOf } from '../tensor/tensor.ts'
import { type Fault, guarded } from './error.ts'
import { isOwn, lastEpoch } from './history.ts'
import { isMark } from './mark.ts'
import { type EpochRecord, start, type State, type Task } from './state.ts'
import { faultsIn } from './validate.ts'

/** Whether a state is one of a problem: its tensors are held against those that `start` makes, by path. */

/** What a tree of tensors must look like. */
type Expected =
  | { readonly _tag: 'Tensor'; readonly dims: Dims; readonly finite: boolean }
  | { readonly _tag: 'List'; readonly items: readonly Expected[] }
  | { readonly _tag: 'Record'; readonly items: Readonly<Record<string, Expected>> }

type Trees = Readonly<Record<'params' | 'modelState' | 'optimizerState', Expected>>

const expectedOf = (tree: unknown): Expected =>
  isTensor(tree)
    ? { _tag: 'Tensor', dims: dimsOf(tree), finite: areFinite(valuesOf('fit', tree)) }
    : Array.isArray(tree)
      ? { _tag: 'List', items: tree.map(expectedOf) }
      : {
          _tag: 'Record',
          items: Object.fromEntries(Object.entries(tree as object).map(([key, part]) => [key, expectedOf(part)]))
        }

const need = (expected: Expected): string =>
  expected._tag === 'Tensor'
    ? `a tensor of shape ${showDims(expected.dims)}`
    : expected._tag === 'List'
      ? `a list of ${expected.items.length}`
      : `a record of ${Object.keys(expected.items).join(', ') || 'nothing'}`

const got = (value: unknown): string =>
  isTensor(value)
    ? `a tensor of shape ${showDims(dimsOf(value))}`
    : Array.isArray(value)
      ? `a list of ${value.length}`
      : isSettings(value)
        ? `a record of ${Object.keys(value).join(', ') || 'nothing'}`
        : showGiven(value)

/** The first number of a tensor that is not finite. */
const numberFaults = (path: string, x: Tensor): readonly Fault[] => {
  const values = valuesOf('fit', x)
  if (areFinite(values)) return []
  const at = values.findIndex((value) => !Number.isFinite(value))
  return [{ path, message: `needs finite numbers, got ${values[at]} at position ${at}` }]
}

/**
 * Every place at which a tree is not what is expected. With `finite`, numbers must be finite where those that `start` makes
 * are.
 */
const treeFaults = (path: string, expected: Expected, tree: unknown, finite: boolean): readonly Fault[] => {
  const needs: readonly Fault[] = [{ path, message: `needs ${need(expected)}, got ${got(tree)}` }]
  if (tree === undefined) return [{ path, message: `is missing; needs ${need(expected)}` }]
  if (expected._tag === 'Tensor')
    return isTensor(tree) && sameDims(dimsOf(tree), expected.dims)
      ? finite && expected.finite
        ? numberFaults(path, tree)
        : []
      : needs
  if (expected._tag === 'List')
    return Array.isArray(tree) && tree.length === expected.items.length
      ? expected.items.flatMap((item, i) => treeFaults(`${path}[${i}]`, item, tree[i], finite))
      : needs
  if (!isSettings(tree)) return needs
  const { items } = expected
  return [
    ...Object.keys(tree).flatMap((key) =>
      Object.hasOwn(items, key) ? [] : [{ path: `${path}.${key}`, message: notKnown(Object.keys(items)) }]
    ),
    ...Object.entries(items).flatMap(([key, item]) =>
      treeFaults(`${path}.${key}`, item, Object.hasOwn(tree, key) ? tree[key] : undefined, finite)
    )
  ]
}

/** What `start` makes, or the fault of the part that threw. @internal */
export const startOf = ({ model, optimizer }: Task, key: Key): E.Either<Fault, State> =>
  pipe(
    guarded('model', (): State => start({ model: model as never, optimizer: { ...optimizer, init: () => [] } })(key)),
    E.chain((state) =>
      pipe(
        guarded('optimizer', () => optimizer.init(state.params as Params)),
        E.map((optimizerState) => ({ ...state, optimizerState }))
      )
    )
  )

// What `start` makes has the same structure and shapes whatever the key, so it is made once.
const trees = new WeakMap<object, WeakMap<object, Trees>>()

const treesOf = (problem: Task): E.Either<Fault, Trees> => {
  const { model, optimizer } = problem
  const ofModel = trees.get(model) ?? new WeakMap<object, Trees>()
  const held = ofModel.get(optimizer)
  if (held !== undefined) return E.right(held)
  return pipe(
    startOf(problem, seeded(0)),
    E.chain(({ params, modelState, optimizerState }) =>
      pipe(
        E.Do,
        E.apS(
          'params',
          guarded('model', () => expectedOf(params))
        ),
        E.apS(
          'modelState',
          guarded('model', () => expectedOf(modelState))
        ),
        E.apS(
          'optimizerState',
          guarded('optimizer', () => expectedOf(optimizerState))
        )
      )
    ),
    E.map((found) => {
      trees.set(model, ofModel.set(optimizer, found))
      return found
    })
  )
}

/** A record that is none, or out of order. One of a history that training made is neither. */
const recordFaults = (history: readonly unknown[]): readonly Fault[] => {
  const isLine = (record: unknown): record is EpochRecord =>
    isSettings(record) &&
    typeof record['epoch'] === 'number' &&
    typeof record['loss'] === 'number' &&
    Object.values(record).every((figure) => figure === undefined || typeof figure === 'number')
  const path = (index: number): string => `state.history[${index}]`
  const wrong = history.findIndex((record) => !isLine(record))
  if (wrong >= 0)
    return [
      {
        path: path(wrong),
        message: `needs the figures of an epoch as numbers, { epoch, loss, … }, got ${got(history[wrong])}`
      }
    ]
  const epochs = (history as readonly EpochRecord[]).map(({ epoch }) => epoch)
  const late = epochs.findIndex((epoch, i) => !(epoch > (epochs[i - 1] ?? -Infinity)))
  return late < 0
    ? []
    : [{ path: path(late), message: `needs an epoch after ${epochs[late - 1] ?? 'none'}, got ${epochs[late]}` }]
}

/** Whether an epoch is after that of a state; one that is not a number is a fault of its own. */
const isAfter = (epoch: number, { epoch: now }: { readonly epoch: unknown }): boolean =>
  typeof now === 'number' && epoch > now

const historyFaults = (state: State): readonly Fault[] => {
  if (!isOwn(state)) {
    const { history } = state
    const faults = Array.isArray(history)
      ? recordFaults(history)
      : [{ path: 'state.history', message: `needs an array, got ${got(history)}` }]
    if (faults.length > 0) return faults
  }
  const last = lastEpoch(state)
  return isAfter(last, state)
    ? [{ path: 'state.epoch', message: `is ${state.epoch}, and the history goes on to epoch ${last}; it may be empty` }]
    : []
}

const markFaults = (state: State): readonly Fault[] => {
  const { trainedOn, epoch } = state
  return trainedOn === undefined || (isMark(trainedOn) && !isAfter(trainedOn.since, state))
    ? []
    : [
        {
          path: 'state.trainedOn',
          message: `needs { data, since }, as training gives it, with an epoch of at most ${showGiven(epoch)}, got ${got(trainedOn)}`
        }
      ]
}

const stateSettings = kinds.settings('state', {
  // trees, the history and the mark are looked at one by one
  params: kinds.anything,
  modelState: kinds.anything,
  optimizerState: kinds.anything,
  epoch: kinds.index,
  step: kinds.index,
  key: kinds.kind<Key>('a random key', isKey),
  history: kinds.anything,
  trainedOn: [kinds.anything, undefined],
  notCompiled: [kinds.anything, undefined]
})

/** Every fault of a state for a problem; a fault of the model itself when it cannot begin one. @internal */
export const stateFaults = (problem: Task, from: State): E.Either<readonly Fault[], readonly Fault[]> => {
  if (!isSettings(from) || isKey(from))
    return E.right([
      {
        path: 'state',
        message: `needs a state such as train.start gives, got ${isKey(from) ? 'a random key; begin with train.start(problem)(key)' : got(from)}`
      }
    ])
  const { params, modelState, optimizerState } = from
  return pipe(
    treesOf(problem),
    E.bimap(
      (fault) => [fault],
      (expected) => [
        // parameters that are not finite are told as `Diverged`, at the first step
        ...treeFaults('state.params', expected.params, params, false),
        ...treeFaults('state.modelState', expected.modelState, modelState, true),
        ...treeFaults('state.optimizerState', expected.optimizerState, optimizerState, true),
        ...faultsIn('state', stateSettings, from),
        ...historyFaults(from),
        ...markFaults(from)
      ]
    )
  )
}
