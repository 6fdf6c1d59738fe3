/** The figures of the lesson's own code. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as optim from '../../src/optim/index.ts'
import { tensor } from '../../src/tensor/construct.ts'
import { isClose } from '../../src/tensor/read.ts'
import type { Mat } from '../../src/tensor/tensor.ts'

type Rows = readonly (readonly number[])[]
interface Lesson {
  readonly momentum: {
    readonly beta: number
    readonly lr: number
    readonly W: Rows
    readonly gradients: readonly Rows[]
    readonly W_after_each: readonly Rows[]
  }
  readonly clip: {
    readonly max_norm: number
    readonly dW: Rows
    readonly db: Rows
    readonly clipped_dW: Rows
    readonly clipped_db: Rows
  }
}

const { momentum, clip } = JSON.parse(readFileSync('test/fixtures/lesson.json', 'utf8')) as Lesson
const close = isClose({ atol: 0, rtol: 1e-9 })

describe('the lesson', () => {
  it('has its momentum: an average of gradients, step by step', () => {
    const t = optim.sgd({ learningRate: momentum.lr, momentum: momentum.beta, dampening: momentum.beta })
    const start = tensor(momentum.W)
    const run = momentum.gradients.reduce<{ readonly seen: readonly Mat[]; readonly state: optim.OptimizerState }>(
      ({ seen, state }, gradient) => {
        const [w, next] = optim.step(t)(seen.at(-1) ?? start, tensor(gradient), state)
        return { seen: [...seen, w], state: next }
      },
      { seen: [], state: t.init(start) }
    )
    expect(run.seen.map((w, i) => close(tensor(momentum.W_after_each[i]!))(w))).toEqual(
      momentum.W_after_each.map(() => true)
    )
  })

  it('has its clipping: weight and bias of a layer together', () => {
    const t = optim.clipByNorm(clip.max_norm)
    const gradients = [{ weight: tensor(clip.dW), bias: tensor(clip.db) }]
    const [[layer]] = t.update(gradients)(gradients)(t.init(gradients))
    expect(close(tensor(clip.clipped_dW))(layer!.weight)).toBe(true)
    expect(close(tensor(clip.clipped_db))(layer!.bias)).toBe(true)
  })
})
