/** Settings that are not known: whatever exported function takes a record refuses a misspelt key by name. */
import type * as E from 'fp-ts/lib/Either.js'
import * as Eq from 'fp-ts/lib/Eq.js'
import fc from 'fast-check'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import * as laws from '../../laws/index.ts'
import * as codec from '../../src/codec/index.ts'
import * as g from '../../src/index.ts'
import * as report from '../../src/report/index.ts'
import * as terminal from '../../src/terminal/index.ts'
import type { AnyFunction } from './functions.ts'
import { isRecord, membersOf, nameOf, type Parameter, type RecordPlace, recordPlaces } from './records.ts'
import { plot } from 'grad-ts'

const x = g.tensor([
  [0, 1],
  [1, 0]
])
const problem = {
  model: g.nn.dense({ inputs: 2, outputs: 2 }),
  loss: g.nn.meanSquaredError,
  optimizer: g.optim.sgd({ learningRate: 0.1 })
}
const state = g.train.start(problem)(g.random.key(1))

/** Values of the library, with functions or data in them; what they hold beside what is read is no fault. */
const values: Readonly<Record<string, unknown>> = {
  Layer: problem.model,
  PointwiseLayer: g.nn.dropout({ keepProbability: 0.5 }),
  Part: undefined,
  Key: g.random.key(1),
  Mode: g.nn.inference,
  GradientTransformation: problem.optimizer,
  TrainState: state,
  DiagnosedState: state,
  SparseMatrix: { rows: [0], columns: [0], shape: [1, 1], values: g.tensor([1]) },
  Dataset: { inputs: x, targets: x },
  Diagnosis: undefined,
  Tape: g.trace(g.square)(x),
  Entry: undefined,
  Primitive: g.table.exp,
  MultiPrimitive: g.table.scan,
  AnyPrimitive: g.table.exp,
  Elementwise: g.table.exp,
  ProgramCache: g.programCache(),
  Grid: plot.surfaceGrid({ x: [0, 1], y: [0, 1], columns: 2 })(() => 1),
  Chart: report.bars()({ a: 1 }),
  Flag: undefined,
  Fault: undefined,
  Uint8Array: Uint8Array.of(1),
  Decoder: codec.Rate,
  Encoder: codec.Rate,
  Reader: codec.Rate,
  TreeEncoder: codec.JsonNumber,
  Mixed: codec.Rate,
  Type: codec.Rate,
  Codec: codec.Rate,
  ClassRow: undefined,
  ImagesAndLabels: undefined,
  Scaler: undefined,
  Arbitrary: fc.constant([x]),
  Eq: Eq.eqStrict,
  Monoid: undefined,
  Law: undefined,
  Failure: undefined,
  Disagreement: undefined
}
const isValue = (typeName: string): boolean =>
  Object.hasOwn(values, /^\w*/.exec(typeName)![0]) ||
  // parameters, and the batch of `diagnose`
  /^\{ readonly (\[K in keyof P\]|inputs: Tensor)/.test(typeName)

const { checker, places } = recordPlaces(
  {
    'src/index.ts': '',
    'src/codec/index.ts': 'codec.',
    'src/report/index.ts': 'report.',
    'src/terminal/index.ts': 'terminal.',
    'laws/index.ts': 'laws.'
  },
  isValue
)

/** Something that a type allows; of a record all that must be there. */
const standIn = (type: ts.Type): unknown => {
  const [member] = membersOf(checker, type)
  if (member === undefined) return x
  const name = nameOf(checker, member)
  if (Object.hasOwn(values, name)) return values[name]
  if (/^(Tensor|Vec|Mat|Scalar)\b/.test(name)) return x
  if (member.getCallSignatures().length > 0) return () => () => x
  if (member.isLiteral()) return member.value
  if ((member.flags & ts.TypeFlags.StringLike) !== 0) return 'a'
  if ((member.flags & ts.TypeFlags.NumberLike) !== 0) return 1
  if ((member.flags & ts.TypeFlags.BooleanLike) !== 0) return true
  if (!isRecord(checker, member)) return checker.getIndexInfosOfType(member).length > 0 ? [0, 1] : x
  return Object.fromEntries(
    member
      .getProperties()
      .filter(({ flags }) => (flags & ts.SymbolFlags.Optional) === 0)
      .map((field) => [field.name, standIn(checker.getTypeOfSymbol(field))] as const)
  )
}

const argumentsFor = (parameters: readonly Parameter[]): readonly unknown[] =>
  parameters.map(({ type, isOptional }) => (isOptional ? undefined : standIn(type)))

const MISSPELT = 'mispelt'

/** The record of a place with one key too many, in all that it stands in. */
const spoilt = (type: ts.Type, within: readonly (string | number)[], record: ts.Type): unknown => {
  const [first, ...rest] = within
  if (first === undefined) return { ...(standIn(record) as object), [MISSPELT]: 1 }
  const member = membersOf(checker, type).find((one) =>
    typeof first === 'number' ? checker.isArrayType(one) : one.getProperty(first) !== undefined || first === 'a'
  )!
  if (typeof first === 'number') return [spoilt(checker.getIndexTypeOfType(member, ts.IndexKind.Number)!, rest, record)]
  const field = member.getProperty(first)
  return field === undefined
    ? { a: spoilt(checker.getIndexTypeOfType(member, ts.IndexKind.String)!, rest, record) }
    : { ...(standIn(member) as object), [first]: spoilt(checker.getTypeOfSymbol(field), rest, record) }
}

const exported = (path: string): AnyFunction =>
  path.split('.').reduce<unknown>((module, name) => (module as Readonly<Record<string, unknown>>)[name], {
    ...g,
    codec,
    report,
    terminal,
    laws
  }) as AnyFunction

const saidOf = (value: unknown): string | null =>
  typeof value === 'object' && value !== null && '_tag' in value && value._tag === 'Left'
    ? g.train.showError((value as E.Left<g.train.TrainingError>).left)
    : null

/** What a wrong call says, thrown or as a Left, and `nothing` when it is not refused. */
const refusal = ({ path, calls, later, index, within, type }: RecordPlace): string => {
  const last = calls.length - 1
  const args = [
    ...calls.map((parameters, i) =>
      i < last
        ? argumentsFor(parameters)
        : argumentsFor(parameters).with(index, spoilt(parameters[index]!.type, within, type))
    ),
    ...later.map(argumentsFor)
  ]
  try {
    const given = args.reduce<unknown>(
      (f, each) => (typeof f === 'function' ? (f as AnyFunction)(...each) : f),
      exported(path)
    )
    return (
      saidOf(given) ??
      (Symbol.iterator in Object(given) ? saidOf([...(given as Iterable<unknown>)][0]) : null) ??
      'nothing'
    )
  } catch (error) {
    return (error as Error).message
  }
}

/** A function that reads part of a problem takes the whole of it. */
const keysOf = ({ calls, index, within, keys }: RecordPlace): readonly string[] =>
  calls.at(-1)![index]!.name === 'problem' && within.length === 0
    ? places.find(({ typeName }) => typeName === 'Problem')!.keys
    : keys

const placeName = ({ path, calls, index, within, typeName }: RecordPlace): string =>
  `${path}${'()'.repeat(calls.length - 1)}, argument ${[index, ...within].join('.')}: ${typeName.slice(0, 60)}`

/** Records that several functions hand on to one that checks them: the error names that one. */
const lookedAtBy: Readonly<Record<string, RegExp>> = {
  Tolerance: /^tolerance: /,
  ShapeSettings: /^laws\.arbitrary\.shape: /,
  Interval: /^laws\.arbitrary\.number: /,
  CompileOptions: /^compile: /,
  MaskOptions: /^(softmax|logSoftmax): /
}

const beginsRight = ({ path, typeName }: RecordPlace, said: string): boolean =>
  said.startsWith(`${path.replace(/^(?!laws\.).*\./, '')}: `) ||
  said.startsWith('invalid settings:\n') ||
  lookedAtBy[typeName]?.test(said) === true

const cases = new Map(places.map((place) => [placeName(place), place] as const))

describe('an unknown setting', () => {
  it('is looked for wherever a record is taken', () => {
    expect(new Set(places.map(({ path }) => path)).size).toBeGreaterThan(120)
  })

  it.each([...cases])('is refused by name, with the settings there are, by %s', (_, place) => {
    const said = refusal(place)
    const found = /\bmispelt:? is not known; there is ([^\n]*)/.exec(said)
    expect(found === null || !beginsRight(place, said) ? said : '').toBe('')
    expect(found![1]!.split(', ').toSorted()).toEqual(keysOf(place).toSorted())
  })
})
