/** Type-level shape algebra. A shape is a tuple of dims; `number` is an unknown dim, `[...number[], 4]` an unknown prefix. */
import type { Add, Half, Mul, Sub } from './arith.ts';

/** A tuple of dimensions; `number` is a dimension known at run time only. @category tensor @since 0.1.0 */
export type Shape = readonly number[];

/** The value of a failed computation, and of the *parameter type* that makes a wrong call an error. */
export interface ShapeError<M extends string> { readonly shapeError: M }
export type AnyError = ShapeError<string>;

/** identity test that is decided even for type parameters (`Same<B, B>` is true for an abstract `B`) */
export type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;

// ---- printing, for messages -------------------------------------------------------------------------------------
type Join<S extends Shape> =
  S extends readonly [] ? ''
  : S extends readonly [infer H extends number, ...infer R extends Shape]
    ? R extends readonly [] ? Dim<H> : `${Dim<H>},${Join<R>}`
    : S extends readonly [...infer R extends Shape, infer L extends number]
      ? `${Join<R>},${Dim<L>}`
      : '...';
type Dim<N extends number> = number extends N ? '?' : `${N}`;
export type Show<S extends Shape> = `[${Join<S>}]`;

// ---- dims -------------------------------------------------------------------------------------------------------
/** dims that must be equal: the more precise one, or `never` */
export type SameDim<A extends number, B extends number> =
  Same<A, B> extends true ? A : number extends A ? B : number extends B ? A : never;
/** numpy broadcasting of two dims, or `never` */
export type BcastDim<A extends number, B extends number> =
  Same<A, B> extends true ? A
  : A extends 1 ? B
  : B extends 1 ? A
  : number extends A ? B
  : number extends B ? A
  : never;

/** decided for abstract dims too: `[I] extends [never]` alone would stay deferred for a type parameter `I` */
type Differ<A extends number, B extends number> = Same<A, B> extends true ? false : [SameDim<A, B>] extends [never] ? true : false;

// ---- broadcasting -----------------------------------------------------------------------------------------------
/** the dims of `S` under a partner of unknown rank: 1 can become anything */
type Widen1<S extends Shape> = { -readonly [K in keyof S]: S[K] extends 1 ? number : S[K] };
/** right-aligned; `never` on a mismatch */
type BcastDims<A extends Shape, B extends Shape, Acc extends Shape = []> =
  A extends readonly [...infer As extends Shape, infer a extends number]
    ? B extends readonly [...infer Bs extends Shape, infer b extends number]
      ? Same<a, b> extends true ? BcastDims<As, Bs, [a, ...Acc]>
        : BcastDim<a, b> extends infer d extends number ? ([d] extends [never] ? never : BcastDims<As, Bs, [d, ...Acc]>) : never
      : B extends readonly [] ? [...A, ...Acc] : [...number[], ...Widen1<A>, ...Acc]
    : A extends readonly [] ? [...B, ...Acc] : [...number[], ...Widen1<B>, ...Acc];
/**
 * Two types per operation, a result that is always a shape and a check. `Same` and the scalar cases come first because
 * they are decided for *type parameters* too, so `add(x, y): Tensor<S>` type-checks inside a function generic in S.
 */
export type Broadcast<A extends Shape, B extends Shape> =
  Same<A, B> extends true ? A : B extends readonly [] ? A : A extends readonly [] ? B : Ok<BcastDims<A, B>>;
export type BroadcastCheck<A extends Shape, B extends Shape> =
  Same<A, B> extends true ? unknown : B extends readonly [] ? unknown : A extends readonly [] ? unknown
  : [BcastDims<A, B>] extends [never] ? ShapeError<`cannot broadcast ${Show<A>} with ${Show<B>}`>
  : Same<BcastDims<A, B>, A> extends true ? unknown : Same<BcastDims<A, B>, B> extends true ? unknown
  : number extends A['length'] ? unknown : number extends B['length'] ? unknown
  : Stretched<A, BcastDims<A, B>> extends true
    ? Stretched<B, BcastDims<A, B>> extends true ? ShapeError<`${Show<A>} and ${Show<B>} would both be stretched, to ${Show<Ok<BcastDims<A, B>>>}`> : unknown
    : unknown;
