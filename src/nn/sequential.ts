import type { Params } from '../params/tree.ts'
import { foldIn, type Key, split } from '../random/index.ts'
import { showGot } from '../random/settings.ts'
import { type Dims, sameDims, showDims } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import type { SameDims, Shape, ShapeError, Show } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import {
  type AnyLayer,
  type Has,
  type Initial,
  type Layer,
  type Mode,
  type Part,
  type PointwiseLayer,
  type Stage,
  train
} from './layer.ts'
import { functionPart, partsOf, within } from './parts.ts'

/** Layers one after the other. */

type InitialOf<H> = H extends { readonly init: (key: Key) => infer Start } ? Start : Initial<readonly [], readonly []>

/** The parameters (or states) of the layers that have any, in order; a list when it is not known which those are. */
type Parts<
  L extends readonly unknown[],
  Part extends 'params' | 'state',
  All extends readonly unknown[] = L,
  Acc extends readonly unknown[] = readonly []
> = number extends L['length']
  ? Listed<All[number], Part>
  : L extends readonly [infer H, ...infer R]
    ? boolean extends Has<PartOf<H, Part>>
      ? Listed<All[number], Part>
      : Parts<R, Part, All, Has<PartOf<H, Part>> extends true ? readonly [...Acc, PartOf<H, Part>] : Acc>
    : Acc
type PartOf<H, Part extends 'params' | 'state'> = InitialOf<H> extends Readonly<Record<Part, infer P>> ? P : readonly []
type Listed<H, Part extends 'params' | 'state'> = ListOf<H extends unknown ? PartOf<H, Part> : never>
type ListOf<P> = unknown extends P
  ? readonly Params[]
  : [Exclude<P, readonly []>] extends [never]
    ? readonly []
    : readonly Exclude<P, readonly []>[]

type First<L extends readonly unknown[]> = L extends readonly [infer H, ...infer R]
  ? H extends { readonly input: infer I extends Shape }
    ? I
    : First<R>
  : number[]
type Last<L extends readonly unknown[]> = L extends readonly [...infer R, infer H]
  ? H extends { readonly output: infer O extends Shape }
    ? O
    : Last<R>
  : number[]
type Plain<S> = S extends readonly [...infer Q extends number[]] ? Q : never

/** For each stage `unknown`, or the error for the layer that does not fit what comes before it. */
type Chain<
  L extends readonly unknown[],
  Current extends Shape | null = null,
  Acc extends readonly unknown[] = []
> = L extends readonly [infer H, ...infer R]
  ? H extends { readonly input: infer I extends Shape; readonly output: infer O extends Shape }
    ? Chain<
        R,
        O,
        [
          ...Acc,
          Current extends Shape
            ? SameDims<Current, I> extends Shape
              ? unknown
              : ShapeError<`this layer takes ${Show<I>} but the one before it gives ${Show<Current>}`>
            : unknown
        ]
      >
    : Chain<
        R,
        Current,
        [
          ...Acc,
          R extends readonly []
            ? Current extends Shape
              ? unknown
              : ShapeError<'sequential needs a layer that has a shape; join functions with flow'>
            : unknown
        ]
      >
  : Acc

/**
 * A homomorphic mapped tuple: the stages are still inferred from the arguments, and the error lands on the one that is
 * wrong. Layers made in a loop are checked when the sequence is made.
 *
 * @category layers
 * @since 0.1.0
 */
export type Fits<L extends readonly unknown[], C extends readonly unknown[] = Chain<L>> = {
  [K in keyof L]: number extends L['length'] ? L[K] : K extends keyof C ? L[K] & C[K] : L[K]
}

/** The type of a sequence of stages. @category layers @since 0.1.0 */
export type Sequential<L extends readonly unknown[]> = Layer<
  Parts<L, 'params'>,
  Parts<L, 'state'>,
  Plain<First<L>>,
  Plain<Last<L>>
>

