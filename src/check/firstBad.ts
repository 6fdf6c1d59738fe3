import * as kinds from '../kinds/index.ts'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { flattenParams, type Tree } from '../params/tree.ts'
import { shapesOf } from '../primitive/evaluate.ts'
import { type Entry, firstResults, type Tape } from '../primitive/tape.ts'
import { applyAny } from '../tape/apply.ts'
import { fold } from '../tape/tape.ts'
import { broadcastsTo, type Dims, showDims, stridesOf } from '../tensor/dims.ts'
import { showNumber } from '../tensor/show.ts'
import { dimsOf, make, type Tensor, valuesOf } from '../tensor/tensor.ts'
import { trace } from '../transform/trace.ts'
import { pathsOf, showPath } from '../tree/tree.ts'

/** Where a NaN or an infinity comes from. */

/** An element of a tensor, by its indices. @category check @since 0.1.0 */
export interface ElementAt {
  readonly index: readonly number[]
  readonly value: number
}

/** What an operation was given. @category check @since 0.1.0 */
export interface Operand {
  readonly shape: readonly number[]
  /** The parameter that it is, or that it comes from by the fewest operations, as in `params[0].weight`; none for data. */
  readonly parameter: string | null
  /** What it is: a parameter itself, made from one or more, or a constant from outside, as data are. */
  readonly kind: 'Parameter' | 'Computed' | 'Constant'
  /**
   * The elements of which the first bad numbers were made, three at most. An operation that makes a number of many, such as
   * a product of matrices, has the largest by size.
   */
  readonly elements: readonly ElementAt[]
  /** All that as a short text, as in `[2, 1] from params[0].bias (-1 at [0, 0])`. */
  readonly text: string
}

/**
 * Where the first number that is not finite comes from: `Made` by an operation of numbers that all were, or `Given`, as a
 * parameter or as data. Where an operation makes a NaN of an infinity, it is that operation, and `before` tells the rest.
 *
 * @category check
 * @since 0.1.0
 */
export type FirstBad =
  | {
      readonly _tag: 'Made'
      /** The name of the operation, such as `log`. */
      readonly operation: string
      /** The shape of its result. */
      readonly shape: readonly number[]
      /** Its number on the tape: 7 for what `showTape` writes as `%7`. */
      readonly place: number
      /** The first elements of the result that are not finite, three at most. */
      readonly elements: readonly ElementAt[]
      readonly operands: readonly Operand[]
      /** The parameter nearest to it. */
      readonly parameter: string | null
      /** Where the infinity comes from that it made a NaN of, as 0 · ∞ and ∞ − ∞ do; null when all it was given was finite. */
      readonly before: FirstBad | null
    }
  | { readonly _tag: 'Given'; readonly operand: Operand }

const MOST_ELEMENTS = 3

const numbers = (x: Tensor): Float64Array => valuesOf('firstBad', x)

const isFinite = (x: Tensor): boolean => numbers(x).every(Number.isFinite)

const elementAt = (x: Tensor, offset: number): ElementAt => ({
  index: stridesOf(dimsOf(x)).map((stride, axis) => Math.floor(offset / stride) % dimsOf(x)[axis]!),
  value: numbers(x)[offset]!
})

const hasNaN = (x: Tensor): boolean => numbers(x).some(Number.isNaN)

/** The places of the first numbers that are bad: not finite, unless it is told otherwise. */
const badPlaces = (x: Tensor, isBad = (value: number): boolean => !Number.isFinite(value)): readonly number[] => {
  const values = numbers(x)
  const after = (from: number, found: readonly number[]): readonly number[] => {
    const next = found.length === MOST_ELEMENTS ? -1 : values.subarray(from).findIndex(isBad)
    return next < 0 ? found : after(from + next + 1, [...found, from + next])
  }
  return after(0, [])
}

/** The place in an operand that is stretched to a shape, of the element at a place of that shape. */
const placeIn = (dims: Dims, to: Dims, place: number): number => {
  const [own, whole] = [stridesOf(dims), stridesOf(to)]
  const lead = to.length - dims.length
  return dims.reduce(
    (offset, n, axis) => (n === 1 ? offset : offset + own[axis]! * (Math.floor(place / whole[axis + lead]!) % n)),
    0
  )
}

/** One result of an operation on single numbers; none when it does not take them. */
const onScalars = ({ primitive, params }: Entry, result: number, values: readonly number[]): number | null => {
  const inputs = values.map((value) => make<number[]>([], Float64Array.of(value)))
  const shapes = shapesOf(
    primitive,
    params,
    inputs.map(() => [])
  )
  return E.isRight(shapes) && shapes.right.every((dims) => dims.length === 0)
    ? numbers(applyAny(primitive, params, inputs)[result]!)[0]!
    : null
}

