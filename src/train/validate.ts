import * as E from 'fp-ts/lib/Either.js'
import * as kinds from '../kinds/index.ts'
import { programOptions, settingsOf } from '../compile/compile.ts'
import { areFinite } from '../kernel/finite.ts'
import { attempt, showGiven } from '../tensor/errors.ts'
import { isSettings, notKnown, unknownKeys } from '../tensor/given.ts'
import { dimsOf, isTensor, type Tensor, valuesOf } from '../tensor/tensor.ts'
import { sameDims, showDims, sizeOf } from '../tensor/dims.ts'
import type { Fault } from './error.ts'
import { askForMode, directionOf, validationName } from './direction.ts'
import type { HistoryRule } from './rule.ts'
import type { Rows } from './state.ts'
import { type BestSettings, better } from './stopping.ts'

/** Checks made before the first step, all at once: a wrong number found later has already spoiled the parameters. */

const MOST_LISTED = 20

interface Reader {
  readonly faults: (given: unknown) => readonly Fault[]
}

/** The faults of settings that stand at a path, the empty one for those of a call. @internal */
export const faultsIn = (at: string, { faults }: Reader, given: unknown): readonly Fault[] =>
  faults(given).map(({ path, message }) => ({
    path: path === '' ? at || 'settings' : at === '' ? path : `${at}.${path}`,
    message
  }))

/** A fault for each unknown key, which would count as a setting left out. */
const unknownFaults = (path: string, given: object, known: readonly string[]): readonly Fault[] =>
  unknownKeys(given, known).map((key) => ({ path: `${path}.${key}`, message: notKnown(known) }))

const bestFaults = (given: unknown, figures: readonly string[]): readonly Fault[] => {
  if (given === undefined) return []
  const best = kinds.settings('keepBest', { ...better, figure: kinds.oneOf(...figures) })
  const { figure, mode } = (isSettings(given) ? given : {}) as Partial<BestSettings>
  const isUnsaid =
    mode === undefined && figure !== undefined && figures.includes(figure) && directionOf(figure) === null
  return [
    ...faultsIn('keepBest', best, given),
    ...(isUnsaid ? [{ path: 'keepBest.mode', message: askForMode(figure) }] : [])
  ]
}

/** What a rule reads must be taken in every epoch, and its settings must say all. */
const ruleFaults = (path: string, given: unknown, figures: readonly string[]): readonly Fault[] => {
  if (typeof given !== 'function') return []
  const { figures: read, faults } = given as Partial<HistoryRule<unknown>>
  const missing = [...new Set(read ?? [])].filter((figure) => figure !== 'epoch' && !figures.includes(figure))
  return [
    ...missing.map((figure) => ({
      path: `${path}.figure`,
      message: `needs one of ${figures.join(', ')}, got ${showGiven(figure)}`
    })),
    ...(missing.length > 0 ? [] : [...new Set(faults ?? [])].map((message) => ({ path, message })))
  ]
}

/**
 * Names of metrics that would take the place of another figure in the record of an epoch.
 *
 * @internal
 */
export const metricFaults = (metrics: object): readonly Fault[] => {
  const names = Object.keys(metrics)
  return names.flatMap((name) => {
    const path = `metrics.${name}`
    if (name === '' || name === '__proto__') return [{ path, message: 'needs another name' }]
    if (['epoch', 'loss'].includes(name) || /^validation([^a-z]|$)/.test(name))
      return [
        {
          path,
          message: `needs another name: epoch, loss, and what begins with validation, are figures that training names`
        }
      ]
    const twin = names.find((other) => other !== name && validationName(other) === validationName(name))
    return twin === undefined
      ? []
      : [{ path, message: `needs another name: ${validationName(name)} would be that of ${twin} too` }]
  })
}

const compileFaults = (given: unknown): readonly Fault[] => {
  if (!isSettings(given)) return []
  const options = attempt(['ValueError'])(() =>
    settingsOf(Object.fromEntries(Object.entries(given).filter(([name]) => programOptions.includes(name))))
  )
  return [
    ...unknownFaults('compile', given, programOptions),
    ...(E.isRight(options) ? [] : [{ path: 'compile', message: options.left.replace(/^compile: /, '') }])
  ]
}

