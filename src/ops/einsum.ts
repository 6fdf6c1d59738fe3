import * as kinds from '../kinds/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import { sizeOf } from '../tensor/dims.ts'
import { asTensor } from '../tensor/given.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import { diagonalOf } from './diagonal.ts'
import { reshaped } from './moveAxis.ts'
import { labelsOf, subscriptsOf } from './subscripts.ts'

/** Sums of products by named indices. */

/** A tensor with a label for each axis. */
interface Labelled {
  readonly x: Tensor
  readonly labels: readonly string[]
}

/** The axes in the order of labels. */
const ordered = ({ x, labels }: Labelled, wanted: readonly string[]): Tensor =>
  wanted.every((label, i) => labels[i] === label)
    ? x
    : op.permute(
        x,
        wanted.map((label) => labels.indexOf(label))
      )

/** Without a label named twice: the diagonal of its two axes. */
const distinct = (operand: Labelled): Labelled => {
  const { x, labels } = operand
  const second = labels.findIndex((label, axis) => labels.indexOf(label) < axis)
  if (second < 0) return operand
  const first = labels.indexOf(labels[second]!)
  const others = labels.map((_, axis) => axis).filter((axis) => axis !== first && axis !== second)
  return distinct({
    x: diagonalOf(op.permute(x, [...others, first, second]), 0),
    labels: [...others.map((axis) => labels[axis]!), labels[first]!]
  })
}

/** Without axes of 1 that others stretch. */
const unstretched = ({ x, labels }: Labelled, sizes: ReadonlyMap<string, number>): Labelled => {
  const kept = labels.map((label, axis) => dimsOf(x)[axis] === sizes.get(label))
  return {
    x: reshaped(
      x,
      dimsOf(x).filter((_, axis) => kept[axis]!)
    ),
    labels: labels.filter((_, axis) => kept[axis]!)
  }
}

/** Summed over what is not needed. */
const summed = ({ x, labels }: Labelled, isNeeded: (label: string) => boolean): Labelled => {
  const axes = labels.flatMap((label, axis) => (isNeeded(label) ? [] : [axis]))
  return axes.length === 0 ? { x, labels } : { x: op.sum(x, axes, false), labels: labels.filter(isNeeded) }
}

/** The product of two, summed over the labels of both that are not needed: a matrix product, or elementwise. */
const contracted = (a: Labelled, b: Labelled, isNeeded: (label: string) => boolean): Labelled => {
  const common = a.labels.filter((label) => b.labels.includes(label))
  const [batch, inner] = [common.filter(isNeeded), common.filter((label) => !isNeeded(label))]
  const left = a.labels.filter((label) => !common.includes(label))
  const right = b.labels.filter((label) => !common.includes(label))
  const sizeIn = ({ x, labels }: Labelled, of: readonly string[]) =>
    of.map((label) => dimsOf(x)[labels.indexOf(label)]!)
  const [lead, rows, columns] = [sizeIn(a, batch), sizeIn(a, left), sizeIn(b, right)]
  const labels = [...batch, ...left, ...right]
  const dims = [...lead, ...rows, ...columns]
  if (inner.length === 0) {
    const wide = reshaped(ordered(a, [...batch, ...left]), [...lead, ...rows, ...columns.map(() => 1)])
    const beside = reshaped(ordered(b, [...batch, ...right]), [...lead, ...rows.map(() => 1), ...columns])
    return { x: op.mul(columns.length === 0 ? wide : op.broadcastTo(wide, dims), beside), labels }
  }
  if (left.length + right.length === 0) {
    const product = op.mul(ordered(a, [...batch, ...inner]), ordered(b, [...batch, ...inner]))
    return summed({ x: product, labels: [...batch, ...inner] }, isNeeded)
  }
  const count = batch.length === 0 ? [] : [sizeOf(lead)]
  const along = sizeOf(sizeIn(a, inner))
  const product = op.matmul(
    reshaped(ordered(a, [...batch, ...left, ...inner]), [...count, sizeOf(rows), along]),
    reshaped(ordered(b, [...batch, ...inner, ...right]), [...count, along, sizeOf(columns)])
  )
  return { x: reshaped(product, dims), labels }
}

