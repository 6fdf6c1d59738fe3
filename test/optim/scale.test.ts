/** Gradients of any size: what squares them does not lose those whose square overflows or vanishes. */
import { fc, test } from '../support/property.ts'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/compile/index.ts'
import * as optim from '../../src/optim/index.ts'
import { tensor } from '../../src/tensor/construct.ts'
import { toFlatArray } from '../../src/tensor/read.ts'
import type { Vec } from '../../src/tensor/tensor.ts'

const epsilon = 1e-8
/** Each optimiser by the size of its gradients, which is also that of what it compares them with. */
const ofSize: Readonly<Record<string, (size: number) => optim.TypedTransformation>> = {
  scaleByAdam: (size) => optim.scaleByAdam({ epsilon: epsilon * size }),
  scaleByRms: (size) => optim.scaleByRms({ epsilon: epsilon * size }),
  scaleByAdagrad: (size) => optim.scaleByAdagrad({ epsilon: epsilon * size }),
  clipByNorm: (size) => optim.chain(optim.clipByNorm(size), optim.scale(1 / size)),
  clipByParameterNorm: (size) => optim.chain(optim.clipByParameterNorm(size), optim.scale(1 / size)),
  clipByGlobalNorm: (size) => optim.chain(optim.clipByGlobalNorm(size), optim.scale(1 / size))
}

type Steps = (g: Vec<3>, h: Vec<3>) => Vec<3>

/** The second update, for gradients `g` and then `h`. */
const second =
  (t: optim.TypedTransformation): Steps =>
  (g, h) => {
    const [, state] = t.update(g)(g)(t.init(g))
    return t.update(g)(h)(state)[0]
  }

const run = (t: optim.TypedTransformation, precision: 'double' | 'single' | null, size: number, gs: Gradients) => {
  const f = second(t)
  const [g, h] = gs.map((values) => tensor(values.map((x) => x * size))) as unknown as [Vec<3>, Vec<3>]
  return toFlatArray((precision === null ? f : compile(f, { precision }))(g, h))
}

type Gradients = readonly (readonly number[])[]
const gradient = fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 3, maxLength: 3 })

describe.each(Object.entries(ofSize))('%s takes the same steps in any unit of the gradients', (_, make) => {
  const agree = (actual: readonly number[], expected: readonly number[], within: number) =>
    actual.forEach((x, i) => expect(Math.abs(x - expected[i]!)).toBeLessThanOrEqual(within * Math.abs(expected[i]!)))

  test.prop([gradient, gradient, fc.integer({ min: -970, max: 1000 })])('of a double', (g, h, exponent) => {
    const expected = run(make(1), null, 1, [g, h])
    agree(run(make(2 ** exponent), null, 2 ** exponent, [g, h]), expected, 1e-12)
  })

  test.prop([gradient, gradient, fc.integer({ min: -970, max: 1000 })], { numRuns: 20 })(
    'of a double in a program',
    (g, h, exponent) => {
      const expected = run(make(1), null, 1, [g, h])
      agree(run(make(2 ** exponent), 'double', 2 ** exponent, [g, h]), expected, 1e-12)
    }
  )

  test.prop([gradient, gradient, fc.integer({ min: -95, max: 120 })], { numRuns: 20 })(
    'of a program in single precision',
    (g, h, exponent) => {
      const expected = run(make(1), null, 1, [g, h])
      agree(run(make(2 ** exponent), 'single', 2 ** exponent, [g, h]), expected, 2e-5)
    }
  )
})

describe('with its default epsilon', () => {
  const named = {
    adam: [optim.adam({ learningRate: 1 }), 1],
    rmsProp: [optim.rmsProp({ learningRate: 1 }), Math.sqrt(10)],
    adagrad: [optim.adagrad({ learningRate: 1 }), 1]
  } as const
  it.each(Object.entries(named))('%s steps as far for huge gradients as for large ones', (_, [t, length]) => {
    const first = (x: Vec<2>): Vec<2> => t.update(x)(x)(t.init(x))[0]
    const near = (f: typeof first, size: number, within: number) =>
      toFlatArray(f(tensor([size, -size]))).forEach((x, i) =>
        expect(Math.abs(x - [-length, length][i]!)).toBeLessThan(within)
      )
    ;[1e4, 1e20, 1e160, 1e300].forEach((size) => near(first, size, 1e-10))
    ;[1e4, 1e20, 1e38].forEach((size) => near(compile(first, { precision: 'single' }), size, 1e-6))
  })

  it.each(Object.entries(named))('%s does not divide tiny gradients by anything but epsilon', (_, [t]) => {
    const first = (x: Vec<2>): Vec<2> => t.update(x)(x)(t.init(x))[0]
    ;[1e-200, 1e-160, 1e-40, 1e-25].forEach((size) =>
      toFlatArray(first(tensor([size, -size]))).forEach((x, i) =>
        expect(x / ((i === 0 ? -size : size) / 1e-8)).toBeCloseTo(1, 9)
      )
    )
    const single = compile(first, { precision: 'single' })
    ;[1e-36, 1e-25, 1e-20].forEach((size) =>
      toFlatArray(single(tensor([size, -size]))).forEach((x, i) =>
        expect(x / ((i === 0 ? -size : size) / 1e-8)).toBeCloseTo(1, 5)
      )
    )
  })
})

describe('in single precision', () => {
  const single = (t: optim.TypedTransformation) =>
    compile((x: Vec<2>) => t.update(x)(x)(t.init(x))[0], { precision: 'single' })

  it('clips by a norm', () => {
    ;[optim.clipByGlobalNorm(1), optim.clipByNorm(1), optim.clipByParameterNorm(1)].forEach((t) => {
      const [a, b] = toFlatArray(single(t)(tensor([300, 400])))
      expect(a).toBeCloseTo(0.6, 6)
      expect(b).toBeCloseTo(0.8, 6)
    })
  })

  it('makes no NaN of gradients of 0 with an epsilon that only a double can hold', () => {
    ;[optim.scaleByAdam({ epsilon: 1e-60 }), optim.scaleByRms({ epsilon: 1e-60 })].forEach((t) => {
      expect(toFlatArray(single(t)(tensor([0, 0])))).toEqual([0, 0])
    })
  })
})

it.each(['single', 'double'] as const)(
  'Adagrad keeps its root of numbers near the limit in %s precision',
  (precision) => {
    const size = precision === 'single' ? 2e38 : 1e308
    const steps = second(optim.scaleByAdagrad({ epsilon: 1e-8 }))
    const g = tensor([size, -size, 1])
    const found = toFlatArray(compile(steps, { precision })(g, g))
    ;[Math.SQRT1_2, -Math.SQRT1_2, Math.SQRT1_2].forEach((x, i) => expect(found[i]).toBeCloseTo(x, 6))
  }
)
