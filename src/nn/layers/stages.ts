import type { Params } from '../../params/tree.ts'
import type { Key } from '../../random/index.ts'
import type { SameDims, Shape, ShapeError, Show } from '../../tensor/shape.ts'
import type { Has, Initial, Layer, PointwiseLayer } from './layer.ts'

/** The types of layers one after the other. */

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

interface HasShape {
  readonly input: Shape
  readonly output: Shape
}

/** For each stage `unknown`, or the error for the last layer, when it does not give what the first one takes. */
type Closing<L extends readonly unknown[], I = First<L>, After extends readonly unknown[] = []> = L extends readonly [
  ...infer R,
  infer H
]
  ? H extends { readonly output: infer O extends Shape }
    ? I extends Shape
      ? SameDims<O, I> extends Shape
        ? unknown
        : [
            ...Unknowns<R>,
            ShapeError<`what is added to an input of ${Show<I>} must have that shape, but this layer gives ${Show<O>}`>,
            ...After
          ]
      : unknown
    : Closing<R, I, [unknown, ...After]>
  : unknown
type Unknowns<L extends readonly unknown[]> = { readonly [K in keyof L]: unknown }

/**
 * As `Fits`, for stages of which the last layer must also give what the first one takes. Stages without any shape keep
 * every shape.
 *
 * @category layers
 * @since 0.1.0
 */
export type Keeps<L extends readonly unknown[], C = Chain<L>, D = Closing<L>> = {
  [K in keyof L]: number extends L['length']
    ? L[K]
    : [Extract<L[number], HasShape>] extends [never]
      ? L[K]
      : L[K] & (K extends keyof C ? C[K] : unknown) & (K extends keyof D ? D[K] : unknown)
}

/**
 * The type of stages with their input added: a layer with the parameters and the state of a sequence of them, or, without
 * any layer among them, a stage of any shape.
 *
 * @category layers
 * @since 0.1.0
 */
export type Residual<L extends readonly unknown[]> = [Extract<L[number], HasShape>] extends [never]
  ? PointwiseLayer
  : Sequential<L>
