import * as kinds from '../kinds/index.ts'
import { type Layer, inference, training } from '../nn/layers/layer.ts'
import { at, partsOf, through } from '../nn/layers/parts.ts'
import { layerKind, modeKind } from '../nn/layers/subject.ts'
import { norm } from '../params/params.ts'
import type { Params } from '../params/tree.ts'
import type { Key } from '../random/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import { sizeOf } from '../tensor/dims.ts'
import { columns, significant } from '../tensor/text.ts'
import { asTensor } from '../tensor/given.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, make, type Scalar, type Tensor, valuesOf } from '../tensor/tensor.ts'
import { jvp, valueAndGrad } from '../transform/grad.ts'
import { type Path, showPath } from '../tree/tree.ts'
import { type Statistics, statisticsOf } from './statistics.ts'
import { judge, thresholds, type Thresholds, type Verdict } from './verdict.ts'

/** What goes on in a model, part by part: signals forward, gradients back. */

/** A model and what it is to learn, as a `train.Problem` is. @category check @since 0.1.0 */
export interface Diagnosable<P, St, I extends Shape, O extends Shape, T extends Shape> {
  readonly model: Layer<P, St, I, O>
  readonly loss: (targets: Tensor<[number, ...T]>) => (predictions: Tensor<[number, ...O]>) => Scalar
  readonly penalty?: (params: P) => Scalar
}

/** Where a model is, as a `train.TrainState` says it. @category check @since 0.1.0 */
export interface DiagnosedState<P, St> {
  readonly params: P
  readonly modelState: St
  readonly key?: Key
}

const diagnoseSettings = kinds.settings('diagnose', {
  /** When left out, training with the key of the state if it has one, else inferring. */
  mode: [modeKind, undefined],
  /** From where on something is wrong. */
  thresholds: [kinds.anything as kinds.Kind<Partial<Thresholds>>, {}]
})

/** How to diagnose. @category check @since 0.1.0 */
export interface DiagnoseSettings extends kinds.Given<typeof diagnoseSettings.fields> {}

/** The parameters of a part, all together. @category check @since 0.1.0 */
export interface PartParameters {
  /** Where they are, as in `params[0]`. */
  readonly path: string
  readonly norm: number
  /** The norm of the gradient by them; null without a loss. */
  readonly gradientNorm: number | null
  /** The norm of their gradient over their own: times the learning rate, how far a step of plain descent goes. */
  readonly ratio: number | null
}

/** What was found of one part. @category check @since 0.1.0 */
export interface PartDiagnosis {
  /** Its number, counted from 1, and its name, as in `2 relu`. */
  readonly name: string
  /** The shape of what comes out of it. */
  readonly shape: readonly number[]
  readonly activations: Statistics
  /**
   * The share of activations that are not 0 and at which the function is flat; null for a part that is no function of each
   * element.
   */
  readonly saturated: number | null
  /** Of the gradient of the loss by the activations; null without a loss. */
  readonly gradients: Statistics | null
  /** Null for a part without any. */
  readonly parameters: PartParameters | null
  readonly verdict: Verdict
  /** Why, in words; empty for a part that is healthy. */
  readonly reason: string
}

/** What was found of a model. @category check @since 0.1.0 */
export interface Diagnosis {
  /** Of this batch, penalty included; null without a loss. */
  readonly loss: number | null
  readonly parts: readonly PartDiagnosis[]
  /** What comes out of each part, by its name: what `report.histograms` and `report.layerBoxes` take. */
  readonly activations: Readonly<Record<string, Tensor>>
  /** The gradient of the loss by it, likewise; empty without a loss. */
  readonly gradients: Readonly<Record<string, Tensor>>
}

/** As it is at run time. */
interface Subject {
  readonly model: Layer<unknown, unknown, Shape, Shape>
  readonly loss: ((targets: unknown) => (predictions: Tensor) => Tensor) | null
  readonly penalty: ((params: unknown) => Tensor) | null
}

const having = (needs: string, part: string): kinds.Kind<object> =>
  kinds.kind(needs, (value) => typeof value === 'object' && value !== null && part in value)

