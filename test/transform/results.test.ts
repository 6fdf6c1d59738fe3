/** A scan gives several results, each by itself: under every pair of transformations, in programs, and on its tape. */
import { describe, expect, it } from 'vitest'
import * as O from 'fp-ts/lib/Option.js'
import * as laws from '../../laws/index.ts'
import { passes } from '../../src/compile/passes/index.ts'
import * as g from '../../src/index.ts'
import { fc, test } from '../support/property.ts'
import '../support/matchers.ts'

const op = g.primitive.vocabulary

type Map = (x: g.Tensor) => g.Tensor

/** Carries two tensors of different shapes and keeps two, of which each depends on others. */
const step =
  (weight: g.Tensor) =>
  (
    { state, sum }: { readonly state: g.Tensor; readonly sum: g.Tensor },
    x: g.Tensor
  ): readonly [
    { readonly state: g.Tensor; readonly sum: g.Tensor },
    { readonly a: g.Tensor; readonly b: g.Tensor }
  ] => {
    const next = op.tanh(op.add(op.mul(state, weight), x))
    return [
      { state: next, sum: op.add(sum, op.mul(x, op.sum(state, [0], false))) },
      { a: op.mul(next, x), b: sum }
    ]
  }

const STEPS = [0.5, -1, 0.25]

/** All that the steps give, one after the other; the weight is closed over. */
const joined = (last: ReturnType<ReturnType<typeof step>>[0], a: g.Tensor, b: g.Tensor): g.Tensor =>
  op.concat([last.state, op.reshape(last.sum, [1]), op.reshape(a, [2 * STEPS.length]), b], 0)

const begin = (x: g.Tensor) => ({ state: x, sum: op.sum(x, [0], false) })

const byScan: Map = (x) => {
  const scanned = g.scan as unknown as (
    f: ReturnType<typeof step>
  ) => (
    init: ReturnType<typeof begin>,
    xs: g.Tensor
  ) => readonly [ReturnType<typeof begin>, { readonly a: g.Tensor; readonly b: g.Tensor }]
  const [last, { a, b }] = scanned(step(op.sin(x)))(begin(x), g.tensor(STEPS))
  return joined(last, a, b)
}

const byHand: Map = (x) => {
  const [last, kept] = STEPS.reduce<
    readonly [ReturnType<typeof begin>, readonly { readonly a: g.Tensor; readonly b: g.Tensor }[]]
  >(
    ([carry, before], at) => {
      const [next, now] = step(op.sin(x))(carry, op.constant(at))
      return [next, [...before, now]]
    },
    [begin(x), []]
  )
  return joined(
    last,
    op.concat(
      kept.map(({ a }) => a),
      0
    ),
    op.concat(
      kept.map(({ b }) => op.reshape(b, [1])),
      0
    )
  )
}

const weighted = (y: g.Tensor): g.Scalar =>
  op.sum(
    op.mul(y, op.add(op.range(g.toFlatArray(g.zeros([...y.shape])).length, 0.25), op.constant(1))),
    [0],
    false
  ) as unknown as g.Scalar

/** From a function of two numbers to another one. */
const transformations: Readonly<Record<string, (f: Map) => Map>> = {
  itself: (f) => f,
  grad: (f) => g.grad((x: g.Tensor) => weighted(f(x))),
  jvp: (f) => (x) => g.jvp(f as unknown as (x: g.Vec) => g.Vec)(x as unknown as g.Vec)(g.tensor([1, -2])).tangent,
  vjp: (f) => (x) => {
    const { value, pullback } = g.vjp(f as unknown as (x: g.Vec) => g.Vec)(x as unknown as g.Vec)
    return pullback(g.mul(0.5)(value))
  },
  vmap: (f) => (x) => {
    const rows = g.vmap(((scale: g.Scalar) => f(op.mul(x, scale as unknown as g.Tensor))) as never) as unknown as Map
    return op.sum(rows(g.tensor([1, 0.5, -1])), [0], false)
  },
  scan: (f) => (x) => {
    const scanned = g.scan as unknown as (
      s: (c: g.Tensor, at: g.Tensor) => readonly [g.Tensor, g.Tensor]
    ) => (init: g.Tensor, xs: g.Tensor) => readonly [g.Tensor, g.Tensor]
    const [last, kept] = scanned((carry, at) => [op.tanh(op.slice(f(op.mul(carry, at)), [0], [2])), f(carry)])(
      x,
      g.tensor([0.75, -0.5])
    )
    return op.concat([last, op.sum(kept, [0], false)], 0)
  },
  compile: (f) => g.compile(f),
  'stopped half': (f) => (x) => {
    const y = f(x)
    return op.mul(y, op.stopGradient(y))
  }
}