interface Made {
  readonly x: Tensor
  readonly states: readonly unknown[]
}
type Step = (mode: Mode, params: readonly unknown[], states: readonly unknown[], made: Made) => Made

/** What is known after some of the stages: the steps, and how many parameters, states and keys they use. */
interface Plan {
  readonly steps: readonly Step[]
  /** The same as parts, those of sequences within the sequence one by one. */
  readonly parts: readonly Part[]
  /** Layers that have something to start with. */
  readonly starting: readonly AnyLayer[]
  readonly params: number
  readonly states: number
  readonly keys: number
  readonly input: Dims | undefined
  readonly output: Dims | undefined
}

const none: readonly never[] = []

/** No key is derived for a stage that draws nothing: most sequences draw nothing, and a step of training is hot. */
const modeOf = (usesKey: boolean, index: number): ((mode: Mode) => Mode) => {
  if (!usesKey) return (mode) => mode
  const derive = foldIn(index)
  return (mode) => (mode._tag === 'Train' ? train(derive(mode.key)) : mode)
}

/** As it is at run time: parameters and state of any kind. */
type Running = AnyLayer & {
  readonly apply: (mode: Mode) => (params: unknown, state: unknown) => (x: Tensor) => readonly [Tensor, unknown]
}

const addLayer = (plan: Plan, layer: Running, at: number): Plan => {
  const { hasParams, hasState, usesKey, input, output } = layer
  if (plan.output !== undefined && !sameDims(plan.output, input))
    fail(
      'ShapeError',
      `sequential: stage ${at} (${layer.name}) takes ${showDims(input)} but the one before it gives ${showDims(plan.output)}`
    )
  const own = modeOf(usesKey, plan.keys)
  const [p, s] = [plan.params, plan.states]
  const step: Step = (mode, params, states, made) => {
    const [x, state] = layer.apply(own(mode))(hasParams ? params[p] : none, hasState ? states[s] : none)(made.x)
    return { x, states: hasState ? [...made.states, state] : made.states }
  }
  return {
    steps: [...plan.steps, step],
    parts: [...plan.parts, ...within(partsOf(layer as never), hasParams ? [p] : null, hasState ? [s] : null, own)],
    starting: hasParams || hasState ? [...plan.starting, layer] : plan.starting,
    params: p + (hasParams ? 1 : 0),
    states: s + (hasState ? 1 : 0),
    keys: plan.keys + (usesKey ? 1 : 0),
    input: plan.input ?? input,
    output
  }
}

const addPointwise = (plan: Plan, { name, usesKey, apply }: PointwiseLayer): Plan => {
  const own = modeOf(usesKey, plan.keys)
  const step: Step = (mode, _, __, { x, states }) => ({ x: apply(own(mode))(x), states })
  const part: Part = { name, params: null, state: null, apply: (mode) => () => (x) => [apply(own(mode))(x), none] }
  return { ...plan, steps: [...plan.steps, step], parts: [...plan.parts, part], keys: plan.keys + (usesKey ? 1 : 0) }
}

const addStage = (plan: Plan, stage: Stage, at: number): Plan =>
  typeof stage === 'function'
    ? {
        ...plan,
        steps: [...plan.steps, (_, __, ___, { x, states }) => ({ x: stage(x), states })],
        parts: [...plan.parts, functionPart(stage, 'function')]
      }
    : typeof stage !== 'object' || (stage as unknown) === null || !('apply' in stage)
      ? fail(
          'ValueError',
          `sequential: stage ${at} must be a layer, or a function that keeps the shape, got ${showGot(stage)}`
        )
      : 'init' in stage
        ? addLayer(plan, stage as unknown as Running, at)
        : addPointwise(plan, stage)

