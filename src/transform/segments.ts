import type { Loop } from '../primitive/scan.ts'
import { tensors as op } from '../tape/algebra.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import { cut, loopOf, runLoop, tapeFor } from './loop.ts'

/** Loops in segments: reverse mode keeps what is carried into each segment, and computes what is carried inside it again. */

/** The elements of a tensor from one place of its first axis to another. */
const between = (x: Tensor, start: number, stop: number): Tensor => {
  const [, ...rest] = dimsOf(x)
  return op.slice(x, [start, ...rest.map(() => 0)], [stop, ...rest])
}

/**
 * What a loop gives, by segments of `size` steps: a loop over loops, then the steps that are left over.
 *
 * @see Griewank and Walther, Evaluating Derivatives (2008), chapter 12
 */
export const runSegments = (loop: Loop, inputs: readonly Tensor[], size: number): readonly Tensor[] => {
  const { step, length, reverse, carries, xs } = loop
  const segments = Math.floor(length / size)
  const rest = length - segments * size
  const [c, x, w] = cut(inputs, carries, xs)
  const inner = loopOf({ ...loop, length: size })
  const [dimsOfC, dimsOfX, dimsOfW] = cut(step.inputs, carries, xs)
  const outer = loopOf({
    ...loop,
    step: tapeFor([...dimsOfC!, ...dimsOfX!.map((dims) => [size, ...dims]), ...dimsOfW!], (leaves) =>
      runLoop(inner, leaves)
    ),
    length: segments
  })
  // what is left over are the steps taken last
  const [start, stop] = reverse ? [rest, length] : [0, length - rest]
  const inSegments = x!.map((all, i) => op.reshape(between(all, start, stop), [segments, size, ...dimsOfX![i]!]))
  const [carried, kept] = cut(runLoop(outer, [...c!, ...inSegments, ...w!]), carries)
  const whole = kept!.map((y) => op.reshape(y, [segments * size, ...dimsOf(y).slice(2)]))
  if (rest === 0) return [...carried!, ...whole]
  const left = x!.map((all) => (reverse ? between(all, 0, rest) : between(all, stop, length)))
  const [last, more] = cut(runLoop(loopOf({ ...loop, length: rest }), [...carried!, ...left, ...w!]), carries)
  return [...last!, ...whole.map((y, i) => op.concat(reverse ? [more![i]!, y] : [y, more![i]!], 0))]
}