/**
 * Where in each operand the bad elements were made, when the operation is elementwise, which is
 * seen from its giving the same results for scalars.
 */
const madeFrom = (
  entry: Entry,
  index: number,
  inputs: readonly Tensor[],
  result: Tensor,
  bad: readonly number[]
): readonly (readonly number[])[] | null => {
  const dims = dimsOf(result)
  if (!inputs.every((x) => broadcastsTo(dimsOf(x), dims))) return null
  const places = inputs.map((x) => bad.map((place) => placeIn(dimsOf(x), dims, place)))
  const same = bad.every((place, k) =>
    Object.is(
      onScalars(
        entry,
        index,
        inputs.map((x, i) => numbers(x)[places[i]![k]!]!)
      ),
      numbers(result)[place]
    )
  )
  return same ? places.map((list) => [...new Set(list)]) : null
}

const largest = (x: Tensor): number => {
  const values = numbers(x)
  return values.reduce((top, value, i) => (Math.abs(value) > Math.abs(values[top]!) ? i : top), 0)
}

const showElement = ({ index, value }: ElementAt): string =>
  index.length === 0 ? showNumber(value) : `${showNumber(value)} at ${showDims(index)}`

const operandOf = (
  { value, near, kind }: Checked,
  places: readonly number[] | null,
  paths: readonly string[]
): Operand => {
  const [shape, parameter] = [dimsOf(value), near === null ? null : paths[near.input]!]
  const elements = (places ?? (numbers(value).length === 0 ? [] : [largest(value)])).map((place) =>
    elementAt(value, place)
  )
  const what =
    kind === 'Parameter'
      ? `${parameter!} ${showDims(shape)}`
      : kind === 'Constant'
        ? `a constant ${showDims(shape)}`
        : `${showDims(shape)}${parameter === null ? '' : ` from ${parameter}`}`
  const which = elements.map(showElement).join(', ')
  const details = which === '' ? '' : ` (${places === null ? 'largest ' : ''}${which})`
  return { shape, parameter, kind, elements, text: what + details }
}

/** A value on the tape, with where it comes from and the first bad number that reaches it. */
interface Checked {
  readonly value: Tensor
  readonly kind: Operand['kind']
  /** The nearest input, and how many operations lie between. */
  readonly near: { readonly input: number; readonly far: number } | null
  readonly bad: FirstBad | null
}

const nearest = (inputs: readonly Checked[]): Checked['near'] =>
  inputs.reduce<Checked['near']>(
    (found, { near }) => (near !== null && (found === null || near.far < found.far) ? near : found),
    null
  )

/** The first bad number of a tape, over the values of its inputs and their paths. @internal */
const firstBadOf = (tape: Tape, leaves: readonly Tensor[], paths: readonly string[]): FirstBad | null => {
  const first = firstResults(tape)
  const places = new Map(tape.entries.map((entry, i) => [entry, first[i]!]))
  const given = (found: Omit<Checked, 'bad'>): Checked => ({
    ...found,
    bad: isFinite(found.value)
      ? null
      : { _tag: 'Given', operand: operandOf({ ...found, bad: null }, badPlaces(found.value), paths) }
  })
  const made = (
    entry: Entry,
    index: number,
    inputs: readonly Checked[],
    value: Tensor,
    before: FirstBad | null
  ): FirstBad => {
    const bad = badPlaces(value, before === null ? undefined : Number.isNaN)
    const from = madeFrom(
      entry,
      index,
      inputs.map((input) => input.value),
      value,
      bad
    )
    const near = nearest(inputs)
    return {
      _tag: 'Made',
      operation: entry.primitive.name,
      shape: dimsOf(value),
      place: places.get(entry)! + index,
      elements: bad.map((place) => elementAt(value, place)),
      operands: inputs.map((input, i) => operandOf(input, from?.[i] ?? null, paths)),
      parameter: near === null ? null : paths[near.input]!,
      before
    }
  }
  /** The first bad number of an operation's result that is not finite. */
  const firstOf = (entry: Entry, index: number, inputs: readonly Checked[], value: Tensor): FirstBad => {
    const before = inputs.find(({ bad }) => bad !== null)?.bad ?? null
    const makesNaN = hasNaN(value) && !inputs.some((input) => hasNaN(input.value))
    return before === null || makesNaN ? made(entry, index, inputs, value, before) : before
  }
  const outputs = fold<Checked>({
    onInput: (input) => given({ value: leaves[input]!, kind: 'Parameter', near: { input, far: 0 } }),
    onConstant: (value) => given({ value, kind: 'Constant', near: null }),
    onEntry: (entry, inputs) => {
      const values = applyAny(
        entry.primitive,
        entry.params,
        inputs.map((input) => input.value)
      )
      const near = nearest(inputs)
      const results = values.map((value, i): Checked => {
        // a bad number that does not get through, as in a branch that `where` does not take, has done no harm
        const bad = isFinite(value) ? null : firstOf(entry, i, inputs, value)
        return { value, kind: 'Computed', near: near === null ? null : { ...near, far: near.far + 1 }, bad }
      })
      return entry.primitive.multipleResults === true ? results : results[0]!
    }
  })(tape)
  return outputs.find((output) => output.bad !== null)?.bad ?? null
}

