/**
 * Linear algebra on matrices along the last two axes, by NumPy's names: determinants, systems, factorisations and functions
 * of a matrix, with derivatives of every order. Leading axes are batches. Here primitives are put together; loops are in
 * `kernel`.
 */
export { det, slogDet } from './determinant.ts'
export { cholesky, type Eigh, eigh, type Qr, qr, type Svd, svd } from './factor.ts'
export { expm, type Fitted, lstsq, matrixPower, pinv, type PinvOptions, type PseudoInverse } from './matrixFunction.ts'
export type { Lead, Square } from './operand.ts'
export {
  inverse,
  solve,
  type SolveFor,
  type SolveOptions,
  solveTriangular,
  type Solving,
  type TriangularOptions
} from './solve.ts'
