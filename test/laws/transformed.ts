/** What transformations give of small functions, as functions to run. */
import { anySize, tensorOf } from '../../laws/draw.ts'
import * as laws from '../../laws/index.ts'
import fc from 'fast-check'
import * as g from '../../src/index.ts'
import type { Mat, Scalar, Vec } from '../../src/tensor/tensor.ts'
import * as associativeScan from '../../src/transform/associativeScan.ts'
import * as cond from '../../src/transform/cond.ts'
import * as custom from '../../src/transform/custom.ts'
import * as grad from '../../src/transform/grad.ts'
import * as jacobian from '../../src/transform/jacobian.ts'
import * as scan from '../../src/transform/scan.ts'
import * as sparse from '../../src/transform/sparse.ts'
import * as trace from '../../src/transform/trace.ts'
import * as vmap from '../../src/transform/vmap.ts'
import { row, rows, type Table } from './row.ts'

/** All transformations. */
export const transformations: object = {
  ...associativeScan,
  ...cond,
  ...custom,
  ...grad,
  ...jacobian,
  ...scan,
  ...sparse,
  ...trace,
  ...vmap
}

const [x, t] = [anySize([3]), laws.arbitrary.tensor([3])]
const several = anySize([4, 3])
const choice = tensorOf([])(fc.constantFrom(0, 1))

const each = (x: Vec<3>): Vec<3> => g.tanh(g.mul(2)(x))
const total = (x: Vec<3>): Scalar => g.sum(g.softplus(x))
const pair = (x: Vec<3>) => ({ y: each(x), z: total(x) })
const running = (carry: Vec<3>, x: Vec<3>) => [g.tanh(g.add(x)(carry)), g.maximum(x)(carry)] as const
const pulled = (x: Vec<3>) => ({
  value: g.softplus(x),
  pullback: (ct: Vec<3>): Vec<3> => g.mul(g.sigmoid(x))(ct)
})
const pushed = (x: Vec<3>) => ({
  value: g.softplus(x),
  pushforward: (t: Vec<3>): Vec<3> => g.mul(g.sigmoid(x))(t)
})
const counted = (x: Vec<3>, n: number) =>
  g.whileLoop(
    ({ count }: { readonly count: Scalar; readonly y: Vec<3> }) => g.less(n)(count),
    ({ count, y }) => ({ count: g.add(1)(count), y: g.tanh(g.add(x)(y)) }),
    { maxSteps: 5 }
  )({ count: g.scalar(0), y: x }).y

export const ofTransformations: Table = {
  grad: rows(
    row(g.grad(total), x),
    row(
      g.grad((x: Vec<3>, w: Vec<3>) => total(g.mul(w)(x))),
      x,
      t
    )
  ),
  valueAndGrad: rows(
    row(g.valueAndGrad(total), x),
    row(
      g.valueAndGrad((x: Vec<3>) => [total(x), each(x)] as const, { aux: true }),
      x
    )
  ),
  vjp: row((x: Vec<3>, ct: Vec<3>) => g.vjp(each)(x).pullback(ct), x, t),
  jvp: row((x: Vec<3>, t: Vec<3>) => g.jvp(pair)(x)(t), x, t),
  linearize: row((x: Vec<3>, t: Vec<3>) => g.linearize(pair)(x).pushforward(t), x, t),
  hvp: row((x: Vec<3>, t: Vec<3>) => g.hvp(total)(x)(t), x, t),
  jacobian: rows(row(g.jacobian(each, { mode: 'forward' }), x), row(g.jacobian(each, { mode: 'reverse' }), x)),
  hessian: row(g.hessian(total), x),
  sparseJacobian: rows(
    row((x: Vec<3>) => g.sparseJacobian(each)(x).values, x),
    row((x: Vec<3>) => g.sparseJacobian(pair, { mode: 'reverse' })(x).values, x)
  ),
  sparseHessian: row((x: Vec<3>) => g.sparseHessian(total)(x).values, x),
  toDense: row((x: Vec<3>) => g.toDense({ rows: [1, 0, 1], columns: [0, 2, 1], shape: [2, 3], values: x }), x),
  vmap: rows(
    row((x: Mat<4, 3>) => g.vmap(each)(x), several),
    row((x: Mat<4, 3>) => g.vmap(g.grad(total))(x), several)
  ),
  scan: rows(
    row((x: Vec<3>, xs: Mat<4, 3>) => g.scan(running)(x, xs), x, several),
    row((x: Vec<3>, xs: Mat<4, 3>) => g.scan(running, { reverse: true })(x, xs), x, several),
    row(
      g.grad((x: Vec<3>, xs: Mat<4, 3>) => total(g.scan(running, { checkpoint: true })(x, xs)[0])),
      x,
      several
    )
  ),
  repeat: row(g.repeat(3)(each), x),
  cond: rows(
    row((c: Scalar, x: Vec<3>) => g.cond(each, (x: Vec<3>) => g.relu(x))(c, x), choice, x),
    row(
      g.grad((x: Vec<3>, c: Scalar) => total(g.cond(each, (x: Vec<3>) => g.relu(x))(c, x))),
      x,
      choice
    )
  ),
  whileLoop: rows(
    row((x: Vec<3>) => counted(x, 3), x),
    row(
      g.grad((x: Vec<3>) => total(counted(x, 3))),
      x
    )
  ),
  checkpoint: rows(row(g.checkpoint(pair), x), row(g.grad(g.checkpoint(total)), x)),
  customVjp: rows(
    row(g.customVjp(pulled), x),
    row(
      g.grad((x: Vec<3>) => g.sum(g.customVjp(pulled)(x))),
      x
    )
  ),
  customJvp: rows(
    row(g.customJvp(pushed), x),
    row(
      g.grad((x: Vec<3>) => g.sum(g.customJvp(pushed)(x))),
      x
    )
  ),
  associativeScan: row((xs: Mat<4, 3>) => g.associativeScan((a: Vec<3>, b: Vec<3>) => g.maximum(b)(a))(xs), several)
}
