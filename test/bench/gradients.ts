/** Gradients and what is made of them: the lesson's check, Rosenbrock's function, elementwise chains, curvature. */
import { pipe } from 'fp-ts/lib/function.js'
import {
  add,
  check,
  compile,
  gelu,
  grad,
  hvp,
  mul,
  nn,
  params,
  scalar,
  sigmoid,
  slice,
  square,
  sub,
  sum,
  type Tensor,
  toFlatArray,
  toNumber,
  train
} from '../../src/index.ts'
import { mustAgree, rate, type Workload } from './figure.ts'
import { examples, normal, spiralPoints, tensorOf, uniform } from './inputs.ts'
import { measure, repeated } from './measure.ts'
import { checkedProblem, spiralProblem } from './problems.ts'

const sumOf = <S extends number[]>(x: Tensor<S>, of: (value: number) => number): number =>
  Float64Array.from(toFlatArray(x)).reduce((total, value) => total + of(value), 0)

export const lessonsCheck: Workload = {
  name: 'W5',
  what: "the lesson's gradient check of 20-30-10 on 16 examples: 940 parameters, each moved to both sides",
  *run() {
    const { problem, start } = checkedProblem()
    const data = examples(16, 20) as unknown as train.Dataset<[number], [number]>
    const loss = (p: typeof start.params) => train.objective(problem)(nn.inference)(start.modelState, data)(p)[0]
    const run = check.gradientCheck(loss, { step: 1e-7 })
    const { relativeError } = run(start.params)
    if (!(relativeError < 1e-6)) throw new Error(`W5: the check finds ${relativeError}`)
    yield rate('W5', 'checks/s')('grad-ts', 1, measure(repeated(() => run(start.params))))
    // a check of a function that is new each time pays for its program each time
    const afresh = () => check.gradientCheck((p: typeof start.params) => loss(p), { step: 1e-7 })(start.params)
    yield rate('W5', 'checks/s')('grad-ts, new function', 1, measure(repeated(afresh)))
  }
}

const rosenbrock = (x: Tensor<[10]>) => {
  const [low, high] = [slice(0, 0, 9)(x), slice(0, 1, 10)(x)]
  const curve = pipe(high, sub(square(low)), square, mul(scalar(100)))
  return sum(add(square(sub(scalar(1))(low)))(curve))
}

export const rosenbrocks: Workload = {
  name: 'W7',
  what: "the gradient of Rosenbrock's function in 10 dimensions",
  *run() {
    const x: Tensor<[10]> = tensorOf(
      [10],
      uniform(71, 10).map((u) => 4 * u - 2)
    )
    const [eager, program] = [grad(rosenbrock), compile(grad(rosenbrock))]
    const found = sumOf(eager(x), Math.abs)
    mustAgree('W7', sumOf(program(x), Math.abs), found)
    yield rate('W7', 'gradients/s')('grad-ts', 1, measure(repeated(() => program(x))), found)
    yield rate('W7', 'gradients/s')('grad-ts eager', 1, measure(repeated(() => eager(x))), found)
  }
}

export const pointwise: Workload = {
  name: 'W8',
  what: 'the gradient of sum(gelu(x) · sigmoid(x)), a million elements',
  *run() {
    const x = tensorOf(
      [1_000_000],
      uniform(81, 1_000_000).map((u) => 8 * u - 4)
    )
    const f = (y: typeof x) => sum(mul(sigmoid(y))(gelu({ approximate: 'tanh' })(y)))
    const found = sumOf(grad(f)(x), (value) => value)
    for (const precision of ['single', 'double'] as const) {
      const program = compile(grad(f), { precision })
      mustAgree(
        `W8 ${precision}`,
        sumOf(program(x), (value) => value),
        found,
        precision === 'double' ? 1e-9 : 1e-5
      )
      yield rate('W8', 'elements/s')(`grad-ts ${precision}`, 1e6, measure(repeated(() => program(x))), found)
    }
  }
}

export const curvature: Workload = {
  name: 'W9',
  what: 'a Hessian-vector product over the 603 parameters of 2-100-3 on 300 points',
  *run() {
    const { problem, start } = spiralProblem()
    const points = spiralPoints()
    const loss = (p: typeof start.params) => train.objective(problem)(nn.inference)(start.modelState, points)(p)[0]
    const shapes = [[2, 100], [100], [100, 3], [3]]
    const [w, b, v, c] = shapes.map((shape, i) =>
      tensorOf(
        shape,
        normal(
          91 + i,
          shape.reduce((n, m) => n * m, 1)
        )
      )
    )
    const direction = [
      { weight: w, bias: b },
      { weight: v, bias: c }
    ] as unknown as typeof start.params
    const product = (p: typeof start.params, along: typeof start.params) => hvp(loss)(p)(along)
    const program = compile(product)
    const found = toNumber(params.norm(product(start.params, direction)))
    mustAgree('W9', toNumber(params.norm(program(start.params, direction))), found)
    yield rate('W9', 'products/s')('grad-ts', 1, measure(repeated(() => program(start.params, direction))), found)
  }
}
