import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { type Mode, training } from '../src/nn/layers/layer.ts'
import * as params from '../src/params/index.ts'
import { flattenParams, rebuild } from '../src/params/tree.ts'
import { normal } from '../src/random/continuous.ts'
import { foldIn, type Key } from '../src/random/key.ts'
import { tensors as op } from '../src/tape/algebra.ts'
import { toFlatArray } from '../src/tensor/read.ts'
import { dimsOf, make, type Scalar, type Tensor } from '../src/tensor/tensor.ts'
import { grad } from '../src/transform/grad.ts'
import type { Difference } from './law.ts'
import { agree, every, indexOf, nothing, numeric, probe, trusted } from './tolerance.ts'

/** The gradient of a layer against finite differences. */

type Params = params.Params

/** A key to start and to train with, a batch, and which numbers to look at. */
export interface Sample {
  readonly key: Key
  readonly x: Tensor
  readonly picks: readonly number[]
}

/** A layer as the laws run it, its types forgotten. */
export interface Run {
  readonly start: (key: Key) => { readonly params: Params; readonly state: Params }
  readonly apply: (mode: Mode, p: Params, state: Params, x: Tensor) => readonly [Tensor, Params]
}

/** The state after a training step: running statistics are trivial before it. */
export const trained = ({ apply }: Run, p: Params, state: Params, { key, x }: Sample): Params =>
  apply(training(foldIn(6)(key)), p, state, x)[1]

/** The initial parameters, perturbed, so that they are not round numbers. */
const disturbed = (p: Params, key: Key): Params => {
  const { leaves, structure } = flattenParams('laws.layer', p)
  return rebuild<Params>(
    structure,
    leaves.map((x, i) => op.add(x, op.mul(normal([...dimsOf(x)])(foldIn(i)(key)), op.constant(0.1))))
  )
}

/** One number of a tree, moved by `t`. */
const nudged = (p: Params, leaf: number, offset: number, t: number): Params => {
  const { leaves, structure } = flattenParams('laws.layer', p)
  return rebuild<Params>(
    structure,
    leaves.map((x, i) =>
      i === leaf
        ? make(
            dimsOf(x),
            Float64Array.from(toFlatArray(x), (value, k) => (k === offset ? value + t : value))
          )
        : x
    )
  )
}

/** Where number `pick` of a tree is: its tensor, its place there. */
const locate = (p: Params, pick: number): { readonly leaf: number; readonly offset: number } | null => {
  const sizes = params.tensors(p as never).map((x) => toFlatArray(x).length)
  const total = sizes.reduce((sum, n) => sum + n, 0)
  if (total === 0) return null
  const starts = sizes.map((_, i) => sizes.slice(0, i).reduce((sum, n) => sum + n, 0))
  const at = pick % total
  const leaf = starts.findLastIndex((start, i) => at >= start && (sizes[i] ?? 0) > 0)
  return { leaf, offset: at - (starts[leaf] ?? 0) }
}

/** The gradient by chosen parameters and inputs against numbers, but not within a step of a kink. */
export const gradientsAgree = (
  run: Run,
  differentiable: boolean,
  mode: Mode,
  given: Sample
): E.Either<Difference, void> => {
  const { start, apply } = run
  const { key, x, picks } = given
  const { params: initial, state: first } = start(key)
  const state = trained(run, initial, first, given)
  const point = { params: disturbed(initial, foldIn(1)(key)), ...(differentiable ? { x } : {}) } as unknown as Params
  const loss = (at: Params): Scalar => {
    const { params: p, x: input = x } = at as unknown as { readonly params: Params; readonly x?: Tensor }
    const [y] = apply(mode, p, state, input)
    const weighted = op.mul(y, normal([...dimsOf(y)])(foldIn(2)(key)))
    return op.sum(
      weighted,
      dimsOf(y).map((_, axis) => axis),
      false
    ) as unknown as Scalar
  }
  const gradient = params.tensors(grad(loss as never)(point as never))
  const paths = params.paths(point as never)
  const tensors = params.tensors(point as never)
  const looked = picks.flatMap((pick) => {
    const found = locate(point, pick)
    if (found === null) return []
    const { leaf, offset } = found
    const value = toFlatArray(tensors[leaf] ?? nothing)[offset] ?? NaN
    const step = 5e-4 * Math.max(1, Math.abs(value))
    const f = (t: number): Tensor => loss(nudged(point, leaf, offset, t))
    const byNumbers = probe(f, step)
    const expected = toFlatArray(byNumbers.slope)[0] ?? NaN
    if (byNumbers.roughness > trusted * Math.max(1, Math.abs(expected))) return []
    const actual = toFlatArray(gradient[leaf] ?? nothing)[offset] ?? NaN
    const place = {
      path: (paths[leaf] ?? '').replace('params.', ''),
      index: indexOf(dimsOf(tensors[leaf] ?? nothing), offset)
    }
    return [
      E.mapLeft((difference: Difference) => ({ ...difference, ...place }))(
        agree(`the derivative (${mode._tag})`, numeric)(actual, expected)
      )
    ]
  })
  fc.pre(looked.length > 0 || picks.length === 0 || params.count(point as never) === 0)
  return every(looked.map((outcome) => () => outcome))
}
