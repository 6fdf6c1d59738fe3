/** The dense layer: shapes of inputs, outputs and gradients. */
import { pipe } from 'fp-ts/lib/function.js'
import { grad, type Mat, matmul, mean, nn, params, random, relu, type Scalar, square } from '../../src/index.ts'
import { sum, type Tensor, trace, transpose, type Vec } from '../../src/index.ts'
import { tapeGraph } from '../../src/report/index.ts'
import { check } from './frame/check.ts'
import { only } from './frame/picture.ts'
import type { Section } from './frame/section.ts'

/** Everything the loss depends on. The compiler knows each shape, and refuses a transposed matrix. */
interface Given {
  readonly x: Mat<5, 3>
  readonly weight: Mat<3, 4>
  readonly bias: Vec<4>
}

const layer = nn.dense({ inputs: 3, outputs: 4 })
const output = ({ x, weight, bias }: Given): Mat<5, 4> => nn.predict(layer)({ weight, bias }, [])<[5]>(x)
const lossOf = (z: Mat<5, 4>): Scalar => pipe(z, relu, square, mean)
const loss = (given: Given): Scalar => lossOf(output(given))

const shape = (x: Tensor): string => `[${x.shape.join(', ')}]`

export const denseLayer: Section<object> = {
  name: 'dense-layer',
  title: 'the dense layer: shapes forwards and backwards',
  teaches:
    'A dense layer is x · W + b, and its backward pass is two more matrix products. One example is a row, so weights ' +
    'are [inputs, outputs]. The backward pass is not written by hand: `grad` gives a gradient of the same shape as ' +
    'each argument. The textbook formulas are compared with it.',
  settings: {},
  run: ({ key }) => {
    const [xKey, layerKey] = random.split(2)(key)
    const given: Given = { x: random.normal([5, 3])(xKey), ...layer.init(layerKey).params }
    const gradient = grad(loss)(given)
    // dL/dz, and the three textbook formulas
    const dz = grad(lossOf)(output(given))
    const byHand: Given = {
      x: pipe(dz, matmul(transpose(given.weight))),
      weight: pipe(transpose(given.x), matmul(dz)),
      bias: sum({ axis: 0 })(dz)
    }
    const names = ['x', 'weight', 'bias'] as const
    const rules = { x: 'dZ · Wᵀ', weight: 'xᵀ · dZ', bias: 'Σ dZ' }
    return {
      tables: [
        {
          caption: `Five examples of three features give ${shape(output(given))}`,
          columns: ['name', 'shape', 'shape of its gradient', 'rule'],
          rows: names.map((name) => [name, shape(given[name]), shape(gradient[name]), rules[name]])
        }
      ],
      pictures: [
        only(tapeGraph({ title: 'The layer and a loss', inputNames: params.paths(given) })(trace(loss)(given)))
      ],
      checks: [
        check('each gradient has the shape of its argument')(
          names.every((name) => shape(gradient[name]) === shape(given[name]))
        ),
        check('the textbook formulas give the same gradients')(params.isClose()(byHand)(gradient))
      ]
    }
  }
}
