import { describe, expect, it } from 'vitest'
import * as g from '../../src/index.ts'
import '../support/matchers.ts'

const { solvers } = g
const numbers = (x: g.Tensor): readonly number[] => g.toFlatArray(x)
const toLine = (y: g.Vec<3>) => (b: g.Vec<2>) => g.sub(y)(g.add(g.get(0)(b))(g.mul(g.get(1)(b))(g.tensor([0, 1, 2]))))

describe('a solver of one’s own', () => {
  // gradient descent; no type of the library but Solver
  const descent = (rate: number): g.solvers.Solver<'minimum', g.solvers.Iterate> => ({
    solves: 'minimum',
    tolerance: 1e-12,
    maxSteps: 2000,
    init: () => (x) => ({ x, error: g.scalar(Infinity) }),
    step:
      (f) =>
      ({ x }) => {
        const move = g.mul(g.scalar(-rate))(g.grad(f)(x))
        return { x: g.add(move)(x), error: g.norm(move) }
      }
  })
  const least = solvers.argmin(
    (x: g.Vec<2>, a: g.Vec<2>) => g.sum(g.add(g.square(x))(g.square(g.sub(a)(x)))),
    descent(0.1)
  )

  it('is a value of five fields, whose solutions are differentiated and compiled as any', () => {
    const value = (a: g.Vec<2>): g.Vec<2> => least(g.tensor([0, 0]), a).value
    expect(value(g.tensor([2, 4]))).toBeCloseToTensor(g.tensor([1, 2]), { atol: 1e-10, rtol: 0 })
    expect(g.jacobian(value)(g.tensor([2, 4]))).toBeCloseToTensor(
      g.tensor([
        [0.5, 0],
        [0, 0.5]
      ]),
      { atol: 1e-12, rtol: 0 }
    )
    expect(g.compile(value)(g.tensor([2, 4]))).toBeCloseToTensor(g.tensor([1, 2]), { atol: 1e-10, rtol: 0 })
  })
})

describe('newton', () => {
  it('halves steps that lead away', () => {
    const root = solvers.root((x: g.Scalar) => g.atan(x))
    const { value, converged } = root(g.scalar(3))
    expect(g.toNumber(converged)).toBe(1)
    expect(Math.abs(g.toNumber(value))).toBeLessThan(1e-12)
  })

  it('maps examples, each with its own number of steps', () => {
    const root = solvers.root((x: g.Scalar, a: g.Scalar) => g.sub(a)(g.exp(x)))
    const { value, steps } = g.vmap((a: g.Scalar) => root(g.scalar(0), a))(g.tensor([1, 1.01, 50]))
    expect(value).toBeCloseToTensor(g.tensor([0, Math.log(1.01), Math.log(50)]), { atol: 1e-13, rtol: 1e-13 })
    expect(new Set(numbers(steps)).size).toBeGreaterThan(1)
  })

  it('refuses a singular Jacobian', () => {
    expect(() => solvers.root((x: g.Scalar) => g.square(x))(g.scalar(0))).not.toThrow()
    expect(() => solvers.root((x: g.Scalar) => g.add(1)(g.mul(0)(x)))(g.scalar(1))).toThrow(/singular/)
  })
})

describe('bounds', () => {
  const fit = (settings: g.solvers.LevenbergMarquardtSettings) =>
    solvers.leastSquares((b: g.Vec<2>, y: g.Vec<3>) => toLine(y)(b), solvers.levenbergMarquardt(settings))
  const y = g.tensor([1, 2, 4])

  it('hold the solution inside', () => {
    expect(fit({})(g.tensor([0, 0]), y).value).toBeCloseToTensor(g.tensor([5 / 6, 1.5]), { atol: 1e-12, rtol: 0 })
    // with the slope at its bound, the intercept is the mean of the rest
    expect(fit({ upper: [Infinity, 1] })(g.tensor([0, 0]), y).value).toBeCloseToTensor(g.tensor([4 / 3, 1]), {
      atol: 1e-10,
      rtol: 0
    })
    expect(fit({ lower: 0, upper: 1 })(g.tensor([5, 5]), y).value).toBeCloseToTensor(g.tensor([1, 1]), {
      atol: 1e-10,
      rtol: 0
    })
  })

  it('take the derivative of what they hold to be 0', () => {
    const value = (to: g.Vec<3>): g.Vec<2> => fit({ upper: [Infinity, 1] })(g.tensor([0, 0]), to).value
    expect(g.jacobian(value)(y)).toBeCloseToTensor(
      g.tensor([
        [1 / 3, 1 / 3, 1 / 3],
        [0, 0, 0]
      ]),
      { atol: 1e-10, rtol: 0 }
    )
  })

  it('are one number, or a list of one for each variable', () => {
    expect(() => fit({ lower: [0] })(g.tensor([0, 0]), y)).toThrow(
      'levenbergMarquardt: lower must be a number, or a list of 2, one for each variable, got an array'
    )
  })
})

describe('what is wrong is named', () => {
  it.each([
    [
      'a solver for another problem',
      () => solvers.root((x: g.Scalar) => x, solvers.lbfgs() as never),
      'root: solves must be one of root, got "minimum"'
    ],
    [
      'equations for fewer unknowns',
      () => solvers.root((x: g.Vec) => g.sum(x) as never)(g.tensor([1, 2]) as never),
      'root: the function must give as many numbers as x has, 2, got 1'
    ],
    [
      'a function of many values to be least',
      () => solvers.argmin((x: g.Vec) => x as never)(g.tensor([1, 2]) as never),
      'argmin: f must give a scalar, got [2] numbers'
    ],
    ['a tolerance of 0', () => solvers.newton({ tolerance: 0 }), 'newton: tolerance must be a finite number above 0'],
    ['a memory of 0', () => solvers.lbfgs({ memory: 0 }), 'lbfgs: memory must be a whole number of at least 1'],
    ['no function', () => solvers.argmin(3 as never), 'argmin: f must be a function, got 3'],
    ['a start that is no tensor', () => solvers.fixedPoint((x: g.Scalar) => x)(3 as never), 'fixedPoint: start']
  ])('%s', (_, call, message) => {
    expect(call).toThrow(message)
  })
})

it('a solution in single precision is that in double, within a tolerance that single precision reaches', () => {
  const root = solvers.root((x: g.Scalar, a: g.Scalar) => g.sub(a)(g.square(x)))
  const value = g.compile((a: g.Scalar) => root(g.scalar(1), a).value, { precision: 'single' })(g.scalar(2))
  expect(Math.abs(g.toNumber(value) - Math.SQRT2)).toBeLessThan(2e-7)
})
