import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { compile, type ProgramOptions } from '../src/compile/compile.ts'
import * as kinds from '../src/kinds/index.ts'
import * as nn from '../src/nn/index.ts'
import * as ops from '../src/ops/index.ts'
import { oneHot } from '../src/ops/oneHot.ts'
import * as optim from '../src/optim/index.ts'
import type * as params from '../src/params/index.ts'
import { foldIn, type Key, normal, uniform } from '../src/random/index.ts'
import { closeNumbers, type Tolerance } from '../src/tensor/read.ts'
import { make as tensorOf, type Tensor } from '../src/tensor/tensor.ts'
import { type Dataset, fit, showError, start, type TrainState } from '../src/train/index.ts'
import { valueAndGrad } from '../src/transform/grad.ts'
import { transformationKind } from '../src/optim/leafwise.ts'
import { key as anyKey } from './draw.ts'
import { agreed, type Difference, type Law, law, type Suite } from './law.ts'
import { agree, agreeText, every, identical } from './tolerance.ts'
import { showKey } from './show.ts'

/**
 * Networks of random sizes, compiled and not: that programs compute what the reference computes, whatever the sizes.
 */

const activations: Readonly<Record<string, ops.Pointwise>> = {
  relu: ops.relu,
  leakyRelu: ops.leakyRelu(),
  sigmoid: ops.sigmoid,
  tanh: ops.tanh,
  softplus: ops.softplus,
  elu: ops.elu(),
  selu: ops.selu,
  swish: ops.swish,
  gelu: ops.gelu,
  'gelu by tanh': ops.gelu({ approximate: 'tanh' }),
  softsign: ops.softsign,
  mish: ops.mish,
  hardSigmoid: ops.hardSigmoid,
  hardSwish: ops.hardSwish,
  relu6: ops.relu6,
  hardTanh: ops.hardTanh,
  celu: ops.celu({ alpha: 0.5 }),
  sparsemax: ops.sparsemax
}

const rate = { learningRate: 0.01 }
const optimizers: Readonly<Record<string, optim.GradientTransformation>> = {
  sgd: optim.sgd(rate),
  momentum: optim.sgd({ ...rate, momentum: 0.9 }),
  dampened: optim.sgd({ ...rate, momentum: 0.9, dampening: 0.9 }),
  nesterov: optim.sgd({ ...rate, momentum: 0.9, nesterov: true }),
  adagrad: optim.adagrad(rate),
  rmsProp: optim.rmsProp(rate),
  adam: optim.adam({ learningRate: optim.warmUp({ steps: 2, then: 0.01 }) }),
  adamW: optim.adamW({ ...rate, weightDecay: 0.01 }),
  clipped: optim.chain(optim.clipByGlobalNorm(0.5), optim.sgd(rate))
}

/** One or more, by name: networks are drawn from them. */
const some = <T>(item: kinds.Kind<T>, needs: string): kinds.Kind<Readonly<Record<string, T>>> => {
  const byName = kinds.recordOf(item, needs)
  return { ...byName, holds: (value): value is never => byName.holds(value) && Object.keys(value).length > 0 }
}

const networkSettings = kinds.settings('laws.networks', {
  /** Activations by name. */
  activations: [some(kinds.callable<ops.Pointwise>(), 'one or more activations by name'), activations],
  /** Optimisers by name. */
  optimizers: [
    some(transformationKind as unknown as kinds.Kind<optim.GradientTransformation>, 'one or more optimisers by name'),
    optimizers
  ]
})

/** What random networks are made of besides sizes: the library's own when left out. @category network @since 0.1.0 */
export interface NetworkSettings extends kinds.Given<typeof networkSettings.fields> {}

/** Losses, with targets that suit them. */
const losses = {
  meanSquaredError: { loss: nn.meanSquaredError, targets: (dims: Pair) => normal(dims) },
  huber: { loss: nn.huber(), targets: (dims: Pair) => normal(dims) },
  binaryCrossEntropyWithLogits: {
    loss: nn.binaryCrossEntropyWithLogits,
    targets: (dims: Pair) => (key: Key) => ops.greater(0.5)(uniform(dims)(key))
  },
  softmaxCrossEntropy: {
    loss: nn.softmaxCrossEntropy,
    targets:
      ([rows, classes]: Pair) =>
      () =>
        oneHot(classes)(
          tensorOf(
            [rows],
            Float64Array.from({ length: rows }, (_, i) => (7 * i) % classes)
          ) as never
        )
  }
} as const

type Pair = readonly [number, number]

