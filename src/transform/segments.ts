import type { Loop } from '../primitive/scan.ts'
import { tensors as op } from '../tape/algebra.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import { cut, loopOf, runLoop, tapeFor } from './loop.ts'
import { rowsBetween } from './rows.ts'

/** Scans in segments: reverse mode records the carry at the start of each segment, and recomputes the carries inside it. */

/**
 * Runs a scan in segments of `size` steps: a scan whose step is a scan, then one over the remaining steps.
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
  // the remaining steps are the last to run
  const [start, stop] = reverse ? [rest, length] : [0, length - rest]
  const inSegments = x!.map((all, i) => op.reshape(rowsBetween(all, start, stop), [segments, size, ...dimsOfX![i]!]))
  const [carried, kept] = cut(runLoop(outer, [...c!, ...inSegments, ...w!]), carries)
  const whole = kept!.map((y) => op.reshape(y, [segments * size, ...dimsOf(y).slice(2)]))
  if (rest === 0) return [...carried!, ...whole]
  const left = x!.map((all) => (reverse ? rowsBetween(all, 0, rest) : rowsBetween(all, stop, length)))
  const [last, more] = cut(runLoop(loopOf({ ...loop, length: rest }), [...carried!, ...left, ...w!]), carries)
  return [...last!, ...whole.map((y, i) => op.concat(reverse ? [more![i]!, y] : [y, more![i]!], 0))]
}