/** does S certainly change when broadcast to R: a lower rank, or a literal 1 against a dim that is not a literal 1 */
type Stretched<S extends Shape, R extends Shape> =
  R extends readonly [...infer Rs extends Shape, infer r extends number]
    ? S extends readonly [...infer Ss extends Shape, infer s extends number]
      ? s extends 1 ? (r extends 1 ? (number extends r ? true : Stretched<Ss, Rs>) : true) : Stretched<Ss, Rs>
      : true
    : false;

/** `unknown` when A broadcasts to exactly T, as far as the types show */
export type BroadcastsTo<A extends Shape, T extends Shape> =
  Same<A, T> extends true ? unknown : A extends readonly [] ? unknown
  : number extends A['length'] ? unknown : number extends T['length'] ? unknown
  : Fits<A, T> extends true ? unknown : ShapeError<`${Show<A>} does not broadcast to ${Show<T>}`>;
type Fits<A extends Shape, T extends Shape> =
  A extends readonly [...infer As extends Shape, infer a extends number]
    ? T extends readonly [...infer Ts extends Shape, infer t extends number]
      ? a extends 1 ? Fits<As, Ts> : Differ<a, t> extends true ? false : Fits<As, Ts>
      : false
    : true;

// ---- matmul (numpy rules, ranks 1 and up) -----------------------------------------------------------------------
// (errors are spelled out, not aliased: an alias's *name* would be printed instead of the message)
export type MatMul<A extends Shape, B extends Shape> =
  A extends readonly [...infer Ab extends Shape, infer M extends number, infer K extends number]
    ? B extends readonly [...infer Bb extends Shape, infer L extends number, infer N extends number]
      ? Differ<K, L> extends true ? ShapeError<`matmul ${Show<A>} x ${Show<B>}: inner dims ${Dim<K>} and ${Dim<L>} differ`>
        : [BcastDims<Ab, Bb>] extends [never] ? ShapeError<`matmul ${Show<A>} x ${Show<B>}: batch dims do not broadcast`>
        : [...Broadcast<Ab, Bb>, M, N]
      : B extends readonly [infer L extends number]
        ? Differ<K, L> extends true ? ShapeError<`matmul ${Show<A>} x ${Show<B>}: inner dims ${Dim<K>} and ${Dim<L>} differ`> : [...Ab, M]
        : B extends readonly [] ? ShapeError<`matmul: the right operand is a scalar`> : number[]
    : A extends readonly [infer K extends number]
      ? B extends readonly [...infer Bb extends Shape, infer L extends number, infer N extends number]
        ? Differ<K, L> extends true ? ShapeError<`matmul ${Show<A>} x ${Show<B>}: inner dims ${Dim<K>} and ${Dim<L>} differ`> : [...Bb, N]
        : B extends readonly [infer L extends number]
          ? Differ<K, L> extends true ? ShapeError<`matmul ${Show<A>} x ${Show<B>}: inner dims ${Dim<K>} and ${Dim<L>} differ`> : []
          : B extends readonly [] ? ShapeError<`matmul: the right operand is a scalar`> : number[]
      : A extends readonly [] ? ShapeError<`matmul: the left operand is a scalar`> : number[];

// ---- axes -------------------------------------------------------------------------------------------------------
type Cut<S extends Shape, N extends number, Acc extends Shape = []> =
  Acc['length'] extends N ? [Acc, S]
  : S extends readonly [infer H extends number, ...infer R extends Shape] ? Cut<R, N, [...Acc, H]> : never;
type CutEnd<S extends Shape, N extends number, Acc extends Shape = []> =
  Acc['length'] extends N ? [S, Acc]
  : S extends readonly [...infer R extends Shape, infer H extends number] ? CutEnd<R, N, [H, ...Acc]> : never;
/** `[before, dim, after]` of an axis (negative counts from the end), `never` when out of range, `unknown` when not known */
export type At<S extends Shape, Ax extends number> =
  number extends Ax ? unknown
  : `${Ax}` extends `-${infer N extends number}`
    ? CutEnd<S, N> extends infer C
      ? [C] extends [never] ? (number extends S['length'] ? unknown : never)
        : C extends [infer B extends Shape, [infer D extends number, ...infer R extends Shape]] ? [B, D, R] : never
      : never
    : CutUpTo<S, Ax>;
