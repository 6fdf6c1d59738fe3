/** The debug mode: programs that check each of their stores against the plan of their memory. */
import { program as randomProgram } from '../../laws/program.ts'
import { describe, expect, it } from 'vitest'
import { checkImports, checksFrom } from '../../src/compile/checked.ts'
import { accessTo } from '../../src/compile/module.ts'
import { programOf } from '../../src/compile/program.ts'
import { checkedFunc } from '../../src/machine/checks.ts'
import { encode } from '../../src/machine/encode.ts'
import { compiledModule, instanceOf, memoryOf } from '../../src/machine/instance.ts'
import { lanesOf } from '../../src/machine/lanes.ts'
import { copyBytes, f32, f64, i32, local, perform, type Statement, v128 } from '../../src/machine/wasm.ts'
import * as g from '../../src/index.ts'
import { shapeLeaf, tapeOf, token } from '../../src/tape/tape.ts'
import { fc, test } from '../support/property.ts'

const zero = i32.constant(0)
const double = lanesOf('double')

/** Runs statements that may write to the bytes from 64 to 128, and answers memory. */
const run = (statements: readonly Statement[], fresh = false): Uint8Array => {
  const { within, host } = checksFrom(0)
  const area = { what: 'scratch', from: 64, to: 128, fresh }
  const body = within(() => [area], statements)
  const need = { pages: 1, shared: false }
  const memory = memoryOf(need)
  const func = checkedFunc(0)({ name: 'run', params: [], results: [], body, exported: true })
  instanceOf(compiledModule(encode(checkImports, [func], need)), memory, host(memory))['run']!()
  return new Uint8Array(memory.buffer)
}

const vector = double.constant(1)
/** Stores of every kind that reach a number of bytes beyond an address. */
const stores: Readonly<Record<string, readonly [bytes: number, (at: number) => Statement]>> = {
  'a vector': [16, (at) => perform(v128.store(zero, vector, at))],
  'a double lane': [8, (at) => perform(v128.store64Lane(vector, zero, 1, at))],
  'a single lane': [4, (at) => perform(v128.store32Lane(vector, zero, 3, at))],
  'a double': [8, (at) => perform(f64.store(zero, f64.constant(1), at))],
  'a single': [4, (at) => perform(f32.store(zero, f32.constant(1), at))],
  'a word': [4, (at) => perform(i32.store(i32.constant(at), i32.constant(1)))],
  'copied bytes': [24, (at) => perform(copyBytes(i32.constant(at), zero, i32.constant(24)))]
}

describe('a program that checks its stores', () => {
  it.each(Object.entries(stores))('lets %s be stored in its place, and nowhere beyond it', (_, [bytes, store]) => {
    expect(() => run([store(64), store(128 - bytes)])).not.toThrow()
    for (const at of [63, 0, 128 - bytes + 1, 128, 400]) expect(() => run([store(at)])).toThrow(/outside of its areas/u)
  })

  it('says so by an InternalError with the address and what the kernel has', () => {
    expect(() => run([perform(f64.store(zero, f64.constant(1), 128))])).toThrow(
      expect.objectContaining({
        name: 'InternalError',
        message: 'compile: a kernel stored 8 bytes at 128, outside of its areas: scratch from 64 to 128'
      })
    )
  })

  it('sees stores in loops and branches, at addresses that are computed', () => {
    const at = local('i32')
    const { within, host } = checksFrom(0)
    const loop: Statement = {
      _tag: 'Loop',
      again: i32.ltU(at, i32.constant(136)),
      body: [
        {
          _tag: 'If',
          condition: at,
          then: [perform(f64.store(at, f64.constant(1), 0))],
          otherwise: []
        },
        { _tag: 'Step', effects: [], sets: [[at, i32.add(at, i32.constant(8))]] }
      ]
    }
    const start: Statement = { _tag: 'Step', effects: [], sets: [[at, i32.constant(64)]] }
    const body = within(() => [{ what: 'scratch', from: 64, to: 128, fresh: false }], [start, loop])
    const need = { pages: 1, shared: false }
    const memory = memoryOf(need)
    const func = checkedFunc(0)({ name: 'run', params: [], results: [], body, exported: true })
    const { run: start_ } = instanceOf(compiledModule(encode(checkImports, [func], need)), memory, host(memory))
    expect(() => start_!()).toThrow(/stored 8 bytes at 128/u)
    expect(new Float64Array(memory.buffer).slice(8, 17)).toEqual(Float64Array.of(1, 1, 1, 1, 1, 1, 1, 1, 0))
  })

  it('holds NaN where something is to be computed anew', () => {
    expect(run([], true).slice(60, 132)).toEqual(
      Uint8Array.from({ length: 72 }, (_, i) => (i >= 4 && i < 68 ? 0xff : 0))
    )
    expect(new Set(run([], false))).toEqual(new Set([0]))
  })

  test.prop([randomProgram(), fc.constantFrom('double' as const, 'single' as const), fc.integer({ min: 1, max: 4 })], {
    numRuns: 60
  })(
    'gives the bits of one that does not, however many threads share its kernels',
    ({ f, inputs }, precision, threads) => {
      const act = token('checked')
      const leaves = inputs.map((x) => shapeLeaf(act, x.shape))
      const tape = tapeOf(act, leaves, f(...leaves))
      const [checked, plain] = [true, false].map((how) => {
        const settings = {
          fused: false,
          donations: [],
          memoryLimit: 2 ** 26,
          precision,
          threads,
          parallelThreshold: 0,
          checked: how
        }
        const program = programOf(tape, settings)
        const { read, write } = accessTo(program.memory)
        inputs.forEach((x, i) => write(program.inputs[i]!, Float64Array.from(g.toFlatArray(x))))
        program.run()
        return program.outputs.map(read)
      })
      expect(checked).toEqual(plain)
    }
  )

  it('is asked for by true or false', () => {
    expect(() => g.compile(g.square, { checked: 1 as never })).toThrow('compile: checked must be true or false, got 1')
  })
})
