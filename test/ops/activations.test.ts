/** Activations beyond relu, sigmoid and tanh: their values, their limits, their derivatives at a kink, and the laws. */
import { nonZero } from '../../src/primitive/domain.ts'
import * as laws from '../../laws/index.ts'
import { fc, test } from '../support/property.ts'
import { describe, expect, it } from 'vitest'
import * as g from '../../src/index.ts'
import type { Interval, Scalar, Tensor, Vec } from '../../src/index.ts'
import { toFlatArray } from '../../src/tensor/read.ts'
import { anyDims, anyTensor, wildNumber } from '../support/arbitraries.ts'
import { elements, tabulate } from '../support/naive.ts'
import '../support/matchers.ts'

const inf = Infinity
const elu = (alpha: number) => (x: number) => (x > 0 ? x : alpha * Math.expm1(x))
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
const ramp = (x: number): number => Math.min(Math.max(x + 3, 0), 6) / 6
const [scale, alpha] = [1.0507009873554805, 1.6732632423543772]

interface Activation {
  readonly name: string
  readonly f: g.Pointwise
  /** The textbook's formula, where that does not overflow. */
  readonly formula: (x: number) => number
  /** At −20, −5, −1, −0.5, 0.5, 1 and 5, from a calculation with 40 digits. */
  readonly values: readonly number[]
  /** At −∞ and ∞. */
  readonly limits: readonly [number, number]
  /** The derivative at −1 and at 1, likewise. */
  readonly slopes: readonly [number, number]
  /** Points, and the first and second derivatives that were chosen there. */
  readonly kinks: readonly (readonly [x: number, first: number, second: number])[]
  readonly domain?: Interval
}

const hardDomain: Interval = { min: -5, max: 5, avoid: [-3, 3] }