type CutUpTo<S extends Shape, Ax extends number> =
  Cut<S, Ax> extends infer C
    ? [C] extends [never] ? (number extends S['length'] ? unknown : never)
      : C extends [infer B extends Shape, readonly [infer D extends number, ...infer R extends Shape]] ? [B, D, R]
        : number extends S['length'] ? unknown : never
    : never;

/** an axis and its negative spelling, for the axis that has `Rest` axes after it, itself included */
type Spelled<Before extends readonly unknown[], Rest extends readonly unknown[]> = `${Before['length'] & number}` | `-${Rest['length'] & number}`;
/** the dims without the named axes, or with 1 in their place */
type Drop<S extends Shape, Ax extends number, Keep extends boolean, Seen extends readonly unknown[] = [], Acc extends Shape = []> =
  S extends readonly [infer H extends number, ...infer R extends Shape]
    ? Drop<R, Ax, Keep, [...Seen, H], `${Ax}` & Spelled<Seen, S> extends never ? [...Acc, H] : Keep extends true ? [...Acc, 1] : Acc>
    : Acc;
/** every spelling of every axis */
type AllAxes<S extends Shape, Seen extends readonly unknown[] = []> =
  S extends readonly [infer H, ...infer R extends Shape] ? Spelled<Seen, S> | AllAxes<R, [...Seen, H]> : never;
type ReduceMany<S extends Shape, Axes extends readonly number[], Keep extends boolean> =
  number extends S['length'] ? number[] : number extends Axes[number] ? number[] : number extends Axes['length'] ? number[]
  : [Exclude<`${Axes[number]}`, AllAxes<S>>] extends [never]
    ? [...Drop<S, Axes[number], false>, ...Axes]['length'] extends S['length'] ? Drop<S, Axes[number], Keep>
      : ShapeError<`reduce: an axis of ${Show<S>} is named twice in ${Show<Axes>}`>
  : ShapeError<`reduce: axes ${Exclude<`${Axes[number]}`, AllAxes<S>>} are out of range for ${Show<S>}`>;
type ReduceOne<S extends Shape, Ax extends number, Keep extends boolean> =
  At<S, Ax> extends infer C
    ? [C] extends [never] ? ShapeError<`reduce: axis ${Ax} is out of range for ${Show<S>}`>
      : C extends [infer B extends Shape, number, infer R extends Shape]
        ? Keep extends true ? [...B, 1, ...R] : [...B, ...R]
        : number[]
    : never;
export type Reduce<S extends Shape, Ax extends number | readonly number[] | 'all', Keep extends boolean> =
  boolean extends Keep ? number[]
  : Ax extends 'all' ? Keep extends true ? { -readonly [I in keyof S]: 1 } : []
  : Ax extends number ? ReduceOne<S, Ax, Keep> : Ax extends readonly number[] ? ReduceMany<S, Ax, Keep> : never;

export type Concat<A extends Shape, B extends Shape, Ax extends number> =
  [At<A, Ax>, At<B, Ax>] extends [infer CA, infer CB]
    ? [CA] extends [never] ? ShapeError<`concat: axis ${Ax} is out of range for ${Show<A>}`>
    : [CB] extends [never] ? ShapeError<`concat: axis ${Ax} is out of range for ${Show<B>}`>
    : CA extends [infer Ab extends Shape, infer Ad extends number, infer Ar extends Shape]
      ? CB extends [infer Bb extends Shape, infer Bd extends number, infer Br extends Shape]
        ? [SameDims<Ab, Bb>, SameDims<Ar, Br>] extends [infer P extends Shape, infer Q extends Shape]
          ? [...P, Add<Ad, Bd>, ...Q]
          : ShapeError<`concat on axis ${Ax}: ${Show<A>} and ${Show<B>} differ off the axis`>
        : number[]
      : number[]
    : never;