const pairs = Object.entries(transformations).flatMap(([outer, f]) =>
  Object.entries(transformations).map(([inner, h]) => [outer, inner, f, h] as const)
)

describe('a scan with several results', () => {
  const x = g.tensor([0.3, -0.7]) as unknown as g.Tensor
  const relative = (actual: g.Tensor, expected: g.Tensor, digits: number): void => {
    const values = g.toFlatArray(expected)
    expect(actual.shape).toEqual(expected.shape)
    g.toFlatArray(actual).forEach((value, i) => {
      const scale = 1 + Math.abs(values[i]!)
      expect(value / scale).toBeCloseTo(values[i]! / scale, digits)
    })
  }

  it.each(pairs)('gives what its steps give under %s of %s, eager and compiled', (_, __, outer, inner) => {
    const expected = outer(inner(byHand))(x)
    const ours = outer(inner(byScan))
    relative(ours(x), expected, 10)
    relative(g.compile(ours, { checked: true })(x), expected, 10)
    relative(g.compile(ours, { precision: 'single', checked: true })(x), expected, 4)
  })

  it('is one line of a tape, with a number for each result', () => {
    const f = (start: g.Scalar) =>
      g.scan((carry: g.Scalar, at: g.Scalar) => [g.add(at)(carry), g.mul(at)(carry)] as const)(start, g.tensor([1, 2]))
    const tape = g.trace((start: g.Scalar) => {
      const [last, kept] = f(g.mul(2)(start))
      return [g.sum(kept), last]
    })(g.scalar(1))
    expect(g.showTape(tape)).toBe(
      [
        'in  %0 : []',
        '    %1 = mul(%0, 2) : []',
        '    %2, %3 = scan(%1, const[2]) {step: 2, length: 2, reverse: false, carries: 1, xs: 1} : [], [2]',
        '    %4 = sum(%3) {axes: [0], keepDims: false} : []',
        'out %4, %2'
      ].join('\n')
    )
    expect(g.cost(tape)).toEqual({ operations: 3, flops: 1 + 4 + 2, bytes: 8 * (1 + 3 + 1) })
  })

  it('names the result that is not finite, and not another', () => {
    const f = (start: g.Scalar) => {
      const [last, kept] = g.scan((carry: g.Scalar, at: g.Scalar) => [g.add(at)(carry), g.log(carry)] as const)(
        g.mul(2)(start),
        g.tensor([1, 2])
      )
      return [last, g.exp(g.neg(kept))]
    }
    const found = g.check.firstBad(f)(g.scalar(0))
    expect(O.isSome(found) && found.value._tag === 'Made' && [found.value.place, found.value.operation]).toEqual([
      3,
      'scan'
    ])
  })

  it('keeps results that do not differ between examples as they are under vmap', () => {
    const f = (scale: g.Scalar) =>
      g.scan(
        ({ at, sum }: { readonly at: g.Scalar; readonly sum: g.Scalar }, y: g.Scalar) =>
          [{ at: g.add(1)(at), sum: g.add(g.mul(y)(scale))(sum) }, at] as const
      )({ at: g.scalar(0), sum: g.scalar(0) }, g.tensor([1, 2, 3]))
    const [last, kept] = g.vmap(f)(g.tensor([1, 10]))
    expect(last.at).toBeTensor([3, 3])
    expect(last.sum).toBeTensor([6, 60])
    expect(kept).toBeTensor([
      [0, 1, 2],
      [0, 1, 2]
    ])
    const tape = g.trace((scales: g.Vec) => g.vmap(f)(scales))(g.tensor([1, 10]))
    const scanned = tape.entries.find(({ primitive }) => primitive === g.table.scan)
    expect(scanned?.results).toEqual([[], [2], [3]])
  })

  it('draws with a key that it carries beside what is mapped', () => {
    const walk = (scale: g.Scalar) =>
      g.scan(
        (carry: { readonly key: g.random.Key; readonly at: g.Scalar }, _: readonly []) => {
          const [now, next] = g.random.split(2)(carry.key)
          return [{ key: next, at: g.add(g.mul(scale)(g.random.uniform([])(now)))(carry.at) }, []] as const
        },
        { length: 3 }
      )({ key: g.random.key(5), at: g.scalar(0) }, [])[0].at
    const expected = [1, 3].map((scale) => g.toNumber(walk(g.scalar(scale))))
    expect(g.toFlatArray(g.vmap(walk)(g.tensor([1, 3])))).toEqual(expected)
  })
})

