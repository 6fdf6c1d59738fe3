import { sizeOf } from './dims.ts'
import { fail } from './errors.ts'
import type { Shape } from './shape.ts'
import { describe } from './show.ts'

declare const brand: unique symbol

/**
 * An immutable dense array of doubles with a typed shape. `S` is a tuple: a literal dimension is checked by the compiler,
 * `number` is a dimension known at run time. Row-major. There are no methods, so a `Tensor<[2, 3]>` is a
 * `Tensor<[number, 3]>` and a `Tensor`.
 *
 * @category tensor
 * @since 0.1.0
 */
export interface Tensor<S extends Shape = number[]> {
  readonly shape: Readonly<S>
  readonly [brand]: 'Tensor'
}

/** A tensor of rank 0: one number. @category tensor */
export type Scalar = Tensor<[]>
/** A tensor of rank 1. @category tensor */
export type Vec<N extends number = number> = Tensor<[N]>
/** A tensor of rank 2. @category tensor */
export type Mat<M extends number = number, N extends number = number> = Tensor<[M, N]>

// Registered symbols: a tensor made by the CommonJS build is one for the ES module build too.
const BUFFER: unique symbol = Symbol.for('grad-ts/buffer') as never
const ORIGIN: unique symbol = Symbol.for('grad-ts/origin') as never
const DIMS: unique symbol = Symbol.for('grad-ts/dims') as never
const SHOW: unique symbol = Symbol.for('nodejs.util.inspect.custom') as never

/** How a tensor was made, when it is being traced. Opaque here: the tape's floor gives it its meaning. */
export type Origin = unknown

/**
 * The one run-time representation. A class for speed (one hidden class for every tensor, so field reads are never
 * megamorphic), not exported. The fields are keyed by symbols and `shape` is a getter, so nothing can be assigned, and
 * the buffer is reachable only through `bufferOf`, which the package does not export.
 */
class Dense {
  readonly [DIMS]: readonly number[]
  readonly [BUFFER]: Float64Array | null
  readonly [ORIGIN]: Origin
  constructor(dims: readonly number[], buffer: Float64Array | null, origin: Origin) {
    this[DIMS] = dims
    this[BUFFER] = buffer
    this[ORIGIN] = origin
  }
  /** Frozen when it is handed out, not when it is made: a training step makes many tensors whose shape nobody reads. */
  get shape(): readonly number[] {
    return Object.freeze(this[DIMS])
  }
  /** Its kind, for a message about a tensor where none is expected. */
  // eslint-disable-next-line @typescript-eslint/class-literal-property-style -- a field would be one more on every tensor
  get [Symbol.toStringTag](): string {
    return 'Tensor'
  }
  /** What Node's console and REPL print. */
  [SHOW](): string {
    return describe(this[DIMS], this[BUFFER])
  }
  toString(): string {
    return describe(this[DIMS], this[BUFFER])
  }
}

/**
 * The one place that builds a tensor: the type-level shape is asserted here and nowhere else. The caller gives the
 * buffer away and never writes to it again.
 *
 * @internal
 */
export const make = <S extends Shape>(dims: readonly number[], buffer: Float64Array): Tensor<S> =>
  new Dense(dims, buffer, null) as unknown as Tensor<S>

/** A tensor with a history; its buffer is `null` when only its shape is known. @internal */
export const makeTraced = <S extends Shape>(
  dims: readonly number[],
  buffer: Float64Array | null,
  origin: Origin
): Tensor<S> => new Dense(dims, buffer, origin) as unknown as Tensor<S>

/** A copy of a buffer made elsewhere, as a tensor: the safe way in. @internal */
export const makeFrom = <S extends Shape>(dims: readonly number[], values: ArrayLike<number>): Tensor<S> =>
  values.length === sizeOf(dims)
    ? make<S>(dims, Float64Array.from(values))
    : fail('ShapeError', `${values.length} values do not fill shape [${dims.join(', ')}], which holds ${sizeOf(dims)}`)

/** The shape, for internal loops: not frozen, never to be written to. @internal */
export const dimsOf = (x: Tensor<Shape>): readonly number[] => (x as unknown as Dense)[DIMS]

/** The elements in row-major order, or `null` when only the shape is known. Never to be written to. @internal */
export const bufferOf = (x: Tensor<Shape>): Float64Array | null => (x as unknown as Dense)[BUFFER]

/** @internal */
export const originOf = (x: Tensor<Shape>): Origin => (x as unknown as Dense)[ORIGIN]

/** The elements, for a caller that needs numbers; inside a trace without values that is an error. @internal */
export const valuesOf = (what: string, x: Tensor<Shape>): Float64Array =>
  bufferOf(x) ??
  fail(
    'TracedValueError',
    `${what}: this tensor of shape [${x.shape.join(', ')}] has no numbers yet, as its function is being traced; ` +
      'choose between values with where, not with if, and repeat with scan, not with while'
  )

/**
 * Whether a value is a tensor.
 *
 * @example
 * import { ok } from 'assert'
 * import { isTensor, ones } from 'grad-ts'
 *
 * ok(isTensor(ones([2])) && !isTensor([1, 1]))
 * @category tensor
 * @since 0.1.0
 */
export const isTensor = (value: unknown): value is Tensor =>
  typeof value === 'object' && value !== null && BUFFER in value