export type SameDims<A extends Shape, B extends Shape, Acc extends Shape = []> =
  A extends readonly [infer a extends number, ...infer As extends Shape]
    ? B extends readonly [infer b extends number, ...infer Bs extends Shape]
      ? Same<a, b> extends true ? SameDims<As, Bs, [...Acc, a]>
        : SameDim<a, b> extends infer d ? ([d] extends [never] ? AnyError : SameDims<As, Bs, [...Acc, d & number]>) : never
      : number extends B['length'] ? number[] : AnyError
    : A extends readonly [] ? (B extends readonly [] ? Acc : number extends B['length'] ? number[] : AnyError) : number[];

export type Transpose<S extends Shape> =
  S extends readonly [...infer B extends Shape, infer M extends number, infer N extends number] ? [...B, N, M]
  : number extends S['length'] ? number[] : ShapeError<`transpose needs rank 2 or more, not ${Show<S>}`>;
export type Permute<S extends Shape, P extends Shape> =
  number extends S['length'] ? number[] : number extends P['length'] ? number[]
  : [S['length'], Exclude<keyof S & `${number}`, `${P[number]}`>] extends [P['length'], never]
    ? { -readonly [K in keyof P]: S[P[K]] }
    : ShapeError<`${Show<P>} does not permute the axes of ${Show<S>}`>;

// ---- reshape ----------------------------------------------------------------------------------------------------
export type Size<S extends Shape, Acc extends number = 1> =
  S extends readonly [] ? Acc
  : S extends readonly [infer H extends number, ...infer R extends Shape] ? Size<R, Mul<H, Acc>> : number;
export type Reshape<S extends Shape, T extends Shape> =
  Same<S, T> extends true ? T
  : [Size<S>, Size<T>] extends [infer a extends number, infer b extends number]
    ? [SameDim<a, b>] extends [never]
      ? ShapeError<`cannot reshape ${Show<S>} (${a} elements) to ${Show<T>} (${b} elements)`>
      : T
    : never;
export type Flatten<S extends Shape> = [Size<S>];

/** `x[start:stop:step]` on one axis; the length is known for non-negative literal bounds and a step of 1 */
export type Slice<S extends Shape, Ax extends number, From extends number, To extends number | undefined, Step extends number = 1> =
  At<S, Ax> extends infer C
    ? [C] extends [never] ? ShapeError<`slice: axis ${Ax} is out of range for ${Show<S>}`>
    : C extends [infer B extends Shape, infer D extends number, infer R extends Shape]
      ? Same<Step, 1> extends false ? [...B, number, ...R]
      : [To] extends [number]
        ? [Sub<To, From>, Sub<D, To>] extends [infer n, infer left]
          ? [n] extends [never] ? ShapeError<`slice: ${From} is after ${To}`>
            : [left] extends [never] ? ShapeError<`slice: ${To} is past the end of axis ${Ax} of ${Show<S>}`>
            : [...B, n & number, ...R]
          : never
        : Same<To, undefined> extends true
          ? [Sub<D, From>] extends [never] ? ShapeError<`slice: ${From} is past the end of axis ${Ax} of ${Show<S>}`>
            : [...B, Sub<D, From>, ...R]
          : [...B, number, ...R]
      : number[]
    : never;

/** other dims in the place of that of an axis */
export type Splice<S extends Shape, Ax extends number, D extends Shape> =
  At<S, Ax> extends infer C
    ? [C] extends [never] ? ShapeError<`axis ${Ax} is out of range for ${Show<S>}`>
    : C extends [infer B extends Shape, number, infer R extends Shape] ? [...B, ...D, ...R] : number[]
    : never;
/** with a 1 at an axis of the result */
export type ExpandDims<S extends Shape, Ax extends number> =
  number extends S['length'] ? number[]
  : At<[...S, 1], Ax> extends infer C
    ? [C] extends [never] ? ShapeError<`axis ${Ax} is out of range for ${Show<S>} with one more axis`>
    : C extends [infer B extends Shape, number, Shape]
      ? Cut<S, B['length']> extends [infer P extends Shape, infer Q extends Shape] ? [...P, 1, ...Q] : never
      : number[]
    : never;
