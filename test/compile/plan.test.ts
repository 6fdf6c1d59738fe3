import { program as randomProgram } from '../../laws/program.ts'
import { describe, expect, it } from 'vitest'
import * as g from '../../src/index.ts'
import { optimised } from '../../src/compile/compile.ts'
import { graphOf, isComputed } from '../../src/compile/graph.ts'
import { operandsOf, type PlanSettings, planOf, storedOf } from '../../src/compile/plan.ts'
import { scheduleOf } from '../../src/compile/schedule.ts'
import { viewsOf } from '../../src/compile/lowering.ts'
import { shapeLeaf, type Tape, tapeOf, token } from '../../src/tape/tape.ts'
import { sizeOf, stridesOf } from '../../src/tensor/dims.ts'
import { dimsOf, type Tensor } from '../../src/tensor/tensor.ts'
import { fc, test } from '../support/property.ts'

const BYTES = 8
const SCRATCH = 48

const settingsOf = (tape: Tape): PlanSettings => {
  const graph = graphOf(tape)
  const views = viewsOf(graph)
  const kernels = scheduleOf(graph, views, [])
  const stored = storedOf(graph, views, kernels)
  const elsewhere = new Set<number>()
  const scratchBytes = kernels.map(() => SCRATCH)
  return { graph, views, kernels, stored, bytesOf: () => BYTES, scratchBytes, donations: [], elsewhere, guard: 0 }
}

const tapeAt = (f: (...given: readonly Tensor[]) => readonly Tensor[], inputs: readonly Tensor[]): Tape => {
  const act = token('test')
  const leaves = inputs.map((x) => shapeLeaf(act, dimsOf(x)))
  return optimised(tapeOf(act, leaves, f(...leaves)), null)
}

/** How far apart neighbours are along the axes that have any. */
const steps = ({ dims, strides }: { readonly dims: readonly number[]; readonly strides: readonly number[] }): string =>
  dims.flatMap((n, axis) => (n === 1 ? [] : [`${n} by ${strides[axis]!}`])).join()

interface Held {
  readonly what: string
  readonly from: number
  readonly to: number
}

const overlap = (a: Held, b: Held): readonly string[] =>
  a.from < b.to && b.from < a.to ? [`${a.what} and ${b.what}`] : []

const overlaps = (blocks: readonly Held[]): readonly string[] =>
  blocks.flatMap((a, i) => blocks.slice(i + 1).flatMap((b) => overlap(a, b)))

/** What shares a place that should not, kernel by kernel. */
const faultsOf = (settings: PlanSettings): readonly string[] => {
  const { graph, views, kernels, stored } = settings
  const plan = planOf(settings)
  const operands = kernels.map((kernel) => operandsOf(graph, kernel))
  const results = new Set(graph.outputs.map((output) => views[output]!.base))
  const blockOf = (node: number): Held => {
    const from = plan.offsets.get(node)!
    return { what: `node ${node}`, from, to: from + sizeOf(graph.nodes[node]!.dims) * BYTES }
  }
  const madeAt = new Map(stored.flatMap((own, k) => own.map((node) => [node, k] as const)))
  const lastRead = (node: number): number =>
    results.has(node) ? Infinity : operands.findLastIndex((own) => own.some(({ input }) => views[input]!.base === node))
  const stays = graph.nodes.flatMap((node, i) => (isComputed(node) ? [] : [blockOf(i)]))
  return kernels.flatMap((kernel, k) => {
    const nodes = [...madeAt.keys()]
    const made = nodes.filter((node) => madeAt.get(node) === k).map(blockOf)
    const kept = nodes.filter((node) => madeAt.get(node)! < k && lastRead(node) > k).map(blockOf)
    const scratch = {
      what: `the scratch of kernel ${k}`,
      from: plan.scratchOffsets[k]!,
      to: plan.scratchOffsets[k]! + SCRATCH
    }
    // what is read for the last time may become a result, element by element
    const read = nodes.filter((node) => madeAt.get(node)! < k && lastRead(node) === k)
    const isReadInOrder = (node: number): boolean =>
      kernel.kind !== 'Standalone' &&
      operands[k]!.every(({ input, dims }) => {
        const { base, offset, ...seen } = views[input]!
        const inOrder = dims !== null && offset === 0 && steps(seen) === steps({ dims, strides: stridesOf(dims) })
        return base !== node || inOrder
      })
    const overwritten = read.flatMap((node) => {
      const block = blockOf(node)
      const allowed = (other: Held): boolean =>
        isReadInOrder(node) && other.from === block.from && other.to === block.to
      return [...made.filter((other) => !allowed(other)), ...kept, scratch].flatMap((other) => overlap(block, other))
    })
    return [...overlaps([...stays, ...kept, ...made, scratch]), ...overwritten].map((pair) => `kernel ${k}: ${pair}`)
  })
}

