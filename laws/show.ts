import type * as params from '../src/params/index.ts'
import type { Key } from '../src/random/key.ts'
import { showDims, sizeOf } from '../src/tensor/dims.ts'
import { type NestedNumbers, toArray } from '../src/tensor/read.ts'
import type { Shape } from '../src/tensor/shape.ts'
import { dimsOf, isTensor, type Tensor } from '../src/tensor/tensor.ts'
import { flattenParams } from '../src/params/tree.ts'
import { asTensor } from '../src/tensor/given.ts'

/**
 * Tensors and trees as code that makes them again, every digit kept: what a counterexample is pasted into a test from.
 */

/** A number as code, `-0` included. */
export const showExact = (value: number): string => (Object.is(value, -0) ? '-0' : String(value))

const showNested = (values: NestedNumbers): string =>
  typeof values === 'number' ? showExact(values) : `[${values.map(showNested).join(', ')}]`

/** A tensor as code, to be pasted into a test. */
export const showTensor = (x: Tensor<Shape>): string =>
  dimsOf(asTensor('laws.showTensor', x)).length === 0
    ? `scalar(${showNested(toArray(x as unknown as Tensor))})`
    : sizeOf(dimsOf(x)) === 0
      ? `zeros(${showDims(dimsOf(x))})`
      : `tensor(${showNested(toArray(x as unknown as Tensor))})`

/** A key as code. */
export const showKey = (key: Key): string => `random.fromWords(${showTensor(key)})`

/**
 * A tree of tensors as code.
 *
 * @throws ValueError when it is given something else
 * @example
 * import { strictEqual } from 'assert'
 * import { ones, scalar } from 'grad-ts'
 * import * as laws from 'grad-ts/laws'
 *
 * strictEqual(laws.showTree({ weight: ones([2]), rest: [scalar(0)] }), '{ "weight": tensor([1, 1]), "rest": [scalar(0)] }')
 * @category show
 * @since 0.1.0
 */
export const showTree = (p: params.Params): string => {
  flattenParams('laws.showTree', p)
  return showNode(p)
}

const showNode = (p: params.Params): string =>
  isTensor(p)
    ? showTensor(p)
    : isList(p)
      ? `[${p.map(showNode).join(', ')}]`
      : `{ ${Object.entries(p as Readonly<Record<string, params.Params>>)
          .map(([name, value]) => `${JSON.stringify(name)}: ${showNode(value)}`)
          .join(', ')} }`

const isList = (p: params.Params): p is readonly params.Params[] => Array.isArray(p)