const diagnosable = kinds.either(having('a problem { model, loss }', 'model'), having('a model', 'apply'))

/** What a problem of training may hold, though its optimizer and metrics are not read here. */
const problemParts = kinds.settings('diagnose: the problem', {
  model: layerKind as kinds.Kind<Subject['model']>,
  loss: kinds.callable<NonNullable<Subject['loss']>>(),
  penalty: [kinds.callable<NonNullable<Subject['penalty']>>(), undefined],
  optimizer: [kinds.anything, undefined],
  metrics: [kinds.anything, undefined]
})

const subjectOf = (given: unknown): Subject => {
  const found = kinds.mustBe(diagnosable, 'diagnose: problem', given)
  if ('model' in found) {
    const { model, loss, penalty = null } = problemParts.read(found as Parameters<typeof problemParts.read>[0])
    return { model, loss, penalty }
  }
  const model = kinds.mustBe(layerKind, 'diagnose: model', found) as unknown as Subject['model']
  return { model, loss: null, penalty: null }
}

const diagnosedState = kinds.record('a state { params, modelState }', {})
const diagnosedBatch = kinds.record('a batch { inputs, targets }', {})

/** What the loss is differentiated by: the parameters, and a zero beside each activation. */
interface Point {
  readonly params: unknown
  readonly taps: readonly Tensor[]
}

const differentiate = valueAndGrad as unknown as (f: (point: Point) => Tensor) => (point: Point) => {
  readonly value: Tensor
  readonly grad: Point
}

const zerosLike = (x: Tensor): Tensor => make(dimsOf(x), new Float64Array(sizeOf(dimsOf(x))))

/** The slope of a function at each element, if it is one of each element: then any tangent only stretches it. */
const slopes = (f: (x: Tensor) => Tensor, x: Tensor): Float64Array | null => {
  const along = (tangent: (i: number) => number): Float64Array => {
    const direction = make<number[]>(
      dimsOf(x),
      Float64Array.from({ length: sizeOf(dimsOf(x)) }, (_, i) => tangent(i))
    )
    return valuesOf('diagnose', jvp(f)(x)(direction).tangent)
  }
  const uneven = (i: number): number => 1 + ((i * 7) % 5)
  const [even, stretched] = [along(() => 1), along(uneven)]
  const alike = even.every((slope, i) => {
    const [a, b] = [slope * uneven(i), stretched[i]!]
    return Object.is(a, b) || Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b))
  })
  return alike ? even : null
}

const saturatedShare = (slope: Float64Array, y: Tensor, flat: number): number => {
  const values = valuesOf('diagnose', y)
  return (
    values.reduce((count, value, i) => count + (value !== 0 && Math.abs(slope[i]!) < flat ? 1 : 0), 0) / values.length
  )
}

const normOf = (tree: unknown): number => valuesOf('diagnose', norm(tree as Params))[0]!

const parametersOf = (path: Path, params: unknown, gradient: unknown): PartParameters => {
  const own = normOf(at(params, path))
  const gradientNorm = gradient === null ? null : normOf(at(gradient, path))
  return {
    path: showPath('params', path),
    norm: own,
    gradientNorm,
    ratio: gradientNorm === null ? null : gradientNorm === 0 ? 0 : gradientNorm / own
  }
}

