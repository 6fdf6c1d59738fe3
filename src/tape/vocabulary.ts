import * as kinds from '../kinds/index.ts'
import { type Algebra, type PrimitiveName, settingsOf, type Word } from '../primitive/algebra.ts'
import type { AnyPrimitive, Elementwise, MultiPrimitive, Primitive } from '../primitive/primitive.ts'
import { structures } from '../primitive/solve.ts'
import { table, words as rows } from '../primitive/table.ts'
import { checkDims, type Dims, MOST_NUMBERS, showDims } from '../tensor/dims.ts'
import { fail, showGiven } from '../tensor/errors.ts'
import { ownArray } from '../tensor/frozen.ts'
import { asTensor } from '../tensor/given.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import { tensors as words } from './algebra.ts'
import { apply as applyTo, applyMulti } from './apply.ts'
import { asTape } from './tape.ts'

/**
 * The public vocabulary and `apply`, with checked arguments. The library's own calls bypass the checks.
 */

/** Checks a setting of an operation, given the shape of its first operand. */
type Check = (what: string, value: never, dims: Dims) => unknown

const count = kinds.number(
  'a whole number of at least 0',
  (value) => Number.isInteger(value) && value >= 0 && value <= MOST_NUMBERS
)

const is =
  (kind: kinds.Kind<unknown>): Check =>
  (what, value) =>
    kinds.mustBe(kind, what, value)

const [whole, number] = [is(count), is(kinds.anyNumber)]

/** Who refuses a matrix, and `null` for no one. */
const refusing = is(
  kinds.either(
    kinds.text,
    kinds.kind('null', (value) => value === null)
  )
)

const leftOut = kinds.kind('undefined', (value) => value === undefined)

const wholes = is(kinds.listOf(count, 'an array of whole numbers'))

const isAxis = (what: string, axis: number, dims: Dims): number =>
  Number.isInteger(axis) && axis >= 0 && axis < dims.length
    ? axis
    : fail('AxisError', `${what} must count an axis of shape ${showDims(dims)} from the front, got ${showGiven(axis)}`)

type RecordOf<F> = F extends (...given: never) => infer R ? keyof R : never
type SettingName = { [K in keyof typeof settingsOf]: RecordOf<(typeof settingsOf)[K]> }[keyof typeof settingsOf]

/** The settings of primitives that the vocabulary lacks. */
const outsideVocabulary: Readonly<Partial<Record<PrimitiveName, Readonly<Record<string, Check>>>>> = {
  scan: {
    step: asTape,
    length: is(
      kinds.either(
        kinds.index,
        kinds.kind('Infinity', (value) => value === Infinity)
      )
    ),
    reverse: is(kinds.yesOrNo),
    carries: whole,
    xs: whole,
    when: is(
      kinds.either(
        kinds.index,
        kinds.kind('null', (value) => value === null)
      )
    ),
    rules: is(kinds.anyFunction)
  },
  labels: { what: is(kinds.text), classes: whole },
  cholesky: { what: refusing },
  lu: { window: whole },
  pinv: { rtol: is(kinds.notNegative) }
}

/** The check of each setting, by name; combinations are checked by the shape rule. */
const settings: Readonly<Record<string, Check>> = {
  exponent: number,
  min: number,
  max: number,
  rate: number,
  sign: is(kinds.kind('1 or −1', (value) => value === 1 || value === -1)),
  order: whole,
  rows: whole,
  structure: is(kinds.oneOf(...structures)),
  what: refusing,
  caller: is(kinds.either(kinds.text, leftOut)),
  dims: checkDims,
  axis: isAxis,
  axes: wholes,
  starts: wholes,
  stops: wholes,
  steps: is(kinds.either(kinds.listOf(kinds.size, 'an array of whole numbers of at least 1'), leftOut)),
  keepDims: is(kinds.yesOrNo),
  reverse: is(kinds.yesOrNo),
  lagged: is(kinds.yesOrNo),
  descending: is(kinds.yesOrNo),
  count: whole,
  n: is(kinds.count),
  mean: is(kinds.finite),
  standardDeviation: is(kinds.notNegative),
  p: is(kinds.probability),
  probabilities: is(kinds.listOf(kinds.probability, 'an array of probabilities'))
} satisfies Readonly<Record<SettingName, Check>>

const namesOf = (name: PrimitiveName): readonly string[] =>
  name in settingsOf ? Object.keys((settingsOf[name as keyof typeof settingsOf] as () => object)()) : []

/** Checks settings by name; the shape rule reports missing operands. */
const checkSettings = (name: PrimitiveName, given: Readonly<Record<string, unknown>>, inputs: readonly Tensor[]) => {
  const dims = inputs[0] === undefined ? [] : dimsOf(inputs[0])
  const checks =
    outsideVocabulary[name] ?? Object.fromEntries(namesOf(name).map((setting) => [setting, settings[setting]!]))
  if (inputs.length > 0)
    Object.entries(checks).forEach(([setting, check]) => check(`${name}: ${setting}`, given[setting] as never, dims))
}