/** The pair whose product takes the fewest multiplications. */
const cheapest = (operands: readonly Labelled[], sizes: ReadonlyMap<string, number>): readonly [number, number] => {
  const costOf = (i: number, j: number): number =>
    sizeOf([...new Set([...operands[i]!.labels, ...operands[j]!.labels])].map((label) => sizes.get(label)!))
  const pairs = operands.flatMap((_, i) => operands.slice(i + 1).map((__, k) => [i, i + 1 + k] as const))
  return pairs.reduce((best, pair) => (costOf(...pair) < costOf(...best) ? pair : best))
}

/** All in one, pair by pair. */
const joined = (
  operands: readonly Labelled[],
  output: readonly string[],
  sizes: ReadonlyMap<string, number>
): Labelled => {
  const [only] = operands
  if (operands.length === 1) return only!
  const [i, j] = cheapest(operands, sizes)
  const others = operands.filter((_, k) => k !== i && k !== j)
  const isNeeded = (label: string): boolean =>
    output.includes(label) || others.some(({ labels }) => labels.includes(label))
  return joined([...others, contracted(operands[i]!, operands[j]!, isNeeded)], output, sizes)
}

/** An axis for each letter behind the arrow. */
type OutputRank<O extends string, Acc extends number[] = []> = O extends ''
  ? Acc
  : O extends `.${string}`
    ? number[]
    : O extends ` ${infer R}`
      ? OutputRank<R, Acc>
      : O extends `${string}${infer R}`
        ? OutputRank<R, [...Acc, number]>
        : number[]
type OutputShape<S extends string> = S extends `${string}->${infer O}` ? OutputRank<O> : number[]

/**
 * Einstein's summation of any number of tensors: each axis has a letter, and what the output does not name is summed over.
 * `ij,jk->ik` is a matrix product, `ii->i` a diagonal, `i,j->ij` an outer product, `...ij->...ji` a transpose of matrices in any
 * batch. Without an arrow the output has the axes of `...`, and then the letters that stand once, in the order of the alphabet.
 * Axes under `...` are broadcast, those of a letter must be equal. Products of two go by matrix products; of more, the pair that
 * takes the fewest multiplications comes first.
 *
 * @shape operands as their indices say → the indices of the result
 * @throws ValueError for a string that cannot be read, with the place, and for another number of operands
 * @throws ShapeError when a shape does not have the axes named, or one index has two lengths
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { einsum, tensor, toArray } from 'grad-ts'
 *
 * const a = tensor([[1, 2], [3, 4]])
 * deepStrictEqual(toArray(einsum('ij,jk->ik')(a, a)), [[7, 10], [15, 22]])
 * deepStrictEqual(toArray(einsum('ii->i')(a)), [1, 4])
 * deepStrictEqual(toArray(einsum('i,ij,j->')(tensor([1, 1]), a, tensor([1, 10]))), 64)
 * @category linear algebra
 * @since 0.1.0
 */
export const einsum = <const Spec extends string>(subscripts: Spec) => {
  const read = subscriptsOf(kinds.mustBe(kinds.text, 'einsum: subscripts', subscripts))
  return (...operands: readonly Tensor<Shape>[]): Tensor<OutputShape<Spec>> => {
    const given = operands.map((x) => asTensor('einsum', x))
    const { inputs, output, sizes } = labelsOf(read, given.map(dimsOf))
    const bare = given.map((x, k) => unstretched(distinct({ x, labels: inputs[k]! }), sizes))
    const own = bare.map((operand, k) =>
      summed(
        operand,
        (label) => output.includes(label) || bare.some(({ labels }, other) => other !== k && labels.includes(label))
      )
    )
    return ordered(joined(own, output, sizes), output) as never
  }
}
