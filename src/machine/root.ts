import { exp } from './exponential.ts'
import { type Lanes, withSign } from './lanes.ts'
import { log } from './logarithm.ts'
import type { Expr, Value } from './wasm.ts'

/** The cube root: `e^(log(x) / 3)`, and a step of Newton for the digits that the exponential loses. */
export const cbrt = (l: Lanes, x: Value): Expr => {
  const size = l.abs(x)
  const third = l.constant(1 / 3)
  const near = exp(l, l.mul(log(l, size), third))
  const root = l.sub(near, l.mul(l.sub(near, l.div(size, l.mul(near, near))), third))
  const isNumber = l.and(l.gt(size, l.constant(0)), l.lt(size, l.constant(Infinity)))
  return withSign(l, l.select(isNumber, root, size), x)
}