/** An operation that checks its arguments. */
const word =
  (name: Word) =>
  (...given: readonly unknown[]): Tensor => {
    const { arity } = rows[name] as Primitive<never>
    const operands =
      arity === 'any'
        ? Array.from(kinds.mustBe(kinds.list('an array of tensors'), `${name}: tensors`, given[0]))
        : Array.from({ length: arity }, (_, i) => given[i])
    const inputs = operands.map((x) => asTensor(name, x))
    const rest = given.slice(arity === 'any' ? 1 : arity)
    const named = namesOf(name).map((setting, i) => [setting, rest[i]] as const)
    checkSettings(name, Object.fromEntries(named), inputs)
    // copied: the caller may mutate its arrays later
    const kept = rest.map(ownArray)
    return (words[name] as (...args: readonly unknown[]) => Tensor)(...(arity === 'any' ? [inputs] : inputs), ...kept)
  }

const operations = Object.fromEntries(
  (Object.keys(rows) as readonly Word[]).map((name) => [name, word(name)] as const)
) as unknown as Pick<Algebra<Tensor>, Word>

/**
 * The vocabulary on tensors, plain or traced: each operation applies its primitive, which evaluates or records. Pass it
 * to a rule to call the rule directly. Axes are non-negative.
 *
 * @throws ValueError when an operand is not a tensor, or a setting is not of its kind
 * @throws ShapeError when the operands do not fit, or a shape is not valid
 * @throws AxisError when the axis is out of range
 * @example
 * import { strictEqual } from 'assert'
 * import { primitive, scalar, toNumber } from 'grad-ts'
 *
 * strictEqual(toNumber(primitive.vocabulary.sub(scalar(3), scalar(1))), 2)
 * @category tape
 * @since 0.1.0
 */
export const vocabulary: Algebra<Tensor> = Object.freeze({
  ...operations,
  dims: (x: Tensor) => asTensor('dims', x).shape,
  constant: (value: number) => words.constant(kinds.mustBe(kinds.anyNumber, 'constant: value', value)),
  range: (length: number, step: number) =>
    words.range(kinds.mustBe(count, 'range: count', length), kinds.mustBe(kinds.anyNumber, 'range: step', step))
})

const isOwn = (name: string, primitive: unknown): name is PrimitiveName =>
  Object.hasOwn(table, name) && table[name as PrimitiveName] === primitive

/** Settings with their arrays copied: the caller may mutate its own later. */
const ownSettings = <P>(params: P): P =>
  isPlain(params)
    ? (Object.fromEntries(Object.entries(params).map(([key, value]) => [key, ownArray(value)] as const)) as P)
    : params

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

interface Apply {
  <P, S extends Shape>(primitive: Elementwise<P>, params: P, inputs: readonly [Tensor<S>]): Tensor<S>
  <P>(primitive: Primitive<P>, params: P, inputs: readonly Tensor[]): Tensor
  <P>(primitive: MultiPrimitive<P>, params: P, inputs: readonly Tensor[]): readonly Tensor[]
  <P>(primitive: AnyPrimitive<P>, params: P, inputs: readonly Tensor[]): Tensor | readonly Tensor[]
}

const someSettings = kinds.record('a record of settings', {})
const somePrimitive = kinds.record('a primitive such as table.add', {
  shape: kinds.anyFunction,
  evaluate: kinds.anyFunction
})

/**
 * Applies a primitive. Plain inputs give a plain tensor; a traced input gives a traced one, with values unless an input
 * has none (inside a function traced by shape alone). A primitive made by `primitive.elementwise` preserves the type;
 * one made by `primitive.multi` gives an array of its results.
 *
 * @throws ValueError when the first argument is not a primitive, or the inputs are not tensors or not as many as it takes
 * @throws ShapeError when the inputs do not fit
 * @example
 * import { strictEqual } from 'assert'
 * import { apply, scalar, table, toNumber } from 'grad-ts'
 *
 * strictEqual(toNumber(apply(table.powNumber, { exponent: 3 }, [scalar(2)])), 8)
 * @category tape
 * @since 0.1.0
 */
export const apply = (<P>(primitive: AnyPrimitive<P>, params: P, inputs: readonly Tensor[]) => {
  const { name = '', arity } = kinds.mustBe(somePrimitive, 'apply: primitive', primitive) as Partial<Primitive<P>>
  const operands = Array.from(
    kinds.mustBe(kinds.list<Tensor>('an array of tensors'), `apply: inputs of ${name}`, inputs),
    (x) => asTensor(`apply: ${name}`, x)
  )
  if (typeof arity === 'number' && operands.length !== arity)
    fail('ValueError', `apply: ${name} takes ${arity} tensor${arity === 1 ? '' : 's'}, got ${operands.length}`)
  if (isOwn(name, primitive))
    checkSettings(name, kinds.mustBe(someSettings, `apply: settings of ${name}`, params), operands)
  return primitive.multipleResults === true
    ? applyMulti(primitive, ownSettings(params), operands)
    : applyTo(primitive, ownSettings(params), operands)
}) as Apply
