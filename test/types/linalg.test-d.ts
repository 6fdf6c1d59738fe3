/** The shapes of linear algebra, from those of the matrices. Checked by the compiler; nothing here runs. */
import * as g from '../../src/index.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { typed } from '../support/claims.ts'

const [square, tall, batch] = [g.zeros([3, 3]), g.zeros([5, 3]), g.zeros([7, 3, 3])]
declare const some: Tensor
const { det, eigh, inverse, lstsq, pinv, qr, slogDet, solve, svd } = g.linalg

typed<g.Scalar>()(det(square))
typed<Tensor<[7]>>()(det(batch))
typed<Tensor>()(det(some))
typed<Tensor<[7]>>()(slogDet(batch).logAbsDet)

typed<Tensor<[7, 3, 3]>>()(inverse(batch))
typed<Tensor<[3, 2]>>()(solve({ assume: 'symmetric' })(square)(g.zeros([3, 2])))

typed<Tensor<[5, 3]>>()(qr(tall).q)
typed<Tensor<[3, 5]>>()(qr(g.transpose(tall)).r)
typed<Tensor<[3]>>()(svd(square).s)
typed<Tensor<[3, 3]>>()(svd(tall).vt)
typed<Tensor<[7, 3]>>()(eigh(batch).eigenvalues)

typed<Tensor<[3]>>()(lstsq(tall)(g.zeros([5])))
typed<Tensor<[3, 2]>>()(lstsq(tall)(g.zeros([5, 2])))
typed<Tensor<[3, 5]>>()(pinv(tall))

// @ts-expect-error: a matrix that is not square
det(tall)
// @ts-expect-error: a vector is no matrix
inverse(g.zeros([3]))