/**
 * The first operation that made a NaN or an infinity in a function at a point, with what it was given; or the parameter or
 * constant that was not finite already. Where an infinity becomes a NaN, it is the operation where that happens, such as the
 * product in which 0 meets ∞. None when all that comes out is finite: a bad number that does not get through, as
 * in a branch that `where` does not take, is not reported. Further arguments are data. Give it `grad(f)` to look into a
 * gradient.
 *
 * @throws TreeError when a leaf of the first argument, or of the result, is no tensor
 * @example
 * import { deepStrictEqual, strictEqual } from 'assert'
 * import * as O from 'fp-ts/Option'
 * import { pipe } from 'fp-ts/function'
 * import { add, check, log, mean, mul, sqrt, tensor, type Vec } from 'grad-ts'
 *
 * const x = tensor([1, 2, 3])
 * const f = ({ slope, offset }: { readonly slope: Vec<3>; readonly offset: Vec<3> }) =>
 *   pipe(x, mul(slope), add(offset), log, sqrt, mean)
 * const found = check.firstBad(f)({ slope: tensor([1, -1, 1]), offset: tensor([1, 0, 3]) })
 * strictEqual(
 *   pipe(found, O.match(() => 'all is finite', check.showFirstBad)),
 *   '%4 = log [3] makes NaN at [1] of [3] from params.offset (-2 at [1])'
 * )
 * deepStrictEqual(check.firstBad(f)({ slope: tensor([1, 1, 1]), offset: tensor([1, 0, 3]) }), O.none)
 * @category check
 * @since 0.1.0
 */
export const firstBad = <P extends Tree<P>, A extends readonly unknown[]>(f: (params: P, ...data: A) => unknown) => {
  kinds.mustBe(kinds.anyFunction, 'firstBad: f', f)
  return (params: P, ...data: A): O.Option<FirstBad> => {
    const tape = trace(f)(params, ...data)
    const { leaves, structure } = flattenParams('firstBad', params)
    return O.fromNullable(
      firstBadOf(
        tape,
        leaves,
        pathsOf(structure).map((path) => showPath('params', path))
      )
    )
  }
}

const operandKind = kinds.record('an operand', { text: kinds.text })
const elementKind = kinds.record('an element { index, value }', { index: kinds.shape, value: kinds.anyNumber })
const shown = {
  Given: kinds.record('what firstBad found', { operand: operandKind }),
  Made: kinds.record('what firstBad found', {
    operation: kinds.text,
    shape: kinds.shape,
    place: kinds.index,
    elements: kinds.listOf(elementKind, 'an array of elements'),
    operands: kinds.listOf(operandKind, 'an array of operands')
  })
}
const found = kinds.record('what firstBad found', { _tag: kinds.oneOf('Given', 'Made') })

/**
 * What `firstBad` found, in a line.
 *
 * @throws ValueError when it is given something else
 * @example
 * import { strictEqual } from 'assert'
 * import { isSome } from 'fp-ts/Option'
 * import { check, square, tensor } from 'grad-ts'
 *
 * const found = check.firstBad(square<[2]>)(tensor([NaN, 1]))
 * strictEqual(isSome(found) && check.showFirstBad(found.value), 'params [2] (NaN at [0]) is not finite to begin with')
 * @category check
 * @since 0.1.0
 */
export const showFirstBad = (bad: FirstBad): string => {
  const { _tag } = kinds.mustBe(found, 'showFirstBad: bad', bad)
  kinds.mustBe<unknown, FirstBad>(shown[_tag], 'showFirstBad: bad', bad)
  return bad._tag === 'Given'
    ? `${bad.operand.text} is not finite to begin with`
    : `%${bad.place} = ${bad.operation} ${showDims(bad.shape)} makes ${bad.elements.map(showElement).join(', ')} of ` +
        bad.operands.map(({ text }) => text).join(' and ') +
        (bad.before === null ? '' : `; before it, ${showFirstBad(bad.before)}`)
}
