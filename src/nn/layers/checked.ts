import { type Dims, sameDims, showDims } from '../../tensor/dims.ts'
import { fail } from '../../tensor/errors.ts'
import { asTensor } from '../../tensor/given.ts'
import { dimsOf, type Tensor } from '../../tensor/tensor.ts'

/**
 * The claim of a layer's type is checked at every call, since shapes may be known at run time only and the compiler
 * cannot follow a matrix product behind batch dimensions of unknown number. It costs a few comparisons of numbers.
 */

/** How many batch dimensions stand before the shape of one example. */
export const batchRank = (name: string, input: Dims, x: Tensor): number => {
  const from = dimsOf(asTensor(name, x))
  const batch = from.length - input.length
  return batch >= 0 && input.every((n, i) => n === from[batch + i])
    ? batch
    : fail(
        'ShapeError',
        `${name}: takes ${showDims(input)} after any batch dimensions, got shape ${showDims(from)}; check the data`
      )
}

/** What a function gives for an input of the shape it takes, if that has the shape it claims. */
export const checked = (name: string, input: Dims, output: Dims, f: (x: Tensor) => Tensor, x: Tensor): Tensor => {
  const batch = batchRank(name, input, x)
  const from = dimsOf(x)
  const y = f(x)
  const to = dimsOf(asTensor(`${name}: its result`, y))
  return to.length === batch + output.length && to.every((n, i) => n === (i < batch ? from[i] : output[i - batch]))
    ? y
    : fail(
        'ShapeError',
        `${name}: must give ${showDims([...from.slice(0, batch), ...output])} for an input of shape ${showDims(from)}, ` +
          `gave ${showDims(to)}; check that the parameters are this layer's`
      )
}

/** A parameter or a statistic, which must have the very shape it had at the start: a smaller one would be stretched. */
export const checkPart = (name: string, part: string, dims: Dims, x: Tensor): Tensor => {
  const given = dimsOf(asTensor(`${name}: ${part}`, x))
  return sameDims(given, dims)
    ? x
    : fail(
        'ShapeError',
        `${name}: ${part} must have shape ${showDims(dims)}, got ${showDims(given)}; use what init of this layer returns`
      )
}
