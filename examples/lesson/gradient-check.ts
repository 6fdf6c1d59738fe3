/** Gradient checking: automatic differentiation against finite differences. */
import { identity, pipe } from 'fp-ts/lib/function.js'
import * as A from 'fp-ts/lib/ReadonlyArray.js'
import { add, check as gradients, data, full, type Mat, matmul, nn, type Pointwise, random } from '../../src/index.ts'
import { relu, type Scalar, stopGradient, tanh, type Vec, zeros } from '../../src/index.ts'
import { numeral, rounded } from '../world/text.ts'
import { atLeast, below, check } from './frame/check.ts'
import { drawn } from './frame/picture.ts'
import type { Section } from './frame/section.ts'

interface Params {
  readonly hidden: { readonly weight: Mat<2, 4>; readonly bias: Vec<4> }
  readonly output: { readonly weight: Mat<4, 1>; readonly bias: Vec<1> }
}

/** A network for XOR; `pass` is where a mistake can be inserted. */
const lossOf = (activation: Pointwise, pass: Pointwise = identity) => {
  const loss = nn.binaryCrossEntropyWithLogits(data.xor.targets)
  return ({ hidden, output }: Params): Scalar => {
    const signal = pipe(data.xor.inputs, matmul(pass(hidden.weight)), add(hidden.bias), activation)
    return pipe(signal, matmul(output.weight), add(output.bias), loss)
  }
}

export const gradientCheck: Section<object> = {
  name: 'gradient-check',
  title: 'gradient checking by finite differences',
  teaches:
    'A central difference approximates a derivative from two values of the loss: slow, but independent of all ' +
    'derivative rules. The step must be neither large nor tiny: the truncation error falls with h², the rounding ' +
    'error grows as 1/h. At a kink, such as 0 for relu, there is no derivative, and the check must avoid it.',
  settings: {},
  run: ({ key }) => {
    const [first, second] = random.split(2)(key)
    const start = (bias: number): Params => ({
      hidden: { weight: nn.lecunNormal([2, 4])(first), bias: full([4])(bias) },
      output: { weight: nn.lecunNormal([4, 1])(second), bias: zeros([1]) }
    })
    const examine = (f: ReturnType<typeof lossOf>, bias: number) => gradients.gradientCheck(f)(start(bias))
    const found = {
      tanh: examine(lossOf(tanh), 0.1),
      'tanh, a gradient missing': examine(lossOf(tanh, stopGradient), 0.1),
      'relu, at its kink': examine(lossOf(relu), 0),
      'relu, beside the kink': examine(lossOf(relu), 0.1)
    }
    const { 'tanh, a gradient missing': wrong, 'relu, at its kink': corner, 'relu, beside the kink': beside } = found
    const x = A.makeBy(11, (i) => Number(`1e-${i + 1}`))
    const y = x.map((step) => gradients.gradientCheck(lossOf(tanh), { step })(start(0.1)).relativeError)
    const best = y.indexOf(Math.min(...y))
    const scales = { xScale: 'log', yScale: 'log' } as const
    return {
      tables: [
        {
          columns: ['network', 'relative error', 'worst parameter'],
          rows: Object.entries(found).map(([name, { relativeError, worst }]) => [
            name,
            rounded(2)(relativeError),
            worst.path
          ])
        }
      ],
      pictures: [
        drawn({ title: 'Error by step', xTitle: 'step', yTitle: 'relative error', ...scales })({ error: { x, y } })
      ],
      checks: [
        below({ what: 'relative error over all parameters', bar: 1e-7 })(found.tanh.relativeError),
        check(`the missing gradient is found, at ${wrong.worst.path}`)(wrong.worst.path === 'params.hidden.weight'),
        atLeast({ what: 'relative error at the kink of relu', bar: 1e-4 })(corner.relativeError),
        below({ what: 'relative error beside the kink', bar: 1e-7 })(beside.relativeError),
        check(`the best step is ${numeral(x[best] ?? NaN)}, neither the largest nor the smallest`)(best > 1 && best < 8)
      ]
    }
  }
}
