import { sizeOf } from './dims.ts'
import { fail } from './errors.ts'
import { numberToJson, type TensorJson } from './json.ts'
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

/**
 * The fields of a tensor. They are registered or plain names, so that a tensor made by the CommonJS build is one for the
 * ES module build too, and own enumerable strings, so that every deep comparison (of assert, Vitest, Jest, lodash) sees
 * the numbers: what it could not see it would call equal. Any code can read the buffer by this name, since
 * nothing tells those comparisons apart from it.
 */
const DIMS = 'grad-ts/dims'
const BUFFER = 'grad-ts/buffer'
const ORIGIN = 'grad-ts/origin'
const SHOW: unique symbol = Symbol.for('nodejs.util.inspect.custom') as never

/**
 * The origin of a tensor that is not being traced. A symbol cannot be cloned: `structuredClone`, `postMessage` and
 * `v8.serialize`, which would make a record without a prototype of a tensor, throw a DataCloneError that quotes this text.
 */
const PLAIN: unique symbol = Symbol.for(
  'grad-ts: a tensor cannot be cloned; send JSON.stringify(x), or codec.JsonParams.encode(x), and decode it there'
) as never

/**
 * One act of tracing: of `grad`, `vmap`, `compile`, `scan` and the like. It is over when the function that is traced has
 * returned, and what still carries it has left it then.
 */
export interface Token {
  readonly name: string
  readonly over: boolean
  /** Whether a tensor depends on what is traced through `stopGradient` alone, so that its numbers may be read. */
  readonly isStopped: (x: Tensor) => boolean
}

/** How a tensor was made, when it is being traced. The tape's floor gives it its meaning; this one reads the scope. */
export interface Traced {
  readonly primitive: { readonly evaluate: unknown }
  readonly params: unknown
  readonly inputs: readonly Tensor[]
  /** The acts of tracing that a tensor depends on; no order is needed among them. */
  readonly scope: readonly Token[]
  readonly results: readonly Tensor[] | null
}

/**
 * The one run-time representation. A class for speed (one hidden class for every tensor, so field reads are never
 * megamorphic), not exported. `shape` is a getter, so nothing can be assigned to it.
 */
class Dense {
  readonly [DIMS]: readonly number[]
  readonly [BUFFER]: Float64Array | null
  readonly [ORIGIN]: Traced | typeof PLAIN
  constructor(dims: readonly number[], buffer: Float64Array | null, origin: Traced | typeof PLAIN) {
    this[DIMS] = dims
    this[BUFFER] = buffer
    this[ORIGIN] = origin
  }
  /**
   * Frozen when it is handed out, not when it is made: a training step makes many tensors whose shape is never read.
   */
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
    return this.toString()
  }
  toString(): string {
    return Late.of(this)?.show() ?? describe(this[DIMS], this[BUFFER])
  }
  /** What `JSON.stringify` writes; `codec.JsonTensor` reads it back, bit for bit. */
  toJSON(): TensorJson {
    return { shape: [...this[DIMS]], data: Array.from(valuesOf('JSON.stringify', this as never), numberToJson) }
  }
  /** Text where text is asked for; a number is refused, which would be NaN: `+x`, `x * 2`, `x < y`, `Math.exp(x)`. */
  [Symbol.toPrimitive](hint: 'default' | 'string' | 'number'): string {
    return hint === 'number'
      ? fail(
          'ValueError',
          `a tensor of shape [${this[DIMS].join(', ')}] is not a number: compute with add, mul, greater and the like, or read toNumber(x)`
        )
      : this.toString()
  }
}

/**
 * The one place that builds a tensor: the type-level shape is asserted here and nowhere else. The caller gives the
 * buffer away and never writes to it again.
 *
 * @internal
 */
export const make = <S extends Shape>(dims: readonly number[], buffer: Float64Array): Tensor<S> =>
  new Dense(dims, buffer, PLAIN) as unknown as Tensor<S>

/** A tensor with a history; its buffer is `null` when only its shape is known. @internal */
export const makeTraced = <S extends Shape>(
  dims: readonly number[],
  buffer: Float64Array | null,
  origin: Traced
): Tensor<S> => new Dense(dims, buffer, origin) as unknown as Tensor<S>

/** Elements that are read when they are first asked for, and may be gone by then; `show` prints them. @internal */
export interface LateElements {
  readonly read: () => Float64Array
  readonly show: () => string
}