/**
 * Statistics of a model at work on a batch, part by part (see `nn.walk`), each with a verdict: of its activations, of the
 * gradient of the loss by them, of its parameters and their gradient. For a model alone, without a loss, there are no
 * gradients.
 *
 * An element is saturated where the slope of its activation is below `thresholds.flat` and it is not exactly 0: a tanh of
 * more than 0.995, a sigmoid of less than 0.01. Sizes are compared with the root mean square of the inputs, gradients with
 * that of the gradient by the output. The state stays as it is.
 *
 * @returns for each part its statistics; and the activations and gradients themselves, for the charts of `grad-ts/report`
 * @throws ShapeError when the batch does not suit the model, or the loss
 * @throws ValueError when it is given no model, or a threshold out of its range
 * @example
 * import { deepStrictEqual, ok } from 'assert'
 * import { check, nn, random, relu, tanh, tensor, train, optim } from 'grad-ts'
 *
 * const wide = nn.normal({ standardDeviation: 100 })
 * const problem = {
 *   model: nn.sequential(
 *     nn.dense({ inputs: 2, outputs: 50, activation: tanh, weight: wide }),
 *     nn.dense({ inputs: 50, outputs: 20, activation: relu, bias: nn.constant(-1e4) }),
 *     nn.dense({ inputs: 20, outputs: 1 })
 *   ),
 *   loss: nn.meanSquaredError,
 *   optimizer: optim.sgd({ learningRate: 0.1 })
 * }
 * const batch = { inputs: tensor([[1, -1], [0.5, 2], [-1, 3]]), targets: tensor([[1], [0], [2]]) }
 * const diagnosis = check.diagnose(problem)(train.start(problem)(random.key(0)))(batch)
 * const [, tanhs, , relus] = diagnosis.parts
 * deepStrictEqual([tanhs!.name, tanhs!.verdict], ['2 tanh', 'saturated'])
 * deepStrictEqual([relus!.name, relus!.verdict, relus!.reason], ['4 relu', 'dead', '100% of activations are 0'])
 * ok(check.showDiagnosis(diagnosis).includes('dead: 100% of activations are 0'))
 * @category check
 * @since 0.1.0
 */
export function diagnose<P, St, I extends Shape, O extends Shape, T extends Shape>(
  problem: Diagnosable<P, St, I, O, T>,
  settings?: DiagnoseSettings
): (
  state: DiagnosedState<P, St>
) => (batch: { readonly inputs: Tensor<[number, ...I]>; readonly targets: Tensor<[number, ...T]> }) => Diagnosis
export function diagnose<P, St, I extends Shape, O extends Shape>(
  model: Layer<P, St, I, O>,
  settings?: DiagnoseSettings
): (state: DiagnosedState<P, St>) => (batch: { readonly inputs: Tensor<[number, ...I]> }) => Diagnosis
export function diagnose(
  subject: unknown,
  settings: DiagnoseSettings = {}
): (
  state: DiagnosedState<unknown, unknown>
) => (batch: { readonly inputs: unknown; readonly targets?: unknown }) => Diagnosis {
  const { model, loss, penalty } = subjectOf(subject)
  const { mode: chosen, thresholds: given } = diagnoseSettings.read(settings)
  const limits = thresholds.read(given)
  const parts = partsOf(model)
  return (state) => {
    const { params, modelState, key } = kinds.mustBe(diagnosedState, 'diagnose: state', state)
    const mode = chosen ?? (key === undefined ? inference : training(key))
    return (batch) => {
      const x = asTensor('diagnose: inputs', kinds.mustBe(diagnosedBatch, 'diagnose: batch', batch).inputs)
      const walked = (p: unknown, taps: readonly Tensor[]) =>
        through(parts, mode, p, modelState, x, (y, i) => (taps[i] === undefined ? y : op.add(y, taps[i])))
      const { outputs } = walked(params, [])
      const found =
        loss === null
          ? null
          : differentiate(({ params: p, taps }) => {
              const lossOf = kinds.mustBe(
                kinds.anyFunction,
                'diagnose: what loss gives for targets',
                loss(batch.targets)
              )
              const value = asTensor('diagnose: what loss gives', lossOf(walked(p, taps).output))
              return penalty === null ? value : op.add(value, asTensor('diagnose: what penalty gives', penalty(p)))
            })({ params, taps: outputs.map(zerosLike) })
      const gradients = found?.grad.taps ?? null
      const sizes = { input: statisticsOf(x).rootMeanSquare, output: gradients?.at(-1) }
      const output = sizes.output === undefined ? null : statisticsOf(sizes.output).rootMeanSquare
      const diagnosed = parts.map((part, i): PartDiagnosis => {
        const y = outputs[i]!
        const slope = part.pointwise === undefined ? null : slopes(part.pointwise, outputs[i - 1] ?? x)
        const evidence = {
          activations: statisticsOf(y),
          gradients: gradients === null ? null : statisticsOf(gradients[i]!),
          saturated: slope === null ? null : saturatedShare(slope, y, limits.flat),
          mayDie: part.pointwise !== undefined || part.params !== null,
          hasSize: part.pointwise === undefined || slope !== null
        }
        return {
          name: `${i + 1} ${part.name}`,
          shape: dimsOf(y),
          activations: evidence.activations,
          saturated: evidence.saturated,
          gradients: evidence.gradients,
          parameters: part.params === null ? null : parametersOf(part.params, params, found?.grad.params ?? null),
          ...judge(limits, sizes.input, output, evidence)
        }
      })
      const named = (tensors: readonly Tensor[]): Readonly<Record<string, Tensor>> =>
        Object.fromEntries(tensors.map((tensor, i) => [diagnosed[i]!.name, tensor] as const))
      return {
        loss: found === null ? null : valuesOf('diagnose', found.value)[0]!,
        parts: diagnosed,
        activations: named(outputs),
        gradients: named(gradients ?? [])
      }
    }
  }
}