describe('the plan of memory', () => {
  test.prop([randomProgram()])('keeps apart all that is needed at the same time', ({ f, inputs }) => {
    expect(faultsOf(settingsOf(tapeAt(f, inputs)))).toEqual([])
  })

  test.prop([randomProgram()])('does so for gradients', ({ f, inputs }) => {
    const total = (...given: readonly Tensor[]) =>
      f(...given).reduce(
        (sum, x) => g.primitive.vocabulary.add(sum, g.sum(x) as never),
        g.scalar(0) as unknown as Tensor
      )
    const gradient = (...given: readonly Tensor[]) =>
      Object.values(g.grad((all: readonly Tensor[]) => total(...all) as never)(given as never))
    expect(faultsOf(settingsOf(tapeAt(gradient, inputs)))).toEqual([])
  })

  test.prop([fc.integer({ min: 3, max: 40 })])('gives a chain of products the room of two of them', (length) => {
    const chain = (x: Tensor): readonly Tensor[] => [
      Array.from({ length }).reduce<Tensor>((y) => g.primitive.vocabulary.matmul(y, y), x)
    ]
    const settings = settingsOf(tapeAt(chain, [g.ones([8, 8])]))
    const matrix = 8 * 8 * BYTES
    // the argument and the result have places of their own
    expect(planOf(settings).bytes).toBeLessThanOrEqual(4 * matrix + SCRATCH)
  })

  it('lets a scan leave what it carries where that is carried from, when nothing else reads it there', () => {
    const planned = (f: (...given: readonly Tensor[]) => readonly Tensor[]) => {
      const tape = tapeAt(f, [g.ones([4]), g.ones([4]), g.ones([3, 4])])
      const graph = graphOf(tape)
      const views = viewsOf(graph)
      const donations = [[0, 0] as const]
      const kernels = scheduleOf(graph, views, donations)
      const plan = planOf({ ...settingsOf(tape), kernels, stored: storedOf(graph, views, kernels), donations })
      return { inPlace: [...plan.inPlace.values()], returned: plan.returned }
    }
    const steps = (start: Tensor, weight: Tensor, xs: Tensor): Tensor => {
      const scanned = g.scan as unknown as (
        step: (carry: Tensor, x: Tensor) => readonly [Tensor, Tensor]
      ) => (init: Tensor, xs: Tensor) => readonly [Tensor, Tensor]
      return scanned((carry, x) => [g.primitive.vocabulary.mul(g.primitive.vocabulary.add(carry, x), weight), x])(
        start,
        xs
      )[0]
    }
    expect(planned((a, b, xs) => [steps(a, b, xs)])).toEqual({ inPlace: [0], returned: [] })
    // the same for all steps
    expect(planned((a, _, xs) => [steps(a, a, xs)])).toEqual({ inPlace: [], returned: [[0, 0]] })
    // read once more afterwards
    expect(planned((a, b, xs) => [steps(a, b, xs), g.primitive.vocabulary.exp(a)]).inPlace).toEqual([0])
    expect(
      planned((a, b, xs) => {
        const last = steps(a, b, xs)
        return [last, g.primitive.vocabulary.add(last, a)]
      })
    ).toEqual({ inPlace: [], returned: [[0, 0]] })
    // carried elsewhere
    expect(planned((a, b, xs) => [steps(b, a, xs)])).toEqual({ inPlace: [], returned: [[0, 0]] })
  })
})