interface Stage {
  readonly inputs: number
  readonly width: number
  readonly activation: readonly [name: string, f: ops.Pointwise]
  /** What follows it. */
  readonly extra: readonly [name: string, make: (width: number, f: ops.Pointwise) => readonly unknown[]]
}

/** A network and what it is trained on. */
interface Network {
  readonly key: Key
  readonly inputs: number
  readonly stages: readonly Stage[]
  readonly outputs: number
  readonly loss: keyof typeof losses
  readonly optimizer: readonly [name: string, t: optim.GradientTransformation]
  readonly rows: number
  readonly batchSize: number
  readonly epochs: number
}

const show = ({ key, inputs, stages, outputs, loss, optimizer, rows, batchSize, epochs }: Network): string => {
  const named = stages.map(({ width, activation, extra }) => `${width} ${activation[0]} ${extra[0]}`)
  return [
    `${inputs} inputs, ${named.join(', ')}, ${outputs} outputs, ${loss}, ${optimizer[0]}`,
    `${rows} rows in batches of ${batchSize}, ${epochs} epochs, key ${showKey(key)}`
  ].join('\n')
}

type AnyLayer = nn.Layer<params.Params, params.Params, [number], [number]>

const nothing: Stage['extra'] = ['plain', () => []]
const extras: Readonly<Record<string, Stage['extra'][1]>> = {
  dropout: () => [nn.dropout({ keepProbability: 0.8 })],
  batchNorm: (features) => [nn.batchNorm({ features })],
  layerNorm: (features) => [nn.layerNorm({ features })],
  residual: (width, f) => [nn.residual(nn.dense({ inputs: width, outputs: width }), f)]
}

const networkOf = ({ key, inputs, stages, outputs, loss, optimizer, rows }: Network) => {
  const model = (nn.sequential as unknown as (...stages: readonly unknown[]) => AnyLayer)(
    ...stages.flatMap(({ inputs: from, width, activation: [, f], extra: [, make] }) => [
      nn.dense({ inputs: from, outputs: width, activation: f }),
      ...make(width, f)
    ]),
    nn.dense({ inputs: stages.at(-1)?.width ?? inputs, outputs })
  )
  const data = {
    inputs: normal([rows, inputs])(foldIn(1)(key)),
    targets: losses[loss].targets([rows, outputs])(foldIn(2)(key))
  } as unknown as Dataset<[number], [number]>
  return { problem: { model, loss: losses[loss].loss, optimizer: optimizer[1] }, data, startKey: foldIn(3)(key) }
}

const smallestBatch = ({ rows, batchSize }: Pick<Network, 'rows' | 'batchSize'>): number =>
  batchSize >= rows ? rows : rows % batchSize === 0 ? batchSize : rows % batchSize

/**
 * Fewer examples than these leave a batch norm a gradient of little but rounding (two are normalised to ±1 whatever
 * they are), which optimisers that divide by its size make full steps of.
 */
const LEAST_NORMALISED = 4

const networkWith = ({
  activations: fs,
  optimizers: ts
}: kinds.Read<typeof networkSettings.fields>): fc.Arbitrary<Network> => {
  const width = fc.integer({ min: 1, max: 20 })
  const rows = fc.integer({ min: 1, max: 40 })
  const stage = fc.record({
    width,
    activation: fc.constantFrom(...Object.entries(fs)),
    extra: fc.oneof(
      { weight: 3, arbitrary: fc.constant(nothing) },
      { weight: 1, arbitrary: fc.constantFrom(...Object.entries(extras)) }
    )
  })
  return fc
    .record({
      key: anyKey,
      inputs: width,
      stages: fc.array(stage, { minLength: 1, maxLength: 3 }),
      outputs: width,
      loss: fc.constantFrom(...(Object.keys(losses) as (keyof typeof losses)[])),
      optimizer: fc.constantFrom(...Object.entries(ts)),
      rows,
      batchSize: rows,
      epochs: fc.integer({ min: 1, max: 3 })
    })
    .map((drawn): Network => ({
      ...drawn,
      outputs: drawn.loss === 'softmaxCrossEntropy' ? drawn.outputs + 1 : drawn.outputs,
      stages: drawn.stages.map((one, i) => ({
        ...one,
        inputs: drawn.stages[i - 1]?.width ?? drawn.inputs,
        extra: one.extra[0] === 'batchNorm' && smallestBatch(drawn) < LEAST_NORMALISED ? nothing : one.extra
      }))
    }))
}

type State = TrainState<params.Params, params.Params>