const rule = kinds.callable<HistoryRule<unknown>>('a function of the history')
const observer = kinds.callable('a function of the state')
const compiling = kinds.kind(
  'true, false or options such as { precision: "single" }',
  (value) => typeof value === 'boolean' || isSettings(value)
)

const compile = [compiling, undefined] as const
const shared = {
  batchSize: kinds.size,
  shuffle: [kinds.yesOrNo, true],
  // data are told of as data
  validation: [kinds.anything, undefined]
} as const

/** The settings of training, of which settings files know some. @internal */
export const trainings = {
  epochs: kinds.settings('epochs', { ...shared, rateFactor: [rule, undefined], compile }),
  fit: kinds.settings('fit', {
    epochs: kinds.index,
    ...shared,
    stop: [rule, undefined],
    rateFactor: [rule, undefined],
    // its faults are told one by one
    keepBest: [kinds.anything, undefined],
    compile,
    observers: [kinds.listOf(observer, 'a list of functions of the state'), undefined]
  })
}

/** @internal */
export const settingsFaults = (
  what: 'fit' | 'epochs',
  settings: unknown,
  figures: (withValidation: boolean) => readonly string[]
): readonly Fault[] => {
  const wrong = faultsIn('', trainings[what], settings)
  if (!isSettings(settings)) return wrong
  const { validation, stop, rateFactor, keepBest, compile } = settings
  const names = figures(validation !== undefined)
  return [
    ...wrong,
    ...ruleFaults('stop', stop, names),
    ...ruleFaults('rateFactor', rateFactor, names),
    ...bestFaults(keepBest, names),
    ...compileFaults(compile)
  ]
}

const position = (name: string, dims: readonly number[], index: number): string => {
  if (dims.length !== 2) return `${name}[${index}]`
  return `${name} row ${Math.floor(index / dims[1]!)}, column ${index % dims[1]!}`
}

const numberFaults = (name: string, x: Tensor): readonly Fault[] => {
  const dims = dimsOf(x)
  const values = valuesOf('fit', x)
  if (areFinite(values)) return []
  const wrong = Array.from(values.keys()).filter((i) => !Number.isFinite(values[i]))
  const listed = wrong.slice(0, MOST_LISTED).map((i) => ({
    path: position(name, dims, i),
    message: `needs a finite number, got ${values[i]}`
  }))
  return wrong.length > MOST_LISTED
    ? [...listed, { path: name, message: `${wrong.length - MOST_LISTED} more numbers are not finite` }]
    : listed
}

const rowFaults = (name: string, x: unknown, example: readonly number[] | null): readonly Fault[] => {
  if (!isTensor(x)) return [{ path: name, message: `needs a tensor, got ${showGiven(x)}` }]
  const dims = dimsOf(x)
  if (dims.length === 0) return [{ path: name, message: 'needs one row an example, got a scalar' }]
  if (dims[0] === 0) return [{ path: name, message: `needs at least one example, got shape ${showDims(dims)}` }]
  if (example !== null && !sameDims(dims.slice(1), example))
    return [
      {
        path: name,
        message: `the model takes examples of shape ${showDims(example)}, got ${showDims(dims.slice(1))} in shape ${showDims(dims)}`
      }
    ]
  return sizeOf(dims) === 0
    ? [{ path: name, message: `has no numbers: shape ${showDims(dims)}` }]
    : numberFaults(name, x)
}

/** Every fault of a data set for a model that takes examples of a shape. @internal */
export const dataFaults = (name: string, data: Rows, example: readonly number[]): readonly Fault[] => {
  if (!isSettings(data))
    return [{ path: name, message: `needs a record of two tensors, inputs and targets, got ${showGiven(data)}` }]
  const inputs = rowFaults(`${name}.inputs`, data.inputs, example)
  const targets = rowFaults(`${name}.targets`, data.targets, null)
  if (!isTensor(data.inputs) || !isTensor(data.targets)) return [...inputs, ...targets]
  const [n, m] = [dimsOf(data.inputs)[0], dimsOf(data.targets)[0]]
  const rows =
    n === undefined || m === undefined || n === m
      ? []
      : [{ path: `${name}.targets`, message: `needs as many rows as there are inputs (${n}), got ${m}` }]
  return [...inputs, ...targets, ...rows]
}