const short = significant(3)

const share = (value: number | null): string => (value === null ? '' : `${(100 * value).toFixed(0)}%`)

const x = kinds.anyNumber
const nothing = kinds.kind<null>('null', (value) => value === null)
const maybe = kinds.either(x, nothing)

/** What is shown of what `diagnose` gives. */
const shown = kinds.record('what diagnose gives', {
  parts: kinds.listOf(
    kinds.record('a record of diagnose', {
      name: kinds.text,
      shape: kinds.shape,
      activations: kinds.record('statistics', { mean: x, std: x, least: x, largest: x, zeros: x }),
      saturated: maybe,
      gradients: kinds.either(kinds.record('statistics', { std: x }), nothing),
      parameters: kinds.either(kinds.record('a record of the parameters', { norm: x, ratio: maybe }), nothing),
      verdict: kinds.text,
      reason: kinds.text
    }),
    'an array of parts'
  )
})

/**
 * A diagnosis as a table, one part a line: its output's shape, the statistics of its activations, the standard deviation of
 * the gradient by them, the norm of its parameters and that of their gradient over it, and the verdict with its reason.
 *
 * @throws ValueError when it is given something else than `diagnose` gives
 * @example
 * import { strictEqual } from 'assert'
 * import { check, nn, relu, tensor } from 'grad-ts'
 *
 * const model = nn.activation([2])(relu)
 * const diagnosis = check.diagnose(model)({ params: [], modelState: [] })({ inputs: tensor([[1, -1], [3, 0]]) })
 * strictEqual(
 *   check.showDiagnosis(diagnosis),
 *   [
 *     'part     shape  mean   std  least  largest  zeros  saturated  gradient std  params  ratio  verdict',
 *     '1 relu  [2, 2]     1  1.22      0        3    50%         0%                               healthy'
 *   ].join('\n')
 * )
 * @category check
 * @since 0.1.0
 */
export const showDiagnosis = (diagnosis: Diagnosis): string => {
  const { parts } = kinds.mustBe(shown, 'showDiagnosis: diagnosis', diagnosis)
  const header = [
    'part',
    'shape',
    'mean',
    'std',
    'least',
    'largest',
    'zeros',
    'saturated',
    'gradient std',
    'params',
    'ratio',
    'verdict'
  ]
  const rows = parts.map(({ name, shape, activations: a, saturated, gradients, parameters, verdict, reason }) => [
    name,
    `[${shape.join(', ')}]`,
    ...[a.mean, a.std, a.least, a.largest].map(short),
    share(a.zeros),
    share(saturated),
    gradients === null ? '' : short(gradients.std),
    parameters === null ? '' : short(parameters.norm),
    parameters?.ratio == null ? '' : short(parameters.ratio),
    reason === '' ? verdict : `${verdict}: ${reason}`
  ])
  const figures = header.map((_, i) => i).slice(1, -1)
  return columns([header, ...rows], figures)
}
