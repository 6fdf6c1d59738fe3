/** The laws of compilation go red for an engine and for passes with a fault planted, and say which. */
import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import * as laws from '../../laws/index.ts'
import type { CompileOptions } from '../../src/compile/index.ts'
import type * as compiling from '../../src/compile/compile.ts'
import type * as passing from '../../src/compile/passes/index.ts'
import type { Tape } from '../../src/primitive/tape.ts'
import { tensors as op } from '../../src/tape/algebra.ts'
import { toFlatArray } from '../../src/tensor/read.ts'
import { dimsOf, isTensor, make, type Tensor } from '../../src/tensor/tensor.ts'

type Change = (values: readonly number[], options: CompileOptions, call: number) => readonly number[]
type AnyFunction = (...args: readonly unknown[]) => unknown

/** What becomes of the numbers that programs give, and of the tapes that passes give. */
const planted = vi.hoisted(() => ({
  change: null as Change | null,
  pass: null as ((tape: Tape, pass: (tape: Tape) => Tape) => Tape) | null
}))
afterEach(() => {
  planted.change = null
  planted.pass = null
})

vi.mock('../../src/compile/compile.ts', async (original) => {
  const actual = await original<typeof compiling>()
  const changed = (value: unknown, change: (x: Tensor) => Tensor): unknown =>
    isTensor(value)
      ? change(value)
      : Array.isArray(value)
        ? value.map((each) => changed(each, change))
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, changed(each, change)]))
          : value
  const compile = (f: AnyFunction, options: CompileOptions = {}): AnyFunction => {
    const program = actual.compile(f as never, options) as AnyFunction
    const state = { calls: 0 }
    return (...args) => {
      const result = program(...args)
      const { change } = planted
      const call = state.calls++
      return change === null
        ? result
        : changed(result, (x) => make(dimsOf(x), Float64Array.from(change(toFlatArray(x), options, call))))
    }
  }
  return { ...actual, compile }
})

vi.mock('../../src/compile/passes/index.ts', async (original) => {
  const actual = await original<typeof passing>()
  const passes = actual.passes.map(({ name, run }): passing.Pass => ({
    name,
    run: (tape) => (planted.pass === null ? run(tape) : planted.pass(tape, run))
  }))
  return { ...actual, passes }
})

/** The laws that fail, of those about some subjects. */
const red = (suite: laws.Suite, about: RegExp): readonly string[] =>
  laws
    .run(
      suite.filter(({ name }) => about.test(name)),
      { numRuns: about === ofTanh ? 100 : 20 }
    )
    .flatMap(({ law, outcome }) => (E.isLeft(outcome) ? [law] : []))

const scaled =
  (by: number, precision: 'double' | 'single'): Change =>
  (values, options) =>
    (options.precision ?? 'double') === precision ? values.map((value) => value * by) : values

const ofTanh = /^tanh: compiled/
const ofPrograms = (precision: string): RegExp => new RegExp(`^(gradients of )?random programs in ${precision}`)
const [tanh, tanhSingle, tanhExtreme] = [
  'tanh: compiled, it gives the same',
  'tanh: compiled in single precision, it gives nearly the same',
  'tanh: compiled, it gives the same at zeros, poles and infinities'
]
const programs = (precision: string): readonly string[] => [
  `random programs in ${precision} precision give the same`,
  `gradients of random programs in ${precision} precision give the same`
]

describe('an engine', () => {
  it('without a fault is found right', () => {
    expect(red(laws.engine(), ofTanh)).toEqual([])
  })

  it('that is wrong by a billionth in double precision is found, on primitives and on programs', () => {
    planted.change = scaled(1 + 1e-9, 'double')
    expect(red(laws.engine(), ofTanh)).toEqual([tanh, tanhExtreme])
    expect(red(laws.engine(), ofPrograms('double'))).toEqual(programs('double'))
  })

  it('that is wrong by a thousandth in single precision is found, on primitives and on programs', () => {
    planted.change = scaled(1 + 1e-3, 'single')
    expect(red(laws.engine(), ofTanh)).toEqual([tanhSingle])
    expect(red(laws.engine(), ofPrograms('single'))).toEqual(programs('single'))
  })

  it('that gives NaN for a number is found, and a number for NaN at a pole', () => {
    planted.change = (values) => values.map(() => NaN)
    expect(red(laws.engine(), ofTanh)).toEqual([tanh, tanhSingle, tanhExtreme])
    planted.change = (values) => values.map((value) => (Number.isNaN(value) ? 0 : value))
    expect(red(laws.engine(), ofTanh)).toEqual([tanhExtreme])
  })

  it('that checks its stores with other results is found', () => {
    planted.change = (values, { checked }) =>
      checked === true ? values.map((value) => value * (1 + 1e-15) + 1e-15) : values
    for (const kind of ['double', 'single'])
      expect(red(laws.engine(), ofPrograms(kind))).toContain(
        `gradients of random programs in ${kind} precision are stored where memory is planned for them`
      )
  })

  it('that takes another primitive of the same name for its own is found', () => {
    planted.change = (values) => values.map((value) => 2 * value - 2)
    expect(red(laws.engine(), /^tanh: a primitive of another/)).toHaveLength(1)
  })
})

describe('a compiled function', () => {
  const sample = (options?: CompileOptions): laws.Suite =>
    laws.compiled({
      name: 'f',
      f: (x: Tensor) => [op.tanh(x), op.exp(x)],
      args: fc.tuple(laws.arbitrary.tensor([3]) as fc.Arbitrary<Tensor>),
      ...(options === undefined ? {} : { options })
    })

  it('that gives other numbers is found in either precision', () => {
    expect(red([...sample(), ...sample({ precision: 'single' })], /f/)).toEqual([])
    planted.change = scaled(1 + 1e-9, 'double')
    expect(red(sample(), /f/)).toHaveLength(1)
    planted.change = scaled(1 + 1e-3, 'single')
    expect(red(sample({ precision: 'single' }), /f/)).toHaveLength(1)
  })

  it('that gives other bits the second time, or when its stores are checked, is found', () => {
    planted.change = (values, _, call) => (call === 1 ? values.map((value) => value * (1 + 1e-15)) : values)
    expect(red(sample(), /f/)).toHaveLength(1)
    planted.change = (values, { checked }) => (checked === true ? values.map((value) => value * (1 + 1e-15)) : values)
    expect(red(sample(), /f/)).toHaveLength(1)
  })
})

describe('a pass', () => {
  const about = /^share: /
  const [bits, again, work] = [
    'share: the results have the same bits',
    'share: a second run changes nothing',
    'share: there is never more arithmetic'
  ]

  it('that is right is found right', () => {
    expect(red(laws.engine(), about)).toEqual([])
  })

  it('that changes a bit of the results is found', () => {
    planted.pass = (tape) => ({
      ...tape,
      outputs: tape.outputs.map((output) =>
        isTensor(output) || tape.entries.length === 0 ? output : op.constant(Number.MIN_VALUE)
      )
    })
    expect(red(laws.engine(), about)).toContain(bits)
  })

  it('that computes what nobody needs, each time more, is found', () => {
    planted.pass = (tape) => ({ ...tape, entries: [...tape.entries, ...tape.entries.slice(-1)] })
    expect(red(laws.engine(), about)).toEqual([again, work])
  })
})
