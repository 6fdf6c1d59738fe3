/** What a wrong argument gets to read: linear algebra. */
import { describe } from 'vitest'
import * as g from '../../src/index.ts'
import { saysOf, wrong } from './says.ts'

const { linalg } = g
const wide = g.ones([2, 3])
const square = g.eye(2)

describe('linear algebra', () => {
  saysOf({
    'det of a number': [() => linalg.det(wrong(3)), 'ValueError: det: needs a tensor, got 3; make it one with tensor'],
    ...Object.fromEntries(
      (['det', 'slogDet', 'inverse', 'cholesky', 'eigh', 'expm', 'solve'] as const).map((name) => [
        `${name} of a wide matrix`,
        [
          () => linalg[name](wrong(wide)),
          `ShapeError: ${name}: needs square matrices along the last two axes, got shape [2, 3]`
        ] as const
      ])
    ),
    'svd of a vector': [
      () => linalg.svd(wrong(g.ones([3]))),
      'ShapeError: svd: needs matrices along the last two axes, got shape [3]'
    ],
    'solve of settings that there are not': [
      () => linalg.solve(wrong({ assume: 'diagonal' })),
      'ValueError: solve: assume must be one of general, symmetric, positive definite, got "diagonal"'
    ],
    'solve of nothing': [
      () => linalg.solve(wrong(undefined)),
      "ValueError: solve: needs a tensor, or settings such as { assume: 'positive definite' }, got undefined"
    ],
    'solve for too few rows': [
      () => linalg.solve(square)(g.ones([3])),
      'ShapeError: solve: needs right-hand sides of as many rows, in the same batches, got matrices [2, 2] and right-hand sides [3]'
    ],
    'solve for other batches': [
      () => linalg.solve(square)(g.ones([4, 2, 1])),
      'ShapeError: solve: needs right-hand sides of as many rows, in the same batches, got matrices [2, 2] and right-hand sides [4, 2, 1]'
    ],
    'solveTriangular with a misspelt setting': [
      () => linalg.solveTriangular(wrong({ upper: true })),
      'ValueError: solveTriangular: upper is not known; there is lower, transposed, unit'
    ],
    'lstsq for too few rows': [
      () => linalg.lstsq(wide)(g.ones([3])),
      'ShapeError: lstsq: needs right-hand sides of as many rows, in the same batches, got matrices [2, 3] and right-hand sides [3]'
    ],
    'matrixPower(0.5)': [
      () => linalg.matrixPower(0.5),
      'ValueError: matrixPower: power must be a whole number within ±(2^53 − 1), got 0.5'
    ],
    'pinv with an rtol below 0': [
      () => linalg.pinv({ rtol: -1 }),
      'ValueError: pinv: rtol must be a finite number of at least 0, got -1'
    ],
    'primitive.vocabulary.solve of another structure': [
      () => g.primitive.vocabulary.solve(square, square, wrong('diagonal'), null),
      'ValueError: solve: structure must be one of general, symmetric, positive definite, lower, upper, unit lower, unit upper, got "diagonal"'
    ]
  })
})