// prettier-ignore
const activations: readonly Activation[] = [
  {
    name: 'leakyRelu', f: g.leakyRelu(), formula: (x) => (x > 0 ? x : 0.01 * x),
    values: [-0.2, -0.05, -0.01, -0.005, 0.5, 1, 5], limits: [-inf, inf], slopes: [0.01, 1],
    kinks: [[0, 0.01, 0], [-0, 0.01, 0]], domain: nonZero
  },
  {
    name: 'leakyRelu with a slope above 1', f: g.leakyRelu({ slope: 2 }), formula: (x) => (x > 0 ? x : 2 * x),
    values: [-40, -10, -2, -1, 0.5, 1, 5], limits: [-inf, inf], slopes: [2, 1], kinks: [[0, 1, 0]], domain: nonZero
  },
  {
    name: 'leakyRelu without a slope', f: g.leakyRelu({ slope: 0 }), formula: (x) => (x > 0 ? x : 0 * x),
    values: [0, 0, 0, 0, 0.5, 1, 5], limits: [0, inf], slopes: [0, 1], kinks: [[0, 0, 0]], domain: nonZero
  },
  {
    name: 'elu', f: g.elu(), formula: elu(1),
    values: [-0.9999999979388464, -0.9932620530009145, -0.6321205588285577, -0.3934693402873666, 0.5, 1, 5],
    limits: [-1, inf], slopes: [0.36787944117144233, 1], kinks: [[0, 1, 0], [-0, 1, 0]], domain: nonZero
  },
  {
    name: 'elu with a small alpha', f: g.elu({ alpha: 0.5 }), formula: elu(0.5),
    values: [-0.4999999989694232, -0.49663102650045726, -0.31606027941427883, -0.1967346701436833, 0.5, 1, 5],
    limits: [-0.5, inf], slopes: [0.18393972058572117, 1], kinks: [[0, 0.5, 0.5]], domain: nonZero
  },
  {
    name: 'elu with a large alpha', f: g.elu({ alpha: 2 }), formula: elu(2),
    values: [-1.9999999958776928, -1.986524106001829, -1.2642411176571153, -0.7869386805747332, 0.5, 1, 5],
    limits: [-2, inf], slopes: [0.7357588823428847, 1], kinks: [[0, 1, 0]], domain: nonZero
  },
  {
    name: 'celu', f: g.celu({ alpha: 0.5 }), formula: (x) => (x > 0 ? x : Math.expm1(2 * x) / 2),
    values: [-0.5, -0.49997730003511875, -0.43233235838169365, -0.31606027941427883, 0.5, 1, 5],
    limits: [-0.5, inf], slopes: [0.1353352832366127, 1], kinks: [[0, 1, 0], [-0, 1, 0]], domain: nonZero
  },
  {
    name: 'relu6', f: g.relu6, formula: (x) => Math.min(Math.max(x, 0), 6),
    values: [0, 0, 0, 0, 0.5, 1, 5], limits: [0, 6], slopes: [0, 1], kinks: [[0, 0, 0], [6, 0, 0]], domain: nonZero
  },
  {
    name: 'hardTanh', f: g.hardTanh, formula: (x) => Math.min(Math.max(x, -1), 1),
    values: [-1, -1, -1, -0.5, 0.5, 1, 1], limits: [-1, 1], slopes: [0, 0],
    kinks: [[-1, 0, 0], [1, 0, 0], [0.5, 1, 0]], domain: { min: -3, max: 3, avoid: [-1, 1] }
  },
  {
    name: 'selu', f: g.selu, formula: (x) => scale * elu(alpha)(x),
    values: [-1.758099337223664, -1.74625336066962, -1.1113307378125628, -0.6917581878028713, 0.5253504936777402, 1.0507009873554805, 5.253504936777403],
    limits: [-1.7580993408473768, inf], slopes: [0.6467686030348141, 1.0507009873554805],
    kinks: [[0, 1.0507009873554805, 0]], domain: nonZero
  },
  {
    name: 'swish', f: g.swish, formula: (x) => x * sigmoid(x),
    values: [-4.122307236380407e-8, -0.03346425462142428, -0.2689414213699951, -0.18877033439907273, 0.3112296656009273, 0.7310585786300049, 4.966535745378576],
    limits: [0, inf], slopes: [0.07232948812851327, 0.9276705118714867], kinks: [[0, 0.5, 0.5]]
  },
  {
    name: 'gelu', f: g.gelu, formula: (x) => (x / 2) * (1 + g.toNumber(g.erf(g.scalar(x / Math.SQRT2)))),
    values: [-5.507248237212468e-88, -1.4332578593959695e-6, -0.15865525393145707, -0.15426876936299344, 0.34573123063700656, 0.8413447460685429, 4.999998566742141],
    limits: [0, inf], slopes: [-0.08331547058768629, 1.0833154705876864], kinks: [[0, 0.5, 0.7978845608028654]]
  },
  {
    name: 'gelu by tanh', f: g.gelu({ approximate: 'tanh' }), formula: (x) => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
    values: [0, -2.291796196629506e-7, -0.1588080093917233, -0.15428599017485609, 0.34571400982514394, 0.8411919906082767, 4.999999770820381],
    limits: [0, inf], slopes: [-0.08296408384578255, 1.0829640838457826], kinks: [[0, 0.5, 0.7978845608028654]]
  },
  {
    name: 'softsign', f: g.softsign, formula: (x) => x / (1 + Math.abs(x)),
    values: [-0.9523809523809523, -0.8333333333333334, -0.5, -0.3333333333333333, 0.3333333333333333, 0.5, 0.8333333333333334],
    limits: [-1, 1], slopes: [0.25, 0.25], kinks: [[0, 1, 0]], domain: nonZero
  },
  {
    name: 'mish', f: g.mish, formula: (x) => x * Math.tanh(Math.log1p(Math.exp(x))),
    values: [-4.122307240628761e-8, -0.033576237730161704, -0.3034014613741089, -0.22074377465173, 0.3752452113048951, 0.8650983882673103, 4.999552077529406],
    limits: [0, inf], slopes: [0.05921675587739495, 1.0490362200997922], kinks: [[0, 0.6, 0.64]]
  },
  {
    name: 'hardSigmoid', f: g.hardSigmoid, formula: ramp,
    values: [0, 0, 1 / 3, 2.5 / 6, 3.5 / 6, 2 / 3, 1], limits: [0, 1], slopes: [1 / 6, 1 / 6],
    kinks: [[-3, 0, 0], [3, 0, 0], [0, 1 / 6, 0]], domain: hardDomain
  },
  {
    name: 'hardSwish', f: g.hardSwish, formula: (x) => x * ramp(x),
    values: [0, 0, -1 / 3, -1.25 / 6, 1.75 / 6, 2 / 3, 5], limits: [0, inf], slopes: [1 / 6, 5 / 6],
    kinks: [[-3, 0, 0], [3, 1, 0], [0, 0.5, 1 / 3]], domain: hardDomain
  }
]

