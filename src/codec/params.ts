import * as t from 'io-ts'
import type { Params } from '../params/index.ts'
import { flattenParams, type Tree } from '../params/tree.ts'
import { dimsOf, isTensor } from '../tensor/tensor.ts'
import { type Given, refuse } from './fault.ts'
import { fixed, isGiven, list, nestedAtMost, struct } from './struct.ts'
import { JsonTensor, type TensorJson, tensorOf } from './tensor.ts'

/** Trees of tensors as JSON: records and lists as they are, each tensor as `{ shape, data }`. */

/** A tree of tensors as JSON. @category JSON @since 0.1.0 */
export type ParamsJson = TensorJson | readonly ParamsJson[] | { readonly [key: string]: ParamsJson }

/**
 * A codec of trees of any structure, which writes whatever `grad` takes: an interface of tensors has no index signature and
 * so is not assignable to `Params`, but it is a tree.
 *
 * @category JSON
 * @since 0.1.0
 */
export interface ParamsCodec extends t.Type<Params, ParamsJson> {
  readonly encode: <P extends Tree<P>>(tree: P) => ParamsJson
}

/** Depth limit: a file that nests deeper would overflow the stack. */
const DEEPEST = 200

const holdsTrees = (value: unknown): boolean =>
  isGiven(value) || (Array.isArray(value) && value.every((x) => typeof x === 'object' && x !== null))

/** Whether a record is a tensor, not a tree that happens to have these two keys: then they hold trees, not numbers. */
const isLeaf = (record: Given): boolean =>
  Object.hasOwn(record, 'shape') &&
  Object.hasOwn(record, 'data') &&
  !(holdsTrees(record['shape']) && holdsTrees(record['data']))

/** The type for one node of a tree in JSON, made as it is met. */
const nodeOf = (value: unknown): t.Mixed | undefined =>
  Array.isArray(value)
    ? list('params', JsonParams)
    : !isGiven(value)
      ? undefined
      : isLeaf(value)
        ? JsonTensor
        : struct('params', Object.fromEntries(Object.keys(value).map((key) => [key, JsonParams] as const)))

const isPlain = (value: unknown): value is Given => {
  const prototype: unknown = isGiven(value) ? Object.getPrototypeOf(value) : undefined
  return prototype === Object.prototype || prototype === null
}

const isParamsAt =
  (depth: number) =>
  (value: unknown): boolean =>
    isTensor(value) ||
    (depth < DEEPEST &&
      (Array.isArray(value)
        ? Array.from(value).every(isParamsAt(depth + 1))
        : isPlain(value) && Object.values(value).every(isParamsAt(depth + 1))))

const isParams = (value: unknown): value is Params => isParamsAt(0)(value)

const write = (tree: Params): ParamsJson =>
  isTensor(tree)
    ? JsonTensor.encode(tree)
    : Array.isArray(tree)
      ? tree.map(write)
      : Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, write(value)] as const))

/**
 * Parameters of any structure as JSON, bit for bit: records and lists as they are, each tensor as `{ shape, data }`. What
 * is read has the structure that stands in the file; `paramsLike` asks for a certain one.
 *
 * @example
 * import { deepStrictEqual } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import { ones, scalar } from 'grad-ts'
 * import * as codec from 'grad-ts/codec'
 *
 * const params = [{ weight: ones([2, 1]), bias: scalar(-0) }]
 * const text = codec.print(codec.JsonParams)(params)
 * deepStrictEqual(codec.parse(codec.JsonParams)(text), E.right(params))
 * @category JSON
 * @since 0.1.0
 */
export const JsonParams: ParamsCodec = nestedAtMost(
  DEEPEST,
  DEEPEST,
  new t.Type<Params, ParamsJson>(
    'params',
    isParams,
    (value, context) =>
      nodeOf(value)?.validate(value, context) ?? refuse('a tensor, a list or a record', value, context),
    (tree) => {
      flattenParams('codec.JsonParams', tree)
      return write(tree)
    }
  )
) as ParamsCodec

/** The type of a tree with the structure and the shapes of another. */
const like = (template: Params): t.Mixed =>
  isTensor(template)
    ? tensorOf(dimsOf(template))
    : Array.isArray(template)
      ? fixed('params', template.map(like))
      : struct(
          'params',
          Object.fromEntries(Object.entries(template).map(([key, value]) => [key, like(value)] as const))
        )

/**
 * Parameters as JSON with the structure and the shapes of a template, such as what `init` of a model gives. Every place
 * where the file differs is a fault.
 *
 * @throws TreeError when the template holds anything but tensors
 * @example
 * import { deepStrictEqual } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import { zeros } from 'grad-ts'
 * import * as codec from 'grad-ts/codec'
 *
 * const type = codec.paramsLike({ weight: zeros([2, 1]), bias: zeros([1]) })
 * deepStrictEqual(
 *   codec.decode(type)({ weight: { shape: [1, 2], data: [0, 0] } }),
 *   E.left([
 *     { path: 'weight', message: 'needs shape [2, 1], got shape [1, 2]' },
 *     { path: 'bias', message: 'is missing; needs a tensor as { shape, data }' }
 *   ])
 * )
 * @category JSON
 * @since 0.1.0
 */
export const paramsLike = <P>(template: P): t.Type<P, ParamsJson> => {
  flattenParams('paramsLike', template)
  return like(template as unknown as Params)
}
