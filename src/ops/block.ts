import { tensors as op } from '../tape/algebra.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'

/** Every `step`-th element from `start` up to but not including `stop` along one axis. */
export const block = (x: Tensor, axis: number, start: number, stop: number, step = 1): Tensor => {
  const dims = dimsOf(x)
  const none = dims.map(() => 0)
  const steps = step === 1 ? undefined : dims.map((_, i) => (i === axis ? step : 1))
  return op.slice(x, none.with(axis, start), dims.with(axis, stop), steps)
}
