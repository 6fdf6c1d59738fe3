import * as kinds from '../../kinds/index.ts'
import { foldIn, type Key, split } from '../../random/index.ts'
import { asKey } from '../../random/key.ts'
import { type Dims, sameDims, showDims } from '../../tensor/dims.ts'
import { fail, showGiven } from '../../tensor/errors.ts'
import { asTensor } from '../../tensor/given.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import {
  type AnyLayer,
  type Initial,
  type Mode,
  type Part,
  type PointwiseLayer,
  type Stage,
  training
} from './layer.ts'
import { functionPart, partsOf, within } from './parts.ts'
import { initialKind, layerKind, modeKind, outcome, running } from './subject.ts'

/** Composition of stages in order; errors begin with `what`, the name of the caller. */

export interface Made {
  readonly x: Tensor
  readonly states: readonly unknown[]
}
type Step = (mode: Mode, params: readonly unknown[], states: readonly unknown[], made: Made) => Made

/** What is known after some of the stages: the steps, and how many parameters, states and keys they use. */
export interface Plan {
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
  return (mode) => (mode._tag === 'Train' ? training(derive(mode.key)) : mode)
}

/** As it is at run time: parameters and state of any kind. */
type Running = AnyLayer & {
  readonly apply: (mode: Mode) => (params: unknown, state: unknown) => (x: Tensor) => readonly [Tensor, unknown]
}

const addLayer = (what: string, plan: Plan, layer: Running, at: number): Plan => {
  const { hasParams, hasState, usesKey, input, output } = layer
  if (plan.output !== undefined && !sameDims(plan.output, input))
    fail(
      'ShapeError',
      `${what}: stage ${at} (${layer.name}) takes ${showDims(input)} but the one before it gives ${showDims(plan.output)}`
    )
  const own = modeOf(usesKey, plan.keys)
  const [p, s] = [plan.params, plan.states]
  const step: Step = (mode, params, states, made) => {
    const run = running(layer.name, layer.apply(own(mode)), hasParams ? params[p] : none, hasState ? states[s] : none)
    const [x, state] = outcome(layer.name, run(made.x))
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

const addPointwise = (what: string, plan: Plan, { name, usesKey, apply }: PointwiseLayer, at: number): Plan => {
  kinds.mustBe(kinds.callable(), `${what}: apply of stage ${at}`, apply)
  const own = modeOf(usesKey, plan.keys)
  const given = `${what}: the result of apply of stage ${at}`
  const run = (mode: Mode, x: Tensor): Tensor => kinds.mustBe(kinds.anyFunction, given, apply(own(mode)))(x)
  const step: Step = (mode, _, __, { x, states }) => ({ x: run(mode, x), states })
  const part: Part = { name, params: null, state: null, apply: (mode) => () => (x) => [run(mode, x), none] }
  return { ...plan, steps: [...plan.steps, step], parts: [...plan.parts, part], keys: plan.keys + (usesKey ? 1 : 0) }
}

const addStage = (what: string, plan: Plan, stage: Stage, at: number): Plan =>
  typeof stage === 'function'
    ? {
        ...plan,
        steps: [...plan.steps, (_, __, ___, { x, states }) => ({ x: stage(x), states })],
        parts: [...plan.parts, functionPart(stage, 'function')]
      }
    : typeof stage !== 'object' || (stage as unknown) === null || !('apply' in stage)
      ? fail(
          'ValueError',
          `${what}: stage ${at} must be a layer, or a function that keeps the shape, got ${showGiven(stage)}`
        )
      : 'init' in stage
        ? addLayer(what, plan, kinds.mustBe(layerKind, `${what}: stage ${at}`, stage as unknown as Running), at)
        : addPointwise(what, plan, stage, at)

/** What a layer starts with must be what it says it has, or the parameters of the next ones would be taken for its own. */
const checkStart = (what: string, layer: AnyLayer, part: 'params' | 'state', has: boolean, value: unknown): unknown =>
  has === !(Array.isArray(value) && value.length === 0)
    ? value
    : fail(
        'TreeError',
        `${what}: ${layer.name} says that it has ${has ? '' : 'no '}${part}, but init gives ${has ? 'none' : 'some'}; ` +
          `check its ${part === 'params' ? 'hasParams' : 'hasState'}`
      )

const checkParts = (what: string, part: string, count: number, parts: unknown): void => {
  if (!Array.isArray(parts) || parts.length !== count)
    fail(
      'TreeError',
      `${what}: needs the ${part} of ${count} layers, got ${Array.isArray(parts) ? `${parts.length}` : showGiven(parts)}; ` +
        'take what init of this model gives'
    )
}

const start: Plan = {
  steps: [],
  parts: [],
  starting: [],
  params: 0,
  states: 0,
  keys: 0,
  input: undefined,
  output: undefined
}

/** The stages in order, if each takes what the one before it gives. */
export const planOf = (what: string, stages: readonly Stage[]): Plan =>
  stages.reduce((plan, stage, at) => addStage(what, plan, stage, at), start)

/** What the stages make of an input, and their states after it. */
export const runStages = (
  { steps }: Plan,
  mode: Mode,
  params: readonly unknown[],
  states: readonly unknown[],
  x: Tensor
): Made => steps.reduce<Made>((before, step) => step(mode, params, states, before), { x, states: none })

/** A plan that has a shape, as a layer; what it gives is made of its input and what the stages make of that. */
export const layerOf = (what: string, plan: Plan, output: (x: Tensor, y: Tensor) => Tensor): object => {
  const { starting } = plan
  const init = (key: Key): Initial<readonly unknown[], readonly unknown[]> => {
    const keys = split(starting.length)(asKey(what, key))
    const starts = starting.map((layer, i) => {
      const initial = layer.init(keys[i]!)
      const { params, state } = kinds.mustBe(initialKind, `${what}: the result of init of ${layer.name}`, initial)
      checkStart(what, layer, 'params', layer.hasParams, params)
      checkStart(what, layer, 'state', layer.hasState, state)
      return { layer, params, state }
    })
    return {
      params: starts.flatMap(({ layer, params }) => (layer.hasParams ? [params] : [])),
      state: starts.flatMap(({ layer, state }) => (layer.hasState ? [state] : []))
    }
  }
  const apply = (given: Mode) => {
    const mode = kinds.mustBe(modeKind, `${what}: mode`, given)
    return (params: readonly unknown[], states: readonly unknown[]) => {
      checkParts(what, 'parameters', plan.params, params)
      checkParts(what, 'state', plan.states, states)
      return (x: Tensor) => {
        asTensor(what, x)
        const made = runStages(plan, mode, params, states, x)
        return [output(x, made.x), made.states] as const
      }
    }
  }
  return {
    name: what,
    input: plan.input,
    output: plan.output,
    usesKey: plan.keys > 0,
    hasParams: plan.params > 0,
    hasState: plan.states > 0,
    init,
    apply
  }
}
