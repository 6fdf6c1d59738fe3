import { fc, test } from '../support/property.ts'
import { describe, expect, it } from 'vitest'
import * as optim from '../../src/optim/index.ts'
import * as params from '../../src/params/index.ts'
import { tensor, scalar } from '../../src/tensor/construct.ts'
import { toFlatArray, toNumber } from '../../src/tensor/read.ts'
import { grad } from '../../src/transform/grad.ts'
import { add, mul, sub } from '../../src/ops/arithmetic.ts'
import { square } from '../../src/ops/pointwise.ts'
import { sum } from '../../src/ops/reduce.ts'
import type { Scalar, Vec } from '../../src/tensor/tensor.ts'
import { reshape } from '../../src/ops/index.ts'

/** Two tensors to be moved to a bottom. */
interface Bowl {
  readonly weight: Vec<3>
  readonly bias: Scalar
}
const bowlOf = (numbers: readonly number[]): Bowl => ({
  weight: reshape([3])(tensor(numbers.slice(0, 3))),
  bias: reshape([])(tensor(numbers.slice(3)))
})

/** A convex quadratic, `½ Σ curvature · (w − bottom)²`. */
const quadratic = (curvatures: readonly number[], bottom: readonly number[]) => {
  const [half, lowest] = [bowlOf(curvatures.map((curvature) => curvature / 2)), bowlOf(bottom)]
  return ({ weight, bias }: Bowl): Scalar =>
    add(mul(half.bias)(square(sub(lowest.bias)(bias))))(sum(mul(half.weight)(square(sub(lowest.weight)(weight)))))
}

/** How far from the bottom an optimiser ends, along the axis on which it is furthest. */
const distanceAfter = (
  steps: number,
  t: optim.TypedTransformation,
  [curvatures, bottom, start]: readonly [readonly number[], readonly number[], readonly number[]]
): number => {
  const next = optim.step(t)
  const slope = grad(quadratic(curvatures, bottom))
  const run = Array.from({ length: steps }).reduce<readonly [Bowl, optim.OptimizerState]>(
    ([w, state]) => next(w, slope(w), state),
    [bowlOf(start), t.init(bowlOf(start))]
  )
  const found = params.tensors(run[0]).flatMap(toFlatArray)
  return Math.max(...found.map((x, i) => Math.abs(x - bottom[i]!)))
}

// those that divide by the size of gradients step as far as the rate, so the rate must fall for them to come to rest
const falling = (initial: number) => optim.cosineDecay({ initial, steps: 400 })
const downhill: Readonly<Record<string, optim.TypedTransformation>> = {
  sgd: optim.sgd({ learningRate: 0.1 }),
  dampened: optim.sgd({ learningRate: 0.3, momentum: 0.8, dampening: 0.8 }),
  momentum: optim.sgd({ learningRate: 0.05, momentum: 0.8 }),
  nesterov: optim.sgd({ learningRate: 0.05, momentum: 0.8, nesterov: true }),
  adagrad: optim.adagrad({ learningRate: 1 }),
  rmsProp: optim.rmsProp({ learningRate: falling(0.1) }),
  adam: optim.adam({ learningRate: falling(0.3) }),
  adamW: optim.adamW({ learningRate: falling(0.3), weightDecay: 0 })
}