/** What a layer starts with must be what it says it has, or the parameters of the next ones would be taken for its own. */
const checkStart = (layer: AnyLayer, part: 'params' | 'state', has: boolean, value: unknown): unknown =>
  has === !(Array.isArray(value) && value.length === 0)
    ? value
    : fail(
        'TreeError',
        `sequential: ${layer.name} says that it has ${has ? '' : 'no '}${part}, but init gives ${has ? 'none' : 'some'}; ` +
          `check its ${part === 'params' ? 'hasParams' : 'hasState'}`
      )

const checkParts = (part: string, count: number, parts: unknown): void => {
  if (!Array.isArray(parts) || parts.length !== count)
    fail(
      'TreeError',
      `sequential: needs the ${part} of ${count} layers, got ${Array.isArray(parts) ? `${parts.length}` : showGot(parts)}; ` +
        'take what init of this model gives'
    )
}

/**
 * Layers one after the other, as one layer. Functions that keep the shape, such as `relu`, stand between them as they
 * are. Sizes that do not meet do not compile, and the error lands on the layer that is wrong.
 *
 * The parameters are a tuple of those of the layers that have any, in order, and so is the state. `init` gives each such
 * layer a key of its own, so that equal layers start differently; in training each stage that draws gets a key of its
 * own, derived with `foldIn`.
 *
 * @shape x [...batch, ...input of the first layer] → [...batch, ...output of the last]
 * @throws ShapeError when the compiler could not see that two layers do not fit, and when there is no layer at all
 * @throws TreeError at a call with parameters or state of another model
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { nn, params, random, relu, sigmoid, tensor } from 'grad-ts'
 *
 * const model = nn.sequential(
 *   nn.dense({ inputs: 2, outputs: 4, activation: relu }),
 *   nn.dropout({ keepProbability: 0.9 }),
 *   nn.dense({ inputs: 4, outputs: 1 }),
 *   sigmoid
 * )
 * const { params: start, state } = model.init(random.key(0))
 * deepStrictEqual(params.paths(start), ['params[0].weight', 'params[0].bias', 'params[1].weight', 'params[1].bias'])
 * const [y] = model.apply(nn.train(random.key(1)))(start, state)(tensor([[0, 0], [0, 1], [1, 0], [1, 1]]))
 * deepStrictEqual(y.shape, [4, 1])
 * @category layers
 * @since 0.1.0
 */
export const sequential = <const L extends readonly Stage[]>(...stages: Fits<L>): Sequential<L> => {
  const plan = (stages as unknown as readonly Stage[]).reduce(addStage, {
    steps: [],
    parts: [],
    starting: [],
    params: 0,
    states: 0,
    keys: 0,
    input: undefined,
    output: undefined
  })
  const { steps, starting } = plan
  if (plan.input === undefined)
    fail('ShapeError', 'sequential: needs at least one layer that has a shape; join functions with flow')

  const init = (key: Key): Initial<readonly unknown[], readonly unknown[]> => {
    const keys = split(starting.length)(key)
    const starts = starting.map((layer, i) => {
      const { params, state } = layer.init(keys[i]!)
      checkStart(layer, 'params', layer.hasParams, params)
      checkStart(layer, 'state', layer.hasState, state)
      return { layer, params, state }
    })
    return {
      params: starts.flatMap(({ layer, params }) => (layer.hasParams ? [params] : [])),
      state: starts.flatMap(({ layer, state }) => (layer.hasState ? [state] : []))
    }
  }
  const apply = (mode: Mode) => (params: readonly unknown[], states: readonly unknown[]) => {
    checkParts('parameters', plan.params, params)
    checkParts('state', plan.states, states)
    return (x: Tensor) => {
      const made = steps.reduce<Made>((before, step) => step(mode, params, states, before), { x, states: none })
      return [made.x, made.states] as const
    }
  }
  return {
    name: 'sequential',
    input: plan.input,
    output: plan.output,
    usesKey: plan.keys > 0,
    hasParams: plan.params > 0,
    hasState: plan.states > 0,
    init,
    apply,
    parts: plan.parts
  } as unknown as Sequential<L>
}
