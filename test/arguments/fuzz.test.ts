/**
 * Every exported function, called with anything: it gives a value, or an error with a name of the library's own that says
 * what was called; whatever it gives is called again. What a function of the caller's throws comes out as it is.
 */
import { describe, expect, it, vi } from 'vitest'
import * as laws from '../../laws/index.ts'
import * as codec from '../../src/codec/index.ts'
import * as g from '../../src/index.ts'
import * as report from '../../src/report/index.ts'
import * as terminal from '../../src/terminal/index.ts'
import { fc } from '../support/property.ts'
import { type AnyFunction, functionsOf, methodsOf } from './functions.ts'
import { anyGiven, type Given, own } from './values.ts'
import { plot } from 'grad-ts'

const names = ['ShapeError', 'AxisError', 'IndexError', 'ValueError', 'TracedValueError', 'TreeError', 'LawError']

/** All but the rules of primitives: they are written for any carrier, and the functions that call them look first. */
const functions = Object.entries({ '': g, codec, laws, report, terminal })
  .flatMap(([name, entry]) => functionsOf(entry, name))
  .filter(([name]) => !name.startsWith('table.'))

/** The arguments of one call, and which of several functions is called. */
interface Call {
  readonly args: readonly Given[]
  readonly which: number
}

const anyCalls: fc.Arbitrary<readonly Call[]> = fc.array(
  fc.record({ args: fc.array(anyGiven, { maxLength: 3 }), which: fc.nat({ max: 9 }) }),
  { minLength: 1, maxLength: 4 }
)

/** What of a value is called next: itself, or one of the functions it holds. */
const callable = (value: unknown, which: number): readonly [name: string, f: AnyFunction] | null => {
  if (typeof value === 'function') return ['', value as AnyFunction]
  if (typeof value !== 'object' || value === null || 'generate' in value) return null
  const methods = methodsOf(value)
  return methods[which % methods.length] ?? null
}

/** The first few of what is given one after the other, and what comes later. */
const awaited = async (value: unknown): Promise<unknown> => {
  if (typeof value === 'object' && value !== null && Symbol.iterator in value && !Array.isArray(value)) {
    const each = (value as Iterable<unknown>)[Symbol.iterator]()
    each.next()
    each.next()
  }
  return value instanceof Promise ? ((await value) as unknown) : value
}

/** Calls a function, then what it gave, and so on; `said` is told what is called. */
const follow = async (f: AnyFunction, calls: readonly Call[], said: (text: string) => void): Promise<void> => {
  let value: unknown = f
  for (const { args, which } of calls) {
    const next = callable(value, which)
    if (next === null) return
    said(`${next[0] === '' ? '' : `.${next[0]}`}(${args.map(({ label }) => label).join(', ')})`)
    value = await awaited(next[1](...args.map((given) => given.value)))
  }
  // a task is waiting to be run
  if (typeof value === 'function' && value.length === 0) {
    said('()')
    await awaited((value as AnyFunction)())
  }
}

const isNamed = (error: unknown): boolean =>
  error instanceof Error && names.includes(error.name) && /^[^:]+: ./.test(error.message)

/** How wrong calls end, as text, when they end in anything but a value or an error of the right kind. */
const faultOf = async (name: string, f: AnyFunction, calls: readonly Call[]): Promise<string | null> => {
  const trail = [name]
  try {
    await follow(f, calls, (text) => trail.push(text))
    return null
  } catch (error) {
    if (error === own || isNamed(error)) return null
    return `${trail.join('')} threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
  }
}

/** Files are written nowhere. */
const nowhere = Object.fromEntries(
  ['mkdir', 'writeFile', 'rename', 'rm'].map((name) => [name, () => Promise.resolve()])
)
const builtin = process.getBuiltinModule.bind(process) as (name: string) => unknown
vi.spyOn(process, 'getBuiltinModule').mockImplementation(((name: string) =>
  name === 'node:fs/promises' ? nowhere : builtin(name)) as typeof process.getBuiltinModule)

describe('any arguments at all', () => {
  it('are tried on every function', () => {
    expect(functions.length).toBeGreaterThan(300)
  })

  it.each(functions)('%s', async (name, f) => {
    await fc.assert(
      fc.asyncProperty(anyCalls, async (calls) => {
        expect(await faultOf(name, f, calls)).toBeNull()
      }),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 40) }
    )
  })
})

describe('an error of the caller', () => {
  const thrown = (..._: readonly unknown[]): never => {
    throw own
  }
  it.each<readonly [string, () => unknown]>([
    ['grad', () => g.grad(thrown)(g.scalar(1))],
    ['compile', () => g.compile(thrown)(g.scalar(1))],
    ['vmap', () => g.vmap(thrown)(g.tensor([1]))],
    ['scan', () => g.scan(thrown)(g.scalar(1), g.tensor([1]))],
    ['params.map', () => g.params.map(thrown)(g.scalar(1))],
    ['check.numericGrad', () => g.check.numericGrad(thrown)(g.scalar(1))],
    ['nn.lambda', () => g.nn.predict(g.nn.lambda({ input: [1], output: [1] })(thrown))([], [])(g.zeros([1, 1]))],
    ['optim.leafwise', () => g.optim.leafwise('own')(thrown).update(g.scalar(1))(g.scalar(1))([])],
    ['report.surfaceGrid', () => plot.surfaceGrid({ x: [0, 1], y: [0, 1] })(thrown)]
  ])('comes out of %s as it is', (_, run) => {
    expect(run).toThrow(own)
  })
})