/** The first and the second derivative at a number, by reverse and by forward mode. */
const derivatives = (f: g.Pointwise, x: number): readonly (readonly [number, number])[] => {
  const one = g.scalar(1)
  const forth = (y: Scalar): Scalar => g.jvp((z: Scalar) => f(z))(y)(one).tangent
  const back = (y: Scalar): Scalar => g.grad((z: Scalar) => f(z))(y)
  const at = g.scalar(x)
  return [
    [g.toNumber(back(at)), g.toNumber(g.grad(back)(at))],
    [g.toNumber(forth(at)), g.toNumber(g.jvp(forth)(at)(one).tangent)]
  ]
}

describe.each(activations)('$name', ({ f, formula, values, limits, slopes, kinks }) => {
  it('has its values', () => {
    expect(f(g.tensor([-20, -5, -1, -0.5, 0.5, 1, 5]))).toBeCloseToTensor([...values], { atol: 4e-15, rtol: 4e-15 })
  })

  it('has its limits, and NaN for NaN alone', () => {
    expect(f(g.tensor([-inf, inf, NaN]))).toBeCloseToTensor([...limits, NaN], { atol: 0, rtol: 4e-16 })
    for (const x of [-1e300, -1e200, -1e6, -800, 800, 1e6, 1e200, 1e300])
      expect(g.toNumber(f(g.scalar(x)))).not.toBeNaN()
    expect(g.toNumber(f(g.scalar(-1e6)))).toBeCloseTo(Number.isFinite(limits[0]) ? limits[0] : formula(-1e6), 5)
  })

  it('has its derivatives', () => {
    for (const [first] of derivatives(f, -1)) expect(first).toBeCloseTo(slopes[0], 14)
    for (const [first] of derivatives(f, 1)) expect(first).toBeCloseTo(slopes[1], 14)
  })

  it.each(kinks)('has the stated derivatives at %d, by both modes', (x, first, second) => {
    for (const found of derivatives(f, x))
      expect(found).toEqual([expect.closeTo(first, 14) as unknown, expect.closeTo(second, 14) as unknown])
  })

  it('has finite derivatives of both orders however far out, by both modes', () => {
    for (const x of [-inf, -Number.MAX_VALUE, -1e200, -1e6, -800, 800, 1e6, 1e200, Number.MAX_VALUE, inf])
      for (const [first, second] of derivatives(f, x)) {
        expect(Number.isFinite(first)).toBe(true)
        expect(second).toBeCloseTo(0, 8)
      }
  })

  test.prop([anyTensor(anyDims({ max: 3 }), wildNumber)])(
    'is its formula at every element, of any shape, and leaves its input alone',
    (x) => {
      const element = elements(x)
      const before = toFlatArray(x)
      const expected = tabulate(x.shape, (index) => {
        const at = element(index)
        return Number.isFinite(at) && Math.abs(at) < 100 ? formula(at) : g.toNumber(f(g.scalar(at)))
      })
      expect(f(x)).toBeCloseToTensor(expected, { atol: 1e-15, rtol: 1e-14 })
      expect(toFlatArray(x)).toBeNumbers(before)
    }
  )
})