/** A private field, which no comparison sees, for tensors alone whose elements come late. */
class Late extends (function (x: object): object {
  return x
} as unknown as new (x: object) => object) {
  readonly #elements: LateElements
  constructor(x: object, elements: LateElements) {
    super(x)
    this.#elements = elements
  }
  static of(x: object): LateElements | null {
    return #elements in x ? x.#elements : null
  }
}

/** One for all, so that all have one hidden class: a program makes its results at each call. */
const lateBuffer: PropertyDescriptor = {
  get(this: object) {
    return Late.of(this)!.read()
  },
  enumerable: true
}

/** What `Dense` is, with an accessor in the place of the field: comparisons see the numbers. */
const LateDense = function (this: Record<string, unknown>, dims: readonly number[]): void {
  this[DIMS] = dims
  Object.defineProperty(this, BUFFER, lateBuffer)
  this[ORIGIN] = PLAIN
} as unknown as new (dims: readonly number[]) => object
;(LateDense as { prototype: object }).prototype = Dense.prototype

/** A tensor whose elements come late; the other tensors stay of one hidden class. @internal */
export const makeResident = <S extends Shape>(dims: readonly number[], elements: LateElements): Tensor<S> =>
  new Late(new LateDense(dims), elements) as unknown as Tensor<S>

/** A copy of a buffer made elsewhere, as a tensor: the safe way in. @internal */
export const makeFrom = <S extends Shape>(dims: readonly number[], values: ArrayLike<number>): Tensor<S> =>
  values.length === sizeOf(dims)
    ? make<S>(dims, Float64Array.from(values))
    : fail('ShapeError', `${values.length} values do not fill shape [${dims.join(', ')}], which holds ${sizeOf(dims)}`)

/** The shape, for internal loops: not frozen, never to be written to. @internal */
export const dimsOf = (x: Tensor<Shape>): readonly number[] => (x as unknown as Dense)[DIMS]

/**
 * The elements in row-major order, or `null` when only the shape is known. Never to be written to. For kernels and
 * printing: it does not check whether the tensor is being differentiated; `valuesOf` does.
 *
 * @internal
 */
export const bufferOf = (x: Tensor<Shape>): Float64Array | null => (x as unknown as Dense)[BUFFER]

/** How a traced tensor was made; `null` for a plain one. @internal */
export const originOf = (x: Tensor<Shape>): Traced | null => {
  const origin = (x as unknown as Dense)[ORIGIN]
  return origin === PLAIN ? null : origin
}

/** What is wrong with a tensor that is used after the function that it was traced in has returned. @internal */
export const leftTrace = (what: string, x: Tensor<Shape>, { name }: Token): string =>
  `${what}: this tensor of shape [${dimsOf(x).join(', ')}] was traced by a call of ${name} that has returned, and was kept ` +
  'outside of it; return it from the traced function instead: as a further result (valueAndGrad with { aux: true }), or as a state that ' +
  'is an argument and a result'

/**
 * The elements, for a caller that needs numbers. Of a tensor that is being differentiated or traced they are an error
 * unless it was given to `stopGradient`: a number has no derivative, and does not change when a program runs again.
 *
 * @throws TracedValueError when the tensor is being traced, or has left its trace
 * @internal
 */
export const valuesOf = (what: string, x: Tensor<Shape>): Float64Array => {
  const origin = originOf(x)
  const buffer = bufferOf(x)
  if (origin === null && buffer !== null) return buffer
  const { scope } = origin ?? { scope: [] }
  const stopped = buffer !== null && scope.every(({ isStopped }) => isStopped(x))
  if (stopped) return buffer
  const over = scope.find((token) => token.over)
  return fail(
    'TracedValueError',
    over !== undefined
      ? leftTrace(what, x, over)
      : buffer === null
        ? `${what}: this tensor of shape [${dimsOf(x).join(', ')}] has no numbers yet, as its function is being traced; ` +
          'choose between values with where, not with if, and repeat with scan, not with while'
        : `${what}: this tensor of shape [${dimsOf(x).join(', ')}] is being traced by ${scope.map(({ name }) => name).join(' and ')}, ` +
          'and a number read out of it has no derivative; take one element as a tensor with get, choose between values with ' +
          'where, or read the numbers of stopGradient(x), which are constants'
  )
}

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
export const isTensor = (value: unknown): value is Tensor => {
  if (typeof value !== 'object' || value === null) return false
  const origin = (value as { readonly [ORIGIN]?: Traced | typeof PLAIN | null })[ORIGIN]
  return origin === PLAIN || (origin !== undefined && isOrigin(origin))
}

/** What no decoded JSON has: an object with a function. */
const isOrigin = (origin: Partial<Traced> | null): boolean => typeof origin?.primitive?.evaluate === 'function'
