/** The shapes of linear algebra, from those of the matrices. Checked by the compiler; nothing here runs. */
import * as g from '../../src/index.ts'
import type { Same } from '../../src/tensor/shape.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { holds } from '../support/claims.ts'

const [square, tall, batch] = [g.zeros([3, 3]), g.zeros([5, 3]), g.zeros([7, 3, 3])]
declare const some: Tensor
const { det, eigh, inverse, lstsq, pinv, qr, slogDet, solve, svd } = g.linalg

const [ofOne, ofMany, ofSome] = [det(square), det(batch), det(some)]
holds<Same<typeof ofOne, g.Scalar>>()
holds<Same<typeof ofMany, Tensor<[7]>>>()
holds<Same<typeof ofSome, Tensor>>()
const { logAbsDet } = slogDet(batch)
holds<Same<typeof logAbsDet, Tensor<[7]>>>()

const [inverted, solved] = [inverse(batch), solve({ assume: 'symmetric' })(square)(g.zeros([3, 2]))]
holds<Same<typeof inverted, Tensor<[7, 3, 3]>>>()
holds<Same<typeof solved, Tensor<[3, 2]>>>()

const [tallQr, wideQr] = [qr(tall), qr(g.transpose(tall))]
holds<Same<typeof tallQr.q, Tensor<[5, 3]>>>()
holds<Same<typeof wideQr.r, Tensor<[3, 5]>>>()
const squareSvd = svd(square)
holds<Same<typeof squareSvd.s, Tensor<[3]>>>()
holds<Same<typeof squareSvd.vt, Tensor<[3, 3]>>>()
const { eigenvalues } = eigh(batch)
holds<Same<typeof eigenvalues, Tensor<[7, 3]>>>()

const [line, lines, other] = [lstsq(tall)(g.zeros([5])), lstsq(tall)(g.zeros([5, 2])), pinv(tall)]
holds<Same<typeof line, Tensor<[3]>>>()
holds<Same<typeof lines, Tensor<[3, 2]>>>()
holds<Same<typeof other, Tensor<[3, 5]>>>()

// @ts-expect-error not square
det(tall)
// @ts-expect-error a vector
inverse(g.zeros([3]))
