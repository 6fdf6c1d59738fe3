import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { inference, type Layer, type Mode, training } from '../src/nn/layers/layer.ts'
import { walk } from '../src/nn/layers/parts.ts'
import { take } from '../src/ops/take.ts'
import * as params from '../src/params/index.ts'
import { foldIn, type Key } from '../src/random/key.ts'
import { type Dims, showDims } from '../src/tensor/dims.ts'
import { toFlatArray } from '../src/tensor/read.ts'
import type { Shape } from '../src/tensor/shape.ts'
import { dimsOf, makeFrom, type Tensor } from '../src/tensor/tensor.ts'
import { key as anyKey, number, tensorOf } from './draw.ts'
import { reals } from '../src/primitive/domain.ts'
import { agreed, type Difference, type Law, law, type Suite } from './law.ts'
import { gradientsAgree, type Run, type Sample, trained } from './layerGradient.ts'
import { showKey, showTensor } from './show.ts'
import { agree, agreeText, every, identical } from './tolerance.ts'
import { layerKind } from '../src/nn/layers/subject.ts'
import * as kinds from '../src/kinds/index.ts'
import { arbitraryOf } from './given.ts'

type Params = params.Params

/** What a layer's laws are tried on. @category layer @since 0.1.0 */
export interface LayerSettings {
  /** The numbers that go in: from −3 to 3 when left out; for an embedding, whole numbers. */
  readonly element?: fc.Arbitrary<number>
  /** Whether the inputs have a gradient; not for an embedding. */
  readonly differentiable?: boolean
  /** Whether what training gives, averaged over keys, is what inferring gives, as of dropout (no). */
  readonly unbiased?: boolean
  /** Whether inferring comes to what training gives on a batch that is seen again and again, as by running statistics (no). */
  readonly settles?: boolean
  /** Along what training makes the mean 0 and the variance 1 with the first parameters: the examples of a batch, or the last axis. */
  readonly normalizes?: 'examples' | 'features'
}

const layerFields = kinds.settings('laws.layer', {
  element: [arbitraryOf as kinds.Kind<fc.Arbitrary<number>>, number(reals)],
  differentiable: [kinds.yesOrNo, true],
  unbiased: [kinds.yesOrNo, false],
  settles: [kinds.yesOrNo, false],
  normalizes: [kinds.oneOf('examples', 'features'), undefined]
})

const show = ({ key, x }: Sample): string => `key = ${showKey(key)}\nx = ${showTensor(x)}`

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

const copy = (p: Params): Params => params.map(((x: Tensor) => makeFrom(x.shape, toFlatArray(x))) as never)(p as never)