describe('the laws of', () => {
  for (const { name, f, domain } of activations)
    laws.register(test)(laws.operation({ name, f: (x: Tensor) => f(x), ...(domain === undefined ? {} : { domain }) }), {
      numRuns: 15
    })
})

describe('activations', () => {
  it.each([
    ['leakyRelu', g.leakyRelu()],
    ['elu', g.elu()],
    ['selu', g.selu],
    ['swish', g.swish],
    ['gelu', g.gelu({ approximate: 'tanh' })],
    ['softsign', g.softsign],
    ['mish', g.mish],
    ['hardSigmoid', g.hardSigmoid],
    ['hardSwish', g.hardSwish],
    ['celu', g.celu()],
    ['relu6', g.relu6],
    ['hardTanh', g.hardTanh]
  ] as const)('%s says its own name', (name, f) => {
    expect(() => f(5 as never)).toThrow(`${name}: needs a tensor, got 5; make it one with tensor`)
  })

  it('refuse settings that are not valid', () => {
    expect(() => g.gelu(5 as never)).toThrow("gelu: needs a tensor, or settings such as { approximate: 'tanh' }, got 5")
    expect(() => g.gelu({ approximate: 'erf' as never })).toThrow(
      'gelu: approximate must be one of none, tanh, got "erf"'
    )
    for (const slope of [-0.1, NaN, Infinity, '0.1' as never])
      expect(() => g.leakyRelu({ slope })).toThrow('leakyRelu: slope must be a finite number of at least 0, got ')
    for (const a of [-1, NaN, -Infinity])
      expect(() => g.elu({ alpha: a })).toThrow(`elu: alpha must be a finite number of at least 0, got ${a}`)
    for (const a of [0, -1, NaN])
      expect(() => g.celu({ alpha: a })).toThrow('celu: alpha must be a finite number above 0, got ')
    expect(() => g.leakyRelu(0.1 as never)).toThrow('leakyRelu: needs settings such as { slope: 0.01 }, got 0.1')
    expect(() => g.elu(null as never)).toThrow('elu: needs settings such as { alpha: 1 }, got null')
    // @ts-expect-error a tensor is no settings
    expect(() => g.leakyRelu(g.tensor([1]))).toThrow('leakyRelu: needs settings, got a Tensor; write leakyRelu()(x)')
    // @ts-expect-error a tensor is no settings
    expect(() => g.elu(g.tensor([1]))).toThrow('elu: needs settings, got a Tensor; write elu()(x)')
  })

  const anyVector = fc.array(fc.double({ min: -6, max: 6, noNaN: true }), { minLength: 1, maxLength: 6 })
  const vec = (values: readonly number[]): Vec => g.reshape([values.length])(g.tensor(values))

  test.prop([anyVector])('relate to each other as they should', (values) => {
    const x = vec(values)
    const close = { atol: 1e-14, rtol: 1e-14 }
    expect(g.elu({ alpha: 0 })(x)).toBeCloseToTensor(g.relu(x))
    expect(g.selu(x)).toBeCloseToTensor(g.mul(scale)(g.elu({ alpha })(x)), close)
    expect(g.swish(x)).toBeCloseToTensor(g.mul(g.sigmoid(x))(x), close)
    expect(g.hardSwish(x)).toBeCloseToTensor(g.mul(g.hardSigmoid(x))(x), close)
    expect(g.gelu({ approximate: 'tanh' })(x)).toBeCloseToTensor(g.gelu(x), { atol: 5e-4, rtol: 0 })
    expect(g.softsign(g.neg(x))).toBeCloseToTensor(g.neg(g.softsign(x)))
    // what each of these adds to its mirror image is odd, so its even part is simple
    expect(g.sub(g.gelu(g.neg(x)))(g.gelu(x))).toBeCloseToTensor(x, close)
    expect(g.sub(g.swish(g.neg(x)))(g.swish(x))).toBeCloseToTensor(x, close)
  })
})
