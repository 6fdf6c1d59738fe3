import * as kinds from '../../kinds/index.ts'
import type { Pointwise } from '../../ops/index.ts'
import type { Key } from '../../random/index.ts'
import { checkDims, type Dims } from '../../tensor/dims.ts'
import type { Shape } from '../../tensor/shape.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import { checked } from './checked.ts'
import type { Layer, Mode, PointwiseLayer } from './layer.ts'
import { functionPart } from './parts.ts'
import { modeKind } from './subject.ts'

/** Layers from plain functions: with parameters, or without any. */

const nothing: readonly [] = []

/**
 * What a layer without state is made of. `apply` sees batch dimensions of unknown number; the shape it gives is checked
 * when it is called.
 *
 * @category layers
 * @since 0.1.0
 */
export interface StatelessSettings<P, I extends number[], O extends number[]> {
  /** What errors call it. */
  readonly name: string
  /** The shape of one example that goes in. */
  readonly input: readonly [...I]
  /** The shape of one output example. */
  readonly output: readonly [...O]
  readonly init: (key: Key) => P
  readonly apply: (params: P) => (x: Tensor<[...number[], ...I]>) => Tensor<Shape>
}

const shape = kinds.list<number>('a shape, an array of whole numbers')
const statelessSettings = kinds.settings('stateless', {
  name: kinds.name,
  input: shape,
  output: shape,
  init: kinds.callable<(key: Key) => unknown>(),
  apply: kinds.callable<(params: never) => unknown>()
})

/**
 * A layer from a pure function of its parameters, with no state and nothing random.
 *
 * @shape x [...batch, ...input] → [...batch, ...output]
 * @throws ValueError when the name is not a text, or `init` or `apply` not a function
 * @throws ShapeError at a call whose input does not end in `input`, or whose result is not `[...batch, ...output]`
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { mul, nn, random, tensor, toArray } from 'grad-ts'
 *
 * const scale = nn.stateless({
 *   name: 'scale',
 *   input: [2],
 *   output: [2],
 *   init: (key) => ({ factor: nn.constant(3)([2])(key) }),
 *   apply: ({ factor }) => mul(factor)
 * })
 * const { params } = scale.init(random.key(0))
 * deepStrictEqual(toArray(nn.predict(scale)(params, [])(tensor([[1, 2], [3, 4]]))), [[3, 6], [9, 12]])
 * @category layers
 * @since 0.1.0
 */
export const stateless = <const I extends number[], const O extends number[], P>(
  settings: StatelessSettings<P, I, O>
): Layer<P, readonly [], I, O> => {
  const { name, init, apply, ...shapes } = statelessSettings.read(settings)
  const input = [...checkDims(name, shapes.input)]
  const output = [...checkDims(name, shapes.output)]
  const given = `${name}: the result of apply`
  return {
    name,
    input,
    output,
    usesKey: false,
    hasParams: true,
    hasState: false,
    init: (key: Key) => ({ params: init(key), state: nothing }),
    apply: () => (params: P) => (x: Tensor) => [
      checked(name, input, output, kinds.mustBe(kinds.callable<(x: Tensor) => Tensor>(), given, apply(params)), x),
      nothing
    ]
  } as unknown as Layer<P, readonly [], I, O>
}

/** Of what shape a function without parameters is. @category layers @since 0.1.0 */
export interface LambdaSettings<I extends number[], O extends number[]> {
  /** What errors call it; `lambda` when left out. */
  readonly name?: string
  readonly input: readonly [...I]
  readonly output: readonly [...O]
}

const lambdaSettings = kinds.settings('lambda', { input: shape, output: shape, name: [kinds.name, 'lambda'] })

const withoutParams = (
  { name, input, output }: { readonly name: string; readonly input: Dims; readonly output: Dims },
  usesKey: boolean,
  apply: (mode: Mode) => (x: Tensor) => Tensor
): unknown => {
  const initial = { params: nothing, state: nothing }
  return {
    name,
    input,
    output,
    usesKey,
    hasParams: false,
    hasState: false,
    init: () => initial,
    apply: (mode: Mode) => {
      const f = kinds.mustBe(
        kinds.anyFunction,
        `${name}: the result of apply`,
        apply(kinds.mustBe(modeKind, `${name}: mode`, mode))
      )
      return () => (x: Tensor) => [checked(name, input, output, f, x), nothing]
    }
  }
}

/**
 * A layer from a function without parameters that changes the shape. One that keeps it, such as `relu`, is a stage as it
 * is.
 *
 * @shape x [...batch, ...input] → [...batch, ...output]
 * @throws ValueError when it is given no function
 * @throws ShapeError at a call whose input does not end in `input`, or whose result is not `[...batch, ...output]`
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { nn, sum, tensor, toArray } from 'grad-ts'
 *
 * const total = nn.lambda({ input: [2], output: [1] })(sum({ axis: -1, keepDims: true }))
 * deepStrictEqual(toArray(nn.predict(total)([], [])(tensor([[1, 2], [3, 4]]))), [[3], [7]])
 * @category layers
 * @since 0.1.0
 */
export const lambda = <const I extends number[], const O extends number[]>(settings: LambdaSettings<I, O>) => {
  const { name, input, output } = lambdaSettings.read(settings)
  const dims = { name, input: [...checkDims(name, input)], output: [...checkDims(name, output)] }
  return (f: (x: Tensor<[...number[], ...I]>) => Tensor<Shape>): Layer<readonly [], readonly [], I, O> => {
    kinds.mustBe(kinds.anyFunction, `${name}: f`, f)
    return withoutParams(dims, false, () => f as (x: Tensor) => Tensor) as Layer<readonly [], readonly [], I, O>
  }
}

const pointwiseLayer = kinds.record('a function that keeps the shape, or a layer such as nn.dropout gives', {
  name: kinds.text,
  apply: kinds.anyFunction
})

/**
 * A stage of any shape, such as `relu` or dropout, as a layer of one shape, for where only a layer will do.
 *
 * @shape x [...batch, ...shape] → [...batch, ...shape]
 * @throws ValueError when the stage is neither a function nor a layer of any shape
 * @throws ShapeError at a call whose input does not end in `shape`
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { nn, relu, tensor, toArray } from 'grad-ts'
 *
 * const layer = nn.activation([2])(relu)
 * deepStrictEqual(layer.output, [2])
 * deepStrictEqual(toArray(nn.predict(layer)([], [])(tensor([[-1, 2]]))), [[0, 2]])
 * @category layers
 * @since 0.1.0
 */
export const activation =
  <const S extends number[]>(shape: readonly [...S]) =>
  (stage: Pointwise | PointwiseLayer): Layer<readonly [], readonly [], S, S> => {
    if (typeof stage !== 'function') kinds.mustBe(pointwiseLayer, 'activation: stage', stage)
    const name = typeof stage === 'function' ? 'activation' : stage.name
    const dims = [...checkDims(name, shape)]
    const usesKey = typeof stage !== 'function' && stage.usesKey
    const layer = withoutParams({ name, input: dims, output: dims }, usesKey, (mode) =>
      typeof stage === 'function' ? stage : stage.apply(mode)
    ) as Layer<readonly [], readonly [], S, S>
    return typeof stage === 'function' ? { ...layer, parts: [functionPart(stage, name)] } : layer
  }