const treesOf = ({ params: p, modelState, optimizerState }: State): params.Params => ({
  params: p,
  modelState,
  optimizerState
})

/** Rounding of some steps: a wrong number in memory is far larger. */
const rounding: Readonly<Record<'double' | 'single', Tolerance>> = {
  double: { atol: 1e-7, rtol: 1e-6 },
  single: { atol: 2e-3, rtol: 2e-3 }
}

/**
 * That networks of every small size are computed by a program as by the reference: trained with any optimiser, in
 * batches of any size with a short one at the end of an epoch, in double and single precision, each store of the
 * program checked against the plan of its memory; and that their compiled gradients are those of the function. Give
 * your own activations or optimisers to have them tried in such networks.
 *
 * @throws ValueError when it is given something else
 * @example
 * import { mul, square, tanh, type Pointwise } from 'grad-ts'
 * import * as laws from 'grad-ts/laws'
 *
 * const wave = ((x: never) => tanh(mul(0.5)(square(x)))) as unknown as Pointwise
 * laws.assert(laws.networks({ activations: { wave } }), { numRuns: 3 })
 * @category network
 * @since 0.1.0
 */
export const networks = (settings: NetworkSettings = {}): Suite => {
  const known = networkSettings.read(settings)
  const says = (statement: string, holds: (of: Network) => E.Either<Difference, void>): Law =>
    law({ name: `random networks: ${statement}`, given: networkWith(known), show, holds })
  /** Trains both ways, and compares where both come to an end. */
  const both =
    (one: boolean | ProgramOptions, other: boolean | ProgramOptions) =>
    (compare: (a: State, b: State) => E.Either<Difference, void>) =>
    (of: Network): E.Either<Difference, void> => {
      const { problem, data, startKey } = networkOf(of)
      const { epochs, batchSize } = of
      const run = (how: boolean | ProgramOptions) =>
        fit(problem, { epochs, batchSize, compile: how })(data)(start(problem)(startKey))
      const [a, b] = [run(one), run(other)]
      return E.isRight(a) && E.isRight(b)
        ? compare(a.right, b.right)
        : agreeText('how training ends')(
            ...([a, b].map((end) => (E.isLeft(end) ? showError(end.left) : 'well')) as [string, string])
          )
    }
  const lossOf = ({ history }: State): number => history[0]?.loss ?? NaN
  const gradientsAgree =
    (precision: 'double' | 'single') =>
    (of: Network): E.Either<Difference, void> => {
      const { problem, data, startKey } = networkOf(of)
      const { model, loss } = problem
      const { params: p, state } = model.init(startKey)
      const f = (given: params.Params, x: Tensor, y: Tensor) =>
        (loss as unknown as (targets: Tensor) => (predictions: Tensor) => Tensor)(y)(
          model.apply(nn.inference)(given, state)(x as never)[0]
        )
      const g = (valueAndGrad as unknown as (of: typeof f) => typeof f)(f) as unknown as (
        ...given: Parameters<typeof f>
      ) => params.Params
      const given = [p, data.inputs, data.targets] as unknown as Parameters<typeof f>
      return agree('the loss and its gradient', rounding[precision])(
        compile(g, { precision, checked: true })(...given),
        g(...given)
      )
    }
  return [
    says(
      'compiled, they train as by the reference',
      both(
        { checked: true },
        false
      )((a, b) =>
        every([
          () => agree('the state', rounding.double)(treesOf(a), treesOf(b)),
          () => agree('the loss', rounding.double)(lossOf(a), lossOf(b))
        ])
      )
    ),
    says(
      'checking its stores changes no bit of a program',
      both({}, { checked: true })((a, b) => identical('the state')(treesOf(a), treesOf(b)))
    ),
    says(
      'checking its stores changes no bit of a program in single precision',
      both(
        { precision: 'single' },
        { precision: 'single', checked: true }
      )((a, b) => identical('the state')(treesOf(a), treesOf(b)))
    ),
    says(
      'in single precision their first epoch is nearly that of the reference',
      both(
        { precision: 'single' },
        false
      )((a, b) =>
        closeNumbers({ atol: 1e-2, rtol: 1e-2 })(lossOf(a), lossOf(b))
          ? agreed
          : E.left({ what: 'the loss', actual: String(lossOf(a)), expected: String(lossOf(b)) })
      )
    ),
    says('compiled, their gradients are the same', gradientsAgree('double')),
    says('compiled in single precision, their gradients are nearly the same', gradientsAgree('single'))
  ]
}