const prune = passes.find(({ name }) => name === 'prune')!
const showPruned = (f: (x: g.Vec<3>) => unknown): string => g.showTape(prune.run(g.trace(f)(g.tensor([1, 2, 3]))))

describe('what nothing reads of a scan', () => {
  const all = (x: g.Vec<3>) =>
    g.scan(
      (
        { sum, product, count }: { readonly sum: g.Scalar; readonly product: g.Scalar; readonly count: g.Scalar },
        y: g.Scalar
      ) =>
        [
          { sum: g.add(y)(sum), product: g.mul(y)(g.add(count)(product)), count: g.add(1)(count) },
          { sum, square: g.square(y) }
        ] as const
    )({ sum: g.sum(x), product: g.mean(x), count: g.max(x) }, x)

  it('is pruned: what it keeps, what it carries, and what these were made of', () => {
    const scanLine = (f: (x: g.Vec<3>) => unknown): string => /scan.*/.exec(showPruned(f))![0]
    expect(scanLine((x) => all(x))).toBe(
      'scan(%1, %3, %4, %0) {step: 5, length: 3, reverse: false, carries: 3, xs: 1} : [], [], [], [3], [3]'
    )
    // sums need nothing else
    expect(showPruned((x) => all(x)[0].sum)).toBe(
      [
        'in  %0 : [3]',
        '    %1 = sum(%0) {axes: [0], keepDims: false} : []',
        '    %2 = scan(%1, %0) {step: 1, length: 3, reverse: false, carries: 1, xs: 1} : []',
        'out %2'
      ].join('\n')
    )
    // products need the count, which goes along nothing
    expect(scanLine((x) => all(x)[0].product)).toMatch(/carries: 2, xs: 1\} : \[\], \[\]$/)
    expect(scanLine((x) => all(x)[0].count)).toMatch(
      /^scan\(%\d\) \{step: 1, length: 3, reverse: false, carries: 1, xs: 0\} : \[\]$/
    )
    expect(scanLine((x) => all(x)[1].square)).toBe(
      'scan(%0) {step: 1, length: 3, reverse: false, carries: 0, xs: 1} : [3]'
    )
  })

  const parts: readonly ((x: g.Vec<3>) => unknown)[] = [
    (x) => all(x)[0].sum,
    (x) => all(x)[0].product,
    (x) => [all(x)[0].count, all(x)[1].sum],
    (x) => all(x)[1],
    (x) => g.grad((y: g.Vec<3>) => all(y)[0].product)(x),
    (x) => g.grad((y: g.Vec<3>) => g.sum(g.grad((z: g.Vec<3>) => all(z)[0].product)(y)))(x)
  ]
  parts.forEach((f, i) => {
    laws.register(test)(
      laws.compiled({ name: `part ${i} of a scan`, f, args: fc.tuple(laws.arbitrary.tensor([3]) as never) as never }),
      { numRuns: 10 }
    )
  })
})
