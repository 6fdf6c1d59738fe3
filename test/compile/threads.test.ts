import { program as randomProgram } from '../../laws/program.ts'
import { describe, expect, it } from 'vitest'
import { accessTo } from '../../src/compile/module.ts'
import { type Program, programOf } from '../../src/compile/program.ts'
import { inParallel } from '../../src/compile/threads.ts'
import * as g from '../../src/index.ts'
import { encode } from '../../src/machine/encode.ts'
import { compiledModule, memoryOf } from '../../src/machine/instance.ts'
import { i32, perform } from '../../src/machine/wasm.ts'
import { shapeLeaf, type Tape, tapeOf, token } from '../../src/tape/tape.ts'
import { fc, test } from '../support/property.ts'
import '../support/matchers.ts'

const traced = (f: (...inputs: readonly g.Tensor[]) => readonly g.Tensor[], inputs: readonly g.Tensor[]): Tape => {
  const act = token('threads')
  const leaves = inputs.map((x) => shapeLeaf(act, x.shape))
  return tapeOf(act, leaves, f(...leaves))
}

const settings = { fused: false, donations: [], memoryLimit: 2 ** 26 }

const run = (
  { memory, inputs, outputs, run: start }: Program,
  values: readonly g.Tensor[]
): readonly Float64Array[] => {
  const { read, write } = accessTo(memory)
  values.forEach((x, i) => write(inputs[i]!, Float64Array.from(g.toFlatArray(x))))
  start()
  return outputs.map(read)
}

/** A job of parts, each of which writes its number plus 1 into its own word of a shared memory. */
const marking = (count: number) => {
  const need = { pages: 1, shared: true }
  const parts = Array.from({ length: count }, (_, i) => `part${i}`)
  const functions = parts.map((name, i) => ({
    name,
    params: [],
    results: [],
    exported: true,
    body: [perform(i32.store(i32.constant(4 * i), i32.constant(i + 1)))]
  }))
  const memory = memoryOf(need)
  const shared = { module: compiledModule(encode([], functions, need)), memory, imports: [], jobs: [[], parts] }
  return { shared, parts, marks: new Int32Array(memory.buffer) }
}

describe('a program on several threads', () => {
  it.each([2, 3])('gives parts of a job to the workers of %i threads while the main one is busy', (threads) => {
    const { shared, parts, marks } = marking(5)
    const own: number[] = []
    // a part on the main thread does not end before another has run elsewhere
    const slow = (i: number) => () => {
      own.push(i)
      for (let tries = 0; marks.every((mark) => mark === 0) && tries < 6000; tries++) Atomics.wait(marks, 100, 0, 10)
      return 0
    }
    const runJob = inParallel(shared, threads, Object.fromEntries(parts.map((name, i) => [name, slow(i)])))
    for (let round = 0; round < 3; round++) {
      marks.fill(0)
      own.length = 0
      runJob(1)
      const marked = Array.from(marks.subarray(0, 5))
      expect(own.length).toBeLessThan(5)
      // each part ran once, here or in a worker
      expect(marked).toEqual(marked.map((_, i) => (own.includes(i) ? 0 : i + 1)))
    }
  })

  test.prop([randomProgram(), fc.constantFrom('double' as const, 'single' as const)], { numRuns: 60 })(
    'gives the same bits on any number of them',
    ({ f, inputs }, precision) => {
      const tape = traced(f, inputs)
      // every kernel is shared, however small
      const results = [1, 2, 3].map((threads) =>
        run(programOf(tape, { ...settings, precision, threads, parallelThreshold: 0 }), inputs)
      )
      expect(results[1]).toEqual(results[0])
      expect(results[2]).toEqual(results[0])
    }
  )

  it('gives the same bits for products and long loops of every layout', () => {
    const a = g.random.normal([70, 90])(g.random.key(1)) as unknown as g.Tensor
    const b = g.random.normal([90, 110])(g.random.key(2)) as unknown as g.Tensor
    const { matmul, tanh, permute, softmax, sum } = g.primitive.vocabulary
    const f = (x: g.Tensor, y: g.Tensor) => {
      const product = tanh(matmul(x, y))
      const back = matmul(permute(y, [1, 0]), permute(x, [1, 0]))
      return [product, back, softmax(product, 1), softmax(product, 0), sum(product, [0], false), sum(back, [1], true)]
    }
    const tape = traced(f, [a, b])
    for (const precision of ['double', 'single'] as const) {
      const results = [1, 2, 5].map((threads) =>
        run(programOf(tape, { ...settings, precision, threads, parallelThreshold: 0 }), [a, b])
      )
      expect(results[1]).toEqual(results[0])
      expect(results[2]).toEqual(results[0])
    }
  })

  it('is what compile makes when it is asked for threads', () => {
    const f = (x: g.Tensor) => g.primitive.vocabulary.tanh(g.primitive.vocabulary.matmul(x, x))
    const x = g.random.normal([128, 128])(g.random.key(3)) as unknown as g.Tensor
    const [one, two] = [1, 2].map((threads) => g.compile(f, { threads })(x))
    for (let i = 0; i < 200; i++) expect(g.compile(f, { threads: 2 })(x).shape).toEqual([128, 128])
    expect(Float64Array.from(g.toFlatArray(two!))).toEqual(Float64Array.from(g.toFlatArray(one!)))
  })

  it('trains as one does', () => {
    const problem = {
      model: g.nn.sequential(
        g.nn.dense({ inputs: 2, outputs: 100, activation: g.tanh }),
        g.nn.dense({ inputs: 100, outputs: 3 })
      ),
      loss: g.nn.softmaxCrossEntropy,
      optimizer: g.optim.adam({ learningRate: 0.01 })
    }
    const data = g.data.spirals()(g.random.key(5))
    const [one, two] = [1, 2].map((threads) =>
      g.train.fit(problem, { epochs: 5, batchSize: 300, compile: { threads } })(data)(
        g.train.start(problem)(g.random.key(1))
      )
    )
    expect(two).toEqual(one)
  })

  it.each([0, 1.5, 65, NaN])('needs a whole number of them from 1 to 64, not %s', (threads) => {
    expect(() => g.compile((x: g.Scalar) => x, { threads })).toThrow(
      'compile: threads must be a whole number from 1 to 64, got'
    )
  })
})