/** without a dim of 1 at an axis, or without any */
export type Squeeze<S extends Shape, Ax extends number | undefined> =
  [Ax] extends [number]
    ? At<S, Ax> extends infer C
      ? [C] extends [never] ? ShapeError<`axis ${Ax} is out of range for ${Show<S>}`>
      : C extends [infer B extends Shape, infer D extends number, infer R extends Shape]
        ? [SameDim<D, 1>] extends [never] ? ShapeError<`axis ${Ax} of ${Show<S>} is not 1`> : [...B, ...R]
        : number[]
      : never
    : number extends S['length'] ? number[] : number extends S[number] ? number[] : NoOnes<S>;
type NoOnes<S extends Shape, Acc extends Shape = []> =
  S extends readonly [infer H extends number, ...infer R extends Shape] ? NoOnes<R, H extends 1 ? Acc : [...Acc, H]> : Acc;
/** dims multiplied pairwise from the right; missing ones are 1 */
export type Times<A extends Shape, B extends Shape, Acc extends Shape = []> =
  A extends readonly [...infer As extends Shape, infer a extends number]
    ? B extends readonly [...infer Bs extends Shape, infer b extends number] ? Times<As, Bs, [Mul<a, b>, ...Acc]>
      : B extends readonly [] ? [...A, ...Acc] : number[]
    : A extends readonly [] ? (number extends B['length'] ? number[] : [...B, ...Acc]) : number[];
/** half the length of one axis, which is even */
export type Halve<S extends Shape, Ax extends number> =
  At<S, Ax> extends infer C
    ? [C] extends [never] ? ShapeError<`glu: axis ${Ax} is out of range for ${Show<S>}`>
    : C extends [infer B extends Shape, infer D extends number, infer R extends Shape]
      ? Half<D> extends infer n
        ? [n] extends [never] ? ShapeError<`glu: axis ${Ax} of ${Show<S>} is of odd length`>
        : [...B, n & number, ...R]
        : never
      : number[]
    : never;

export type Get<S extends Shape, I extends Shape> =
  number extends I['length'] ? number[]
  : I extends readonly [number, ...infer Rest extends Shape]
    ? S extends readonly [number, ...infer R extends Shape] ? Get<R, Rest>
      : number extends S['length'] ? number[]
      : ShapeError<'get: more indices than axes'>
    : S;

// ---- shapes of nested literals ----------------------------------------------------------------------------------
// bounded at rank 6: with the recursive `number | readonly Nested[]` TS2589 ("excessively deep") on `Check<ShapeOf<T>>`
type N1 = number | readonly number[];
type N2 = number | readonly N1[];
type N3 = number | readonly N2[];
type N4 = number | readonly N3[];
type N5 = number | readonly N4[];
export type Nested = number | readonly N5[];
/** Any typed array of numbers. */
export type NumberArray = ArrayBufferView & ArrayLike<number>;
export type ShapeOf<T> =
  T extends number ? []
  : T extends NumberArray ? [number]
  : T extends readonly [infer H, ...unknown[]] ? Ragged<T, ShapeOf<H>> extends true
      ? ShapeError<'a ragged array has no shape'>
      : ShapeOf<H> extends infer R ? (R extends Shape ? [T['length'], ...R] : R) : never
  : T extends readonly [] ? [0]
  : T extends readonly (infer E)[] ? ShapeOf<E> extends infer R ? (R extends Shape ? [number, ...R] : R) : never
  : never;
type Ragged<T extends readonly unknown[], S> = true extends { [K in keyof T]: Same<ShapeOf<T[K]>, S> extends true ? false : true }[number] ? true : false;

// ---- turning an error into a compile error at the argument -------------------------------------------------------
/** `unknown` when `R` is a shape, the error when it is one: `b: Tensor<B> & Check<MatMul<A, B>>` */
export type Check<R> = [R] extends [AnyError] ? R : unknown;
/** the shape, or "anything" after an error already reported (no cascade) */
// `infer Q extends number[]`, not `R extends Shape`: the latter stays deferred for `[B, 4]` with `B extends number`, because TS
// erases the constraint of B ("restrictive instantiation") before it decides the true branch.
export type Ok<R> = R extends readonly [...infer Q extends number[]] ? Q : number[];
