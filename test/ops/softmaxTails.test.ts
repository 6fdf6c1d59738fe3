/** Softmax, its logarithm, logSumExp and the losses on logits keep their digits where one class has nearly all. */
import { expect, test } from 'vitest'
import * as g from '../../src/index.ts'
import type { Scalar, Tensor, Vec } from '../../src/tensor/tensor.ts'

const flat = (x: unknown): readonly number[] => g.toFlatArray(x as Tensor)
const engines = {
  'outside of programs': { run: <F>(f: F): F => f, digits: 2e-15, gaps: [5, 12, 36, 100, 300] },
  'in a program': { run: <F>(f: F): F => g.compile(f as never), digits: 2e-15, gaps: [5, 12, 36, 100, 300] },
  'in a program in single precision': {
    run: <F>(f: F): F => g.compile(f as never, { precision: 'single' }),
    digits: 1e-6,
    gaps: [5, 12, 30, 40]
  }
} as const

/** The class `k` is `gap` above one other, and `gap + 1` above the next. */
const logits = (gap: number, k: number): Vec => g.tensor([0, -gap, -gap - 1].map((_, i, all) => all.at(i - k)!))

const close = (actual: readonly number[], expected: readonly number[], digits: number): void => {
  expect(actual).toHaveLength(expected.length)
  actual.forEach((a, i) => {
    expect(Math.abs(a - expected[i]!), `${a} instead of ${expected[i]!}`).toBeLessThanOrEqual(
      digits * Math.abs(expected[i]!)
    )
  })
}

test.each(
  Object.entries(engines).flatMap(([where, { run, digits, gaps }]) =>
    gaps.flatMap((gap) => [0, 1, 2].map((k) => ({ where, run, digits, gap, k })))
  )
)('of logits $gap apart, class $k the largest, $where', ({ run, digits, gap, k }) => {
  const x = logits(gap, k)
  const turned = (values: readonly number[]): readonly number[] => values.map((_, i) => values.at(i - k)!)
  // shares of the three classes, the complement of the first by what the others have
  const [a, b] = [Math.exp(-gap), Math.exp(-gap - 1)]
  const whole = 1 + a + b
  const [p, q, r] = [1 / whole, a / whole, b / whole]
  const rest = (a + b) / whole
  const label = g.tensor(turned([1, 0, 0])) as unknown as Vec

  const share = (z: Vec): Scalar => g.sum(g.mul(label)(g.softmax(z) as never))
  const loss = (z: Vec): Scalar => g.sum(g.mul(g.neg(label))(g.logSoftmax(z) as never))
  const entropy = (z: Vec): Scalar =>
    g.nn.softmaxCrossEntropy(g.reshape([1, 3])(label as never))(g.reshape([1, 3])(z as never))

  close(flat(run(loss)(x)), [Math.log1p(a + b)], digits)
  close(flat(run(entropy)(x)), [Math.log1p(a + b)], digits)
  close(flat(run(g.logSumExp)(x)), [Math.log1p(a + b)], digits)
  const gradient = turned([-rest, q, r])
  for (const f of [loss, entropy]) {
    close(flat(run(g.grad(f))(x)), gradient, digits)
    close(flat(run(g.jacobian(f, { mode: 'forward' }))(x)), gradient, digits)
  }
  const ofShare = turned([p * rest, -p * q, -p * r])
  close(flat(run(g.grad(share))(x)), ofShare, digits)
  close(flat(run(g.jacobian(share, { mode: 'forward' }))(x)), ofShare, digits)

  const hessian = [
    [p * rest, -p * q, -p * r],
    [-q * p, q * (1 - q), -q * r],
    [-r * p, -r * q, r * (1 - r)]
  ]
  const expected = [0, 1, 2].flatMap((i) => [0, 1, 2].map((m) => hessian.at(i - k)!.at(m - k)!))
  for (const f of [g.logSumExp as (z: Vec) => Scalar, loss]) close(flat(run(g.hessian(f))(x)), expected, 2 * digits)
})

test('a binary cross-entropy of logits has the same digits as one of two classes', () => {
  for (const gap of [5, 40, 300]) {
    const two = (z: Scalar): Scalar => g.nn.binaryCrossEntropyWithLogits(g.scalar(1))(z as never)
    close([g.toNumber(two(g.scalar(gap)))], [Math.log1p(Math.exp(-gap))], 1e-15)
    close([g.toNumber(g.grad(two)(g.scalar(gap)))], [-Math.exp(-gap) / (1 + Math.exp(-gap))], 1e-15)
    close(
      [g.toNumber(g.grad((z: Scalar) => g.grad(two)(z))(g.scalar(gap)))],
      [Math.exp(-gap) / (1 + Math.exp(-gap)) ** 2],
      2e-15
    )
  }
})
