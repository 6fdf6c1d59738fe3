import * as loop from '../kernel/elementwise.ts'
import * as special from '../kernel/special.ts'
import { aboveMinusOne, nonZero, positive, reals } from './domain.ts'
import { elementwise, gated } from './elementwise.ts'
import type { NoParams, Primitive } from './primitive.ts'

/** Functions of one number. */

/** Linear, so its rules are itself. */
export const neg: Primitive<NoParams> = {
  ...elementwise('neg')({ domain: reals, evaluate: loop.neg, derivative: (op) => op.constant(-1) }),
  vjp: (op, _, __, ___, ct) => op.neg(ct),
  jvp: (op, _, __, ___, t) => op.neg(t)
}

export const exp = elementwise('exp')({ domain: reals, evaluate: loop.map(Math.exp), derivative: (_, __, y) => y })

/** `eˣ − 1`, accurate near 0. */
export const expm1 = elementwise('expm1')({
  domain: reals,
  evaluate: loop.map(Math.expm1),
  derivative: (op, x) => op.exp(x)
})

export const log = elementwise('log')({
  domain: positive,
  evaluate: loop.map(Math.log),
  derivative: (op, x) => op.div(op.constant(1), x)
})

/** `log(1 + x)`, accurate near 0. */
export const log1p = elementwise('log1p')({
  domain: aboveMinusOne,
  evaluate: loop.map(Math.log1p),
  derivative: (op, x) => op.div(op.constant(1), op.add(x, op.constant(1)))
})

export const sqrt = elementwise('sqrt')({
  domain: positive,
  evaluate: loop.sqrt,
  derivative: (op, _, y) => op.div(op.constant(0.5), y)
})

export const square = elementwise('square')({
  domain: reals,
  evaluate: loop.square,
  derivative: (op, x) => op.mul(op.constant(2), x)
})

/** The derivative at 0 is 0. */
export const abs = elementwise('abs')({ domain: nonZero, evaluate: loop.abs, derivative: (op, x) => op.sign(x) })

export const sin = elementwise('sin')({ domain: reals, evaluate: loop.map(Math.sin), derivative: (op, x) => op.cos(x) })

export const cos = elementwise('cos')({
  domain: reals,
  evaluate: loop.map(Math.cos),
  derivative: (op, x) => op.neg(op.sin(x))
})

export const tanh = elementwise('tanh')({
  domain: reals,
  evaluate: loop.map(Math.tanh),
  derivative: (op, _, y) => op.sub(op.constant(1), op.square(y))
})

/** `1 / (1 + e⁻ˣ)`; a primitive because the composite overflows. */
export const sigmoid = elementwise('sigmoid')({
  domain: reals,
  evaluate: loop.map(special.sigmoid),
  derivative: (op, _, y) => op.mul(y, op.sub(op.constant(1), y))
})

/** `log(1 + eˣ)`; a primitive because the composite overflows. */
export const softplus = elementwise('softplus')({
  domain: reals,
  evaluate: loop.map(special.softplus),
  derivative: (op, x) => op.sigmoid(x)
})

/** The error function, for the exact gelu and the normal distribution; a primitive because no composite is accurate. */
export const erf = elementwise('erf')({
  domain: reals,
  evaluate: loop.map(special.erf),
  derivative: (op, x) => op.mul(op.constant(2 / Math.sqrt(Math.PI)), op.exp(op.neg(op.square(x))))
})

/** `max(x, 0)`; the derivative at 0 is 0. Its output is 0 exactly where it blocks, and tells what passes. */
export const relu = gated<NoParams>('relu')({
  domain: nonZero,
  evaluate: () => loop.relu,
  passes: (_, __, ___, y) => y
})
