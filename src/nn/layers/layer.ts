import { frozen } from '../../tensor/frozen.ts'
import type { Pointwise } from '../../ops/index.ts'
import type { Key } from '../../random/index.ts'
import { asKey } from '../../random/key.ts'
import type { Shape } from '../../tensor/shape.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import type { Path } from '../../tree/tree.ts'

/**
 * The mode of a model: training or inference. Training carries the key that dropout draws from, so it can't be forgotten.
 *
 * @category layers
 * @since 0.1.0
 */
export type Mode = { readonly _tag: 'Train'; readonly key: Key } | { readonly _tag: 'Infer' }

/**
 * The mode of a training step. Each step needs a key of its own, or dropout drops the same elements every time.
 *
 * @throws ValueError when it is given no key
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { nn, random } from 'grad-ts'
 *
 * deepStrictEqual(nn.training(random.key(7)), { _tag: 'Train', key: random.key(7) })
 * @category layers
 * @since 0.1.0
 */
export const training = (key: Key): Mode => ({ _tag: 'Train', key: asKey('training', key) })

/** The mode of using a model: nothing is random, no statistics move. @category layers @since 0.1.0 */
export const inference: Mode = frozen({ _tag: 'Infer' })

/**
 * What a layer starts with: parameters to learn, and state that applying it moves on (running statistics).
 *
 * @category layers
 * @since 0.1.0
 */
export interface Initial<P, St> {
  readonly params: P
  readonly state: St
}

/**
 * Whether a tree of that type holds anything: the empty tuple says that a layer has no parameters, or no state. `boolean`
 * where that is known at run time only.
 *
 * @category layers
 * @since 0.1.0
 */
export type Has<P> = [P] extends [readonly []] ? false : readonly [] extends P ? boolean : true

/**
 * A part of a layer that is made of several. It is given the mode of the whole, from which it takes a key of its own if it
 * needs one, and those parameters and that state which are its own.
 *
 * @category layers
 * @since 0.1.0
 */
export interface Part {
  readonly name: string
  /** Where its parameters stand in those of the whole, as keys and indices; null when it has none. */
  readonly params: Path | null
  /** Where its state stands in that of the whole; null when it has none. */
  readonly state: Path | null
  /** The function, for a part that is nothing but a function that keeps the shape. */
  readonly pointwise?: Pointwise
  readonly apply: (mode: Mode) => (params: unknown, state: unknown) => (x: Tensor) => readonly [Tensor, unknown]
}

/**
 * A layer is a value: how it starts, and how it is applied. `I` and `O` are the shapes of one example; any batch
 * dimensions stand before them. It has no parameters inside: they are handed in.
 *
 * Most layers come from `stateless` or `lambda`; one with state (running statistics) is written out in full, as `batchNorm` is.
 *
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { nn, random, zeros } from 'grad-ts'
 *
 * const layer: nn.Layer<nn.DenseParams<2, 3>, readonly [], [2], [3]> = nn.dense({ inputs: 2, outputs: 3 })
 * const { params, state } = layer.init(random.key(0))
 * const [y] = layer.apply(nn.inference)(params, state)(zeros([8, 2]))
 * deepStrictEqual(y.shape, [8, 3])
 * @category layers
 * @since 0.1.0
 */
export interface Layer<P, St, I extends Shape, O extends Shape> {
  readonly name: string
  readonly input: Readonly<I>
  readonly output: Readonly<O>
  /** Whether `apply` draws from the key of `Train`; where not, no key is derived for it. */
  readonly usesKey: boolean
  /** Whether it has parameters: a sequence leaves out those of the layers that have none. */
  readonly hasParams: Has<P>
  /** Whether it has state, likewise. */
  readonly hasState: Has<St>
  readonly init: (key: Key) => Initial<P, St>
  readonly apply: (
    mode: Mode
  ) => (params: P, state: St) => <B extends number[]>(x: Tensor<[...B, ...I]>) => readonly [Tensor<[...B, ...O]>, St]
  /**
   * What it is made of, in order, so that a model can be walked: `sequential` and `dense` say it. One after the other they
   * give exactly what `apply` gives, so code that replaces `apply` replaces these too, or leaves them out.
   */
  readonly parts?: readonly Part[]
}

/**
 * A layer of which only the shapes are known. It must not mention what it takes, or no layer would be one.
 *
 * @category layers
 * @since 0.1.0
 */
export interface AnyLayer {
  readonly name: string
  readonly input: Shape
  readonly output: Shape
  readonly usesKey: boolean
  readonly hasParams: boolean
  readonly hasState: boolean
  readonly init: (key: Key) => Initial<unknown, unknown>
  readonly parts?: readonly Part[]
}

/**
 * A stage that takes any shape and keeps it, has neither parameters nor state, but knows the mode: dropout.
 *
 * @category layers
 * @since 0.1.0
 */
export interface PointwiseLayer {
  readonly name: string
  readonly usesKey: boolean
  readonly apply: (mode: Mode) => Pointwise
}

/** What a sequence is made of: layers, and functions such as `relu` that keep any shape. @category layers @since 0.1.0 */
export type Stage = AnyLayer | PointwiseLayer | Pointwise
