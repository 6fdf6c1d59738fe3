import * as kinds from '../../kinds/index.ts'
import { fail, showGiven } from '../../tensor/errors.ts'
import { asTensor } from '../../tensor/given.ts'
import type { Shape } from '../../tensor/shape.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import type { Path } from '../../tree/tree.ts'
import type { Layer, Mode, Part } from './layer.ts'
import { layerKind, modeKind, outcome, running } from './subject.ts'

/** Models walked part by part, to see the values between layers. */

const nothing: readonly [] = []

/** A layer as one part of itself. */
const whole = <P, St, I extends Shape, O extends Shape>(layer: Layer<P, St, I, O>): Part => ({
  name: layer.name,
  params: layer.hasParams ? [] : null,
  state: layer.hasState ? [] : null,
  apply: layer.apply as unknown as Part['apply']
})

/** The parts of a layer, itself alone when it names none. @internal */
export const partsOf = <P, St, I extends Shape, O extends Shape>(layer: Layer<P, St, I, O>): readonly Part[] =>
  layer.parts ?? [whole(layer)]

const isTree = (tree: unknown): tree is Readonly<Record<string | number, unknown>> =>
  typeof tree === 'object' && tree !== null

/** What stands at a path of a tree. @internal */
export const at = (tree: unknown, path: Path | null): unknown =>
  path === null
    ? nothing
    : path.reduce<unknown>(
        (found, step) =>
          isTree(found) ? found[step] : fail('TreeError', `walk: there is nothing at ${step} of ${showGiven(found)}`),
        tree
      )

/** The same tree with something else at a path. */
const put = (tree: unknown, path: Path, value: unknown): unknown => {
  const [step, ...rest] = path
  if (step === undefined) return value
  const below = put(at(tree, [step]), rest, value)
  return Array.isArray(tree) ? tree.with(step as number, below) : { ...(tree as object), [step]: below }
}

/** The parts of a layer with what belongs to another around it: a longer path, a mode of its own. @internal */
export const within = (
  parts: readonly Part[],
  params: Path | null,
  state: Path | null,
  mode: (mode: Mode) => Mode
): readonly Part[] =>
  parts.map((part) => ({
    ...part,
    params: part.params === null || params === null ? null : [...params, ...part.params],
    state: part.state === null || state === null ? null : [...state, ...part.state],
    apply: (of) => part.apply(mode(of))
  }))

/** A function of each element as a part. @internal */
export const functionPart = (f: (x: Tensor) => Tensor, name: string): Part => ({
  name: f.name === '' ? name : f.name,
  params: null,
  state: null,
  pointwise: f as never,
  apply: () => () => (x) => [f(x), nothing]
})

interface Made {
  readonly outputs: readonly Tensor[]
  readonly output: Tensor
  readonly state: unknown
}

/** Runs parts one after another; each output is passed through `tap` before it goes on. @internal */
export const through = (
  parts: readonly Part[],
  mode: Mode,
  params: unknown,
  state: unknown,
  x: Tensor,
  tap: (y: Tensor, index: number) => Tensor
): Made =>
  parts.reduce<Made>(
    (made, part, i) => {
      const run = running(part.name, part.apply(mode), at(params, part.params), at(state, part.state))
      const [y, after] = outcome(part.name, run(made.output))
      const output = tap(y, i)
      return {
        outputs: [...made.outputs, output],
        output,
        state: part.state === null ? made.state : put(made.state, part.state, after)
      }
    },
    { outputs: [], output: x, state }
  )

/** One part of a model and its output. @category layers @since 0.1.0 */
export interface Visited {
  readonly name: string
  /** Where its parameters stand in those of the model; none when it has none. */
  readonly params: Path | null
  readonly output: Tensor
}

/** A model walked from its input to its output. @category layers @since 0.1.0 */
export interface Walk<Y, St> {
  readonly visited: readonly Visited[]
  /** What `apply` gives. */
  readonly output: Y
  /** The state after it. */
  readonly state: St
}

/**
 * Applies a model part by part, and keeps the output of each. Output and state are exactly those of `apply`. The parts
 * of a sequence are its stages, those of sequences within it included; a dense layer with an activation has two; any other
 * layer is one.
 *
 * @shape x [...batch, ...input] → [...batch, ...output]
 * @throws ValueError when it is given no model, mode or tensor
 * @throws ShapeError when `x` does not end in the shape that the model takes
 * @example
 * import { deepStrictEqual, strictEqual } from 'assert'
 * import { nn, random, relu, show, tensor } from 'grad-ts'
 *
 * const model = nn.sequential(nn.dense({ inputs: 2, outputs: 4, activation: relu }), nn.dense({ inputs: 4, outputs: 1 }))
 * const { params, state } = model.init(random.key(0))
 * const x = tensor([[0, 1], [1, 0]])
 * const { visited, output } = nn.walk(model)(nn.inference)(params, state)(x)
 * deepStrictEqual(visited.map(({ name, output: y }) => [name, ...y.shape]), [['dense', 2, 4], ['relu', 2, 4], ['dense', 2, 1]])
 * strictEqual(show(output), show(nn.predict(model)(params, state)(x)))
 * @category layers
 * @since 0.1.0
 */
export const walk = <P, St, I extends Shape, O extends Shape>(model: Layer<P, St, I, O>) => {
  const parts = partsOf(kinds.mustBe(layerKind, 'walk: model', model))
  return (mode: Mode) => {
    kinds.mustBe(modeKind, 'walk: mode', mode)
    return (params: P, state: St) =>
      <B extends number[]>(x: Tensor<[...B, ...I]>): Walk<Tensor<[...B, ...O]>, St> => {
        asTensor('walk', x)
        const made = through(parts, mode, params, state, x, (y) => y)
        return {
          visited: parts.map(({ name, params: path }, i) => ({ name, params: path, output: made.outputs[i]! })),
          output: made.output as unknown as Tensor<[...B, ...O]>,
          state: made.state as St
        }
      }
  }
}
