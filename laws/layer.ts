import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { infer, type Layer, type Mode, train } from '../src/nn/layer.ts'
import { walk } from '../src/nn/parts.ts'
import { gatherRows } from '../src/ops/structure.ts'
import * as params from '../src/params/index.ts'
import { flattenParams, rebuild } from '../src/params/tree.ts'
import { normal } from '../src/random/continuous.ts'
import { foldIn, type Key, show as showKey } from '../src/random/key.ts'
import { tensors as op } from '../src/tape/algebra.ts'
import { type Dims, showDims } from '../src/tensor/dims.ts'
import { toFlatArray } from '../src/tensor/read.ts'
import type { Shape } from '../src/tensor/shape.ts'
import { dimsOf, make, type Scalar, type Tensor } from '../src/tensor/tensor.ts'
import { grad } from '../src/transform/grad.ts'
import { key as anyKey, number, tensorOf } from './arbitrary.ts'
import { reals } from './interval.ts'
import { showTensor } from './show.ts'
import { agreed, type Difference, type Law, law, type Suite } from './law.ts'
import { agree, agreeNumbers, agreeText, every, identicalTrees, indexOf, numeric, probe } from './tolerance.ts'

type Params = params.Params

/** What a layer's laws are tried on. @category layer @since 0.1.0 */
export interface LayerSettings {
  /** The numbers that go in: from −3 to 3 when left out; for an embedding, whole numbers. */
  readonly element?: fc.Arbitrary<number>
  /** Whether the inputs have a gradient; not for an embedding. */
  readonly differentiable?: boolean
}

/** A key to start and to train with, a batch, and which numbers to look at. */
interface Sample {
  readonly key: Key
  readonly x: Tensor
  readonly picks: readonly number[]
}

const show = ({ key, x }: Sample): string => `key = ${showKey(key)}\nx = ${showTensor(x)}`

/** All but the batch, as the laws run it. */
interface Run {
  readonly start: (key: Key) => { readonly params: Params; readonly state: Params }
  readonly apply: (mode: Mode, p: Params, state: Params, x: Tensor) => readonly [Tensor, Params]
}

const runOf = <P, St, I extends Shape, O extends Shape>(l: Layer<P, St, I, O>): Run => ({
  start: (key) => l.init(key) as unknown as { readonly params: Params; readonly state: Params },
  apply: (mode, p, state, x) =>
    l.apply(mode)(p as unknown as P, state as unknown as St)(x as never) as unknown as readonly [Tensor, Params]
})

const form = (p: Params): string =>
  params
    .paths(p as never)
    .map((path, i) => `${path}: ${showDims(params.tensors(p as never)[i]?.shape ?? [])}`)
    .join(', ')

/** Parameters near those a layer starts with, so that none is a round number any more. */
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

/** Stands where no tensor can be missing. */
const nothing = op.constant(NaN)

/** Below this, numbers are trusted to give a derivative. */
const trusted = numeric.atol / 20

/** The gradient by chosen parameters and inputs against numbers, but not within a step of a kink. */
const gradientsAgree = (
  { start, apply }: Run,
  differentiable: boolean,
  mode: Mode,
  { key, x, picks }: Sample
): E.Either<Difference, void> => {
  const { params: initial, state } = start(key)
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
        agreeNumbers(`the derivative (${mode._tag})`, numeric)(actual, expected)
      )
    ]
  })
  fc.pre(looked.length > 0 || picks.length === 0 || params.count(point as never) === 0)
  return every(looked.map((outcome) => () => outcome))
}

/**
 * What every layer must do: start the same from the same key, give the shape it claims after any batch dimensions, give
 * the same twice, take no notice of the order of a batch when it infers, leave its state alone then, and have the
 * gradients that numbers give, in both modes. One that names its parts must give the same when it is walked.
 *
 * @example
 * import { nn } from 'grad-ts'
 * import * as laws from 'grad-ts/laws'
 *
 * laws.assert(laws.layer(nn.dense({ inputs: 2, outputs: 3 })), { numRuns: 5 })
 * @category layer
 * @since 0.1.0
 */