describe('on a convex quadratic, to within 1e-6 of its bottom, comes', () => {
  const steep = [1, 2, 10, 2]
  const bottom = [1, -2, 0.5, 3]

  it.each(Object.entries(downhill))('%s, in 400 steps', (_, t) => {
    expect(distanceAfter(400, t, [steep, bottom, [0, 0, 0, 0]])).toBeLessThan(1e-6)
  })

  it('adamW with its decay, where the bottom is what it decays to', () => {
    const t = optim.adamW({ learningRate: falling(0.3) })
    expect(distanceAfter(400, t, [steep, [0, 0, 0, 0], bottom])).toBeLessThan(1e-6)
  })

  it('every optimiser that has a name', () => {
    const known = Object.entries(optim).filter(([name, make]) => {
      if (typeof make !== 'function' || name.startsWith('scaleBy')) return false
      try {
        return (make as (settings: unknown) => { readonly name?: string })({ learningRate: 0.1 }).name === name
      } catch {
        return false
      }
    })
    expect(known.map(([name]) => name).toSorted()).toEqual(
      [...new Set(Object.values(downhill).map((t) => t.name))].toSorted()
    )
  })

  const four = (min: number, max: number) =>
    fc.array(fc.double({ min, max, noNaN: true }), { minLength: 4, maxLength: 4 })

  Object.entries(downhill).forEach(([name, t]) => {
    test.prop([four(1, 10), four(-3, 3), four(-3, 3)], { numRuns: 10 })(
      `${name}, from anywhere near it and however steep`,
      (curvatures, lowest, start) => {
        expect(distanceAfter(400, t, [curvatures, lowest, start])).toBeLessThan(1e-6)
      }
    )
  })
})

/** The same optimisers in plain numbers, one parameter at a time, written from their papers. */
const rate = 0.3
const plain: Readonly<Record<string, (start: number, gradients: readonly number[]) => readonly number[]>> = {
  sgd: (p, gs) => gs.map((g) => (p -= rate * g)),
  'sgd with as much dampening': (p, gs) => {
    let v = 0
    return gs.map((g) => (p -= rate * (v = 0.9 * v + 0.1 * g)))
  },
  'sgd with momentum': (p, gs) => {
    let v = 0
    return gs.map((g) => (p -= rate * (v = 0.9 * v + g)))
  },
  'sgd with nesterov': (p, gs) => {
    let v = 0
    return gs.map((g) => {
      v = 0.9 * v + g
      return (p -= rate * (g + 0.9 * v))
    })
  },
  adagrad: (p, gs) => {
    let s = 0
    return gs.map((g) => {
      s += g * g
      return (p -= (rate * g) / (Math.sqrt(s) + 1e-8))
    })
  },
  rmsProp: (p, gs) => {
    let s = 0
    return gs.map((g) => {
      s = 0.9 * s + 0.1 * g * g
      return (p -= (rate * g) / (Math.sqrt(s) + 1e-8))
    })
  },
  adam: (p, gs) => plainAdam(p, gs, 0),
  adamW: (p, gs) => plainAdam(p, gs, 0.01)
}
const plainAdam = (p: number, gs: readonly number[], weightDecay: number): readonly number[] => {
  let [m, s] = [0, 0]
  return gs.map((g, i) => {
    m = 0.9 * m + 0.1 * g
    s = 0.999 * s + 0.001 * g * g
    const mHat = m / (1 - 0.9 ** (i + 1))
    const sHat = s / (1 - 0.999 ** (i + 1))
    return (p -= rate * (mHat / (Math.sqrt(sHat) + 1e-8) + weightDecay * p))
  })
}

const pathOf = (t: optim.TypedTransformation, first: number, gradients: readonly number[]): readonly number[] => {
  const run = gradients.reduce<{ readonly path: readonly Scalar[]; readonly state: optim.OptimizerState }>(
    ({ path, state }, g) => {
      const [next, after] = optim.step(t)(path.at(-1) ?? scalar(first), scalar(g), state)
      return { path: [...path, next], state: after }
    },
    { path: [], state: t.init(scalar(first)) }
  )
  return run.path.map(toNumber)
}

const anyGradient = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double({ min: -100, max: 100, noNaN: true }))

describe('with its default settings, follows its paper:', () => {
  const settings = { learningRate: rate }
  const optimizers = {
    sgd: optim.sgd(settings),
    'sgd with momentum': optim.sgd({ ...settings, momentum: 0.9 }),
    'sgd with as much dampening': optim.sgd({ ...settings, momentum: 0.9, dampening: 0.9 }),
    'sgd with nesterov': optim.sgd({ ...settings, momentum: 0.9, nesterov: true }),
    adagrad: optim.adagrad(settings),
    rmsProp: optim.rmsProp(settings),
    adam: optim.adam(settings),
    adamW: optim.adamW(settings)
  }
  Object.entries(optimizers).forEach(([name, t]) => {
    test.prop([anyGradient, fc.array(anyGradient, { maxLength: 8 })], { numRuns: 40 })(name, (first, gradients) => {
      const expected = plain[name]!(first, gradients)
      pathOf(t, first, gradients).forEach((value, i) => {
        expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(expected[i]!)))
      })
      expect(t.name).toBe(name.replace(/ .*/, ''))
    })
  })
})