/**
 * What every layer must do: start the same from the same key, give the shape it claims after any batch dimensions, give
 * the same twice and change nothing it is given; when it infers, leave its state alone and take examples one by one,
 * whatever their order; and have the gradients that numbers give, in both modes. Inferring is tried with the state that
 * a step of training left. One that names its parts must give the same when it is walked. Where these are stated, training
 * is unbiased over keys, inferring settles at what training gives, and training normalises.
 *
 * @throws ValueError when it is given something else
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
  settings: LayerSettings = {}
): Suite => {
  kinds.mustBe(layerKind, 'laws.layer: layer', l)
  const { element, differentiable, unbiased, settles, normalizes } = layerFields.read(settings)
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
  const modes = (key: Key): readonly Mode[] => [inference, training(foldIn(3)(key))]

  return [
    says('the same key gives the same parameters and state', rows, ({ key }) => {
      const [one, two] = [start(key), start(key)]
      return every([
        () => identical('the parameters')(two.params, one.params),
        () => identical('the state')(two.state, one.state),
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
      const [y] = apply(inference, p, state, x)
      return agreeText('the shape of the output')(showDims(dimsOf(y)), showDims([...batch, ...output]))
    }),
    says('the state keeps its structure, and inferring leaves it alone', rows, ({ key, x }) => {
      const { params: p, state } = start(key)
      const next = apply(training(key), p, state, x)[1]
      return every([
        () => identical('the state after inferring')(apply(inference, p, state, x)[1], state),
        () => agreeText('the form of the state after training')(form(next), form(state)),
        () => identical('the state after training and inferring')(apply(inference, p, next, x)[1], next)
      ])
    }),
    says('the same arguments give the same bits', rows, ({ key, x }) => {
      const { params: p, state } = start(key)
      return every(
        modes(key).map((mode) => () => {
          const [[y, after], [again, afterAgain]] = [apply(mode, p, state, x), apply(mode, p, state, x)]
          return every([
            () => identical(`the output (${mode._tag})`)(again, y),
            () => identical(`the state (${mode._tag})`)(afterAgain, after)
          ])
        })
      )
    }),
    says('parameters, state and data stay as they are', rows, ({ key, x }) => {
      const { params: p, state } = start(key)
      const [p0, s0, x0] = [copy(p), copy(state), copy(x)]
      return every(
        modes(key).map((mode) => () => {
          apply(mode, p, state, x)
          return every([
            () => identical(`the parameters afterwards (${mode._tag})`)(p, p0),
            () => identical(`the state afterwards (${mode._tag})`)(state, s0),
            () => identical(`the data afterwards (${mode._tag})`)(x, x0)
          ])
        })
      )
    }),
    says('without a use for the key, any key gives the same', rows, ({ key, x }) => {
      const { params: p, state } = start(key)
      return l.usesKey
        ? agreed
        : identical('the output')(
            apply(training(foldIn(4)(key)), p, state, x)[0],
            apply(training(foldIn(5)(key)), p, state, x)[0]
          )
    }),
    says('inferring takes no notice of the order of a batch', rows, (given) => {
      const { key, x, picks } = given
      const { params: p, state: first } = start(key)
      const state = trained(run, p, first, given)
      const n = dimsOf(x)[0] ?? 0
      const [by = 0] = picks
      const order = Array.from({ length: n }, (_, i) => (n - 1 - i + by) % n)
      const shuffled = (y: Tensor): Tensor => take({ axis: 0 })(order)(y)
      return agree('the output of the shuffled batch')(
        apply(inference, p, state, shuffled(x))[0],
        shuffled(apply(inference, p, state, x)[0])
      )
    }),
    says('inferring takes the examples of a batch one by one', rows, (given) => {
      const { params: p, state: first } = start(given.key)
      const state = trained(run, p, first, given)
      const [y] = apply(inference, p, state, given.x)
      const pick = (i: number, of: Tensor): Tensor => take({ axis: 0 })([i])(of)
      return every(
        Array.from(
          { length: dimsOf(given.x)[0] ?? 0 },
          (_, i) => () =>
            agree(`the output of example ${i} alone`)(apply(inference, p, state, pick(i, given.x))[0], pick(i, y))
        )
      )
    }),
    ...(['Infer', 'Train'] as const).map((name, i) =>
      says(`the gradient agrees with numbers (${name})`, rows, (given) =>
        gradientsAgree(run, differentiable, modes(given.key)[i] ?? inference, given)
      )
    ),
    says('walking its parts is applying it', rows, ({ key, x }) => {
      const { params: p, state } = start(key)
      return every(
        modes(key).map((mode) => () => {
          const [y, after] = apply(mode, p, state, x)
          const walked = walk(l)(mode)(p as unknown as P, state as unknown as St)(x as never)
          return every([
            () => identical(`the output (${mode._tag})`)(walked.output, y),
            () => identical(`the state (${mode._tag})`)(walked.state as unknown as Params, after)
          ])
        })
      )
    }),
    ...(unbiased
      ? [
          says('training gives on average what inferring gives', rows, ({ key, x }) => {
            const { params: p, state } = start(key)
            const draws = Array.from({ length: DRAWS }, (_, i) =>
              toFlatArray(apply(training(foldIn(i)(key)), p, state, x)[0])
            )
            const expected = toFlatArray(apply(inference, p, state, x)[0])
            return every(
              expected.map((value, i) => () => {
                const { mean, variance } = momentsOf(draws.map((draw) => draw[i] ?? NaN))
                const error = Math.sqrt(variance / DRAWS)
                return Math.abs(mean - value) <= SIGMAS * error + 1e-9
                  ? agreed
                  : E.left({
                      what: `the mean of element ${i} over ${DRAWS} keys`,
                      actual: String(mean),
                      expected: `${value} ± ${SIGMAS * error}`
                    })
              })
            )
          })
        ]
      : []),
    ...(settles
      ? [
          says('inferring settles at what training gives on one batch', rows, ({ key, x }) => {
            const { params: p, state: first } = start(key)
            // many examples, as a variance by n and one by n − 1 differ little
            const many = take({ axis: 0 })(Array.from({ length: MANY }, (_, i) => i % (dimsOf(x)[0] ?? 1)))(x)
            const state = Array.from({ length: SETTLING }).reduce<Params>(
              (before) => apply(training(key), p, before, many)[1],
              first
            )
            return agree('the output (Infer)', { atol: 0.02, rtol: 0.02 })(
              apply(inference, p, state, many)[0],
              apply(training(key), p, state, many)[0]
            )
          })
        ]
      : []),
    ...(normalizes === undefined
      ? []
      : [
          says('training makes the mean 0 and the variance 1', rows, ({ key, x }) => {
            const { params: p, state } = start(key)
            const width = dimsOf(x)[dimsOf(x).length - 1] ?? 1
            const groupsOf = (of: Tensor): readonly (readonly number[])[] => {
              const values = toFlatArray(of)
              const height = values.length / width
              return normalizes === 'features'
                ? Array.from({ length: height }, (_, i) => values.slice(i * width, (i + 1) * width))
                : Array.from({ length: width }, (_, k) => values.filter((_value, i) => i % width === k))
            }
            const before = groupsOf(x).map(momentsOf)
            return every(
              groupsOf(apply(training(key), p, state, x)[0]).map((group, i) => () => {
                // what hardly varies is not stretched to 1
                if ((before[i]?.variance ?? 0) < 0.1) return agreed
                const { mean, variance } = momentsOf(group)
                return every([
                  () => agree(`the mean of group ${i}`)(mean, 0),
                  () => agree(`the variance of group ${i}, by n`, { atol: 0, rtol: 1e-3 })(variance, 1)
                ])
              })
            )
          })
        ])
  ]
}

/** How many keys an average is taken over, and how many standard errors it may be off. */
const DRAWS = 200
const SIGMAS = 7
/** The examples of the batch on which running statistics settle, and the steps that it takes. */
const MANY = 120
const SETTLING = 150

/** The mean and the variance, by n, of some numbers. */
const momentsOf = (values: readonly number[]): { readonly mean: number; readonly variance: number } => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length }
}