export const layer = <P, St, I extends Shape, O extends Shape>(
  l: Layer<P, St, I, O>,
  { element = number(reals), differentiable = true }: LayerSettings = {}
): Suite => {
  const run = runOf(l)
  const { start, apply } = run
  const input: Dims = l.input
  const output: Dims = l.output
  const sample = (batches: fc.Arbitrary<Dims>): fc.Arbitrary<Sample> =>
    batches.chain((batch) =>
      fc.record({
        key: anyKey,
        x: tensorOf([...batch, ...input])(element),
        picks: fc.array(fc.nat(), { minLength: 4, maxLength: 4 })
      })
    )
  const anyBatch = fc.constantFrom<Dims>([3], [1], [], [2, 2])
  const rows = fc.integer({ min: 2, max: 4 }).map((n): Dims => [n])
  const says = (
    statement: string,
    batches: fc.Arbitrary<Dims>,
    holds: (given: Sample) => E.Either<Difference, void>
  ): Law => law({ name: `${l.name}: ${statement}`, given: sample(batches), show, holds })
  const modes = (key: Key): readonly Mode[] => [infer, train(foldIn(3)(key))]

  return [
    says('the same key gives the same parameters and state', rows, ({ key }) => {
      const [one, two] = [start(key), start(key)]
      return every([
        () => identicalTrees('the parameters')(two.params, one.params),
        () => identicalTrees('the state')(two.state, one.state),
        () =>
          agreeText('whether it has parameters')(
            String(params.tensors(one.params as never).length > 0),
            String(l.hasParams)
          ),
        () =>
          agreeText('whether it has state')(String(params.tensors(one.state as never).length > 0), String(l.hasState))
      ])
    }),
    says('the output has the shape it claims, after any batch dimensions', anyBatch, ({ key, x }) => {
      const { params: p, state } = start(key)
      const batch = dimsOf(x).slice(0, dimsOf(x).length - input.length)
      const [y] = apply(infer, p, state, x)
      return agreeText('the shape of the output')(showDims(dimsOf(y)), showDims([...batch, ...output]))
    }),
    says('the state keeps its structure, and inferring leaves it alone', rows, ({ key, x }) => {
      const { params: p, state } = start(key)
      return every([
        () => identicalTrees('the state after inferring')(apply(infer, p, state, x)[1], state),
        () => agreeText('the form of the state after training')(form(apply(train(key), p, state, x)[1]), form(state))
      ])
    }),
    says('the same arguments give the same bits', rows, ({ key, x }) => {
      const { params: p, state } = start(key)
      return every(
        modes(key).map((mode) => () => {
          const [[y, after], [again, afterAgain]] = [apply(mode, p, state, x), apply(mode, p, state, x)]
          return every([
            () => identicalTrees(`the output (${mode._tag})`)(again, y),
            () => identicalTrees(`the state (${mode._tag})`)(afterAgain, after)
          ])
        })
      )
    }),
    says('without a use for the key, any key gives the same', rows, ({ key, x }) => {
      const { params: p, state } = start(key)
      return l.usesKey
        ? agreed
        : identicalTrees('the output')(
            apply(train(foldIn(4)(key)), p, state, x)[0],
            apply(train(foldIn(5)(key)), p, state, x)[0]
          )
    }),
    says('inferring takes no notice of the order of a batch', rows, ({ key, x, picks }) => {
      const { params: p, state } = start(key)
      const n = dimsOf(x)[0] ?? 0
      const [by = 0] = picks
      const order = Array.from({ length: n }, (_, i) => (n - 1 - i + by) % n)
      const shuffled = (y: Tensor): Tensor => gatherRows(order)(y as never)
      return agree('the output of the shuffled batch')(
        apply(infer, p, state, shuffled(x))[0],
        shuffled(apply(infer, p, state, x)[0])
      )
    }),
    ...(['Infer', 'Train'] as const).map((name, i) =>
      says(`the gradient agrees with numbers (${name})`, rows, (given) =>
        gradientsAgree(run, differentiable, modes(given.key)[i] ?? infer, given)
      )
    ),
    says('walking its parts is applying it', rows, ({ key, x }) => {
      const { params: p, state } = start(key)
      return every(
        modes(key).map((mode) => () => {
          const [y, after] = apply(mode, p, state, x)
          const walked = walk(l)(mode)(p as unknown as P, state as unknown as St)(x as never)
          return every([
            () => identicalTrees(`the output (${mode._tag})`)(walked.output, y),
            () => identicalTrees(`the state (${mode._tag})`)(walked.state as unknown as Params, after)
          ])
        })
      )
    })
  ]
}