describe('a learning rate', () => {
  test.prop([fc.array(anyGradient, { minLength: 1, maxLength: 5 })])(
    'that follows a schedule is the rate of each step, counted from 0',
    (gradients) => {
      const rates = [0.5, 0.25, 2, 1, 0]
      const path = pathOf(optim.sgd({ learningRate: (step) => rates[step]! }), 0, gradients)
      const expected = gradients.map((_, n) =>
        gradients.slice(0, n + 1).reduce((p, g, step) => p - rates[step]! * g, 0)
      )
      expect(path.map((x) => x + 0)).toEqual(expected.map((x) => x + 0))
    }
  )

  it.each([
    ['sgd', optim.sgd],
    ['sgd with momentum', (rate: optim.RateSettings) => optim.sgd({ ...rate, momentum: 0.9 })],
    ['adagrad', optim.adagrad],
    ['rmsProp', optim.rmsProp],
    ['adam', optim.adam],
    ['adamW', optim.adamW]
  ] as const)('is the same fixed or by a constant schedule: %s', (_, make) => {
    const gradients = [1, -2, 0, 5]
    expect(pathOf(make({ learningRate: () => 0.1 }), 1, gradients)).toEqual(
      pathOf(make({ learningRate: 0.1 }), 1, gradients)
    )
  })
})

describe('weight decay', () => {
  const gradients = [100, -50, 75]
  const settings = { learningRate: 0.1 }

  it('before Adam is an L2 penalty: the gradients that Adam sees', () => {
    const t = optim.chain(optim.addWeightDecay({ rate: 0.5 }), optim.adam(settings))
    const penalised = grad((w: Scalar) => add(mul(0.5 / 2)(square(w)))(mul(100)(w)))(scalar(4))
    expect(pathOf(t, 4, [100])).toEqual(pathOf(optim.adam(settings), 4, [toNumber(penalised)]))
  })

  it('before Adam is lost beside a large gradient; decoupled it is not', () => {
    const adam = pathOf(optim.adam(settings), 4, gradients)
    const coupled = pathOf(optim.chain(optim.addWeightDecay({ rate: 0.5 }), optim.adam(settings)), 4, gradients)
    const decoupled = pathOf(optim.adamW({ ...settings, weightDecay: 0.5 }), 4, gradients)
    expect(Math.abs(coupled[0]! - adam[0]!)).toBeLessThan(1e-9)
    // learningRate · weightDecay · w = 0.1 · 0.5 · 4
    expect(decoupled[0]! - adam[0]!).toBeCloseTo(-0.2, 12)
  })

  it('before plain descent shrinks parameters by its rate times the learning rate', () => {
    const t = optim.chain(optim.addWeightDecay({ rate: 0.5 }), optim.sgd(settings))
    expect(pathOf(t, 4, [2])[0]).toBeCloseTo(4 - 0.1 * (2 + 0.5 * 4), 12)
  })

  it('reaches only the parameters whose path is chosen', () => {
    const p = [{ weight: reshape([2])(tensor([8, 8])), bias: scalar(8) }]
    const seen: string[] = []
    const t = optim.adamW({
      learningRate: 0.5,
      weightDecay: 0.5,
      where: (path) => {
        seen.push(path)
        return path === 'params[0].weight'
      }
    })
    const [next] = optim.step(t)(p, params.zerosLike(p), t.init(p))
    expect(seen).toEqual(params.paths(p))
    expect(params.tensors(next).map(toFlatArray)).toEqual([[6, 6], [8]])
  })
})
