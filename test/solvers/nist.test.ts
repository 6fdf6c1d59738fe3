import { expect, it } from 'vitest'
import * as g from '../../src/index.ts'
import { problems, residualsOf } from './nist.ts'

const solutionOf = (problem: (typeof problems)[number], start: number) =>
  g.compile(g.solvers.leastSquares(residualsOf(problem)))(g.tensor(problem.starts[start]!))

it('there are 27 problems', () => {
  expect(problems).toHaveLength(27)
})

it.each(problems.map((problem) => [problem.name, problem] as const))(
  'the certified parameters of %s are found to ten digits from the second start',
  (_, problem) => {
    const { value, converged } = solutionOf(problem, 1)
    expect(g.toNumber(converged)).toBe(1)
    const found = g.toFlatArray(value)
    problem.certified.forEach((certified, i) => {
      expect(Math.abs(found[i]! / certified - 1)).toBeLessThan(1e-10)
    })
    const sum = g.toFlatArray(residualsOf(problem)(value)).reduce((total, r) => total + r * r, 0)
    // of Lanczos1 the residuals are the rounding errors of its data
    if (problem.name !== 'Lanczos1') expect(Math.abs(sum / problem.sumOfSquares - 1)).toBeLessThan(1e-9)
  }
)

// from its first start BoxBOD leads to another minimum, and MGH10 to none in a thousand steps
const others = problems.filter(({ name }) => !['BoxBOD', 'MGH10'].includes(name))

it.each(others.map((problem) => [problem.name, problem] as const))(
  'the certified parameters of %s are found to eight digits from the first start',
  (_, problem) => {
    const found = g.toFlatArray(solutionOf(problem, 0).value)
    problem.certified.forEach((certified, i) => {
      expect(Math.abs(found[i]! / certified - 1)).toBeLessThan(1e-8)
    })
  }
)

it('what has not converged is NaN, and says where it ended', () => {
  const { value, last, converged, steps } = solutionOf(
    problems.find(({ name }) => name === 'MGH10')!,
    0
  )
  expect(g.toNumber(converged)).toBe(0)
  expect(g.toNumber(steps)).toBe(1000)
  expect(g.toFlatArray(value)).toEqual([NaN, NaN, NaN])
  expect(g.toFlatArray(last).every(Number.isFinite)).toBe(true)
})
