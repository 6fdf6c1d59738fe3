/** Networks of six layers: four with a typical defect, and a healthy one. */
import { pipe } from 'fp-ts/lib/function.js'
import * as R from 'fp-ts/lib/ReadonlyRecord.js'
import { check, nn, type Pointwise, type random, relu, tanh, type train } from '../../../src/index.ts'
import { histograms, layerBoxes, layerSpread } from '../../../src/report/index.ts'

const deep = (activation: Pointwise, weight: nn.Initializer, bias = 0) => {
  const settings = { activation, weight, bias: nn.constant(bias) }
  const hidden = nn.dense({ inputs: 50, outputs: 50, ...settings })
  const first = nn.dense({ inputs: 2, outputs: 50, ...settings })
  return nn.sequential(first, hidden, hidden, hidden, hidden, nn.dense({ inputs: 50, outputs: 2 }))
}
const spread = (standardDeviation: number): nn.Initializer => nn.normal({ standardDeviation })

/** By the expected verdict. */
const networks = {
  dead: deep(relu, nn.heNormal, -10),
  saturated: deep(tanh, spread(3)),
  vanishing: deep(tanh, spread(0.01)),
  exploding: deep(relu, spread(2)),
  healthy: deep(relu, nn.heNormal)
}

/** The first activation with a verdict other than healthy, and the reason. */
const verdictOf = ({ parts }: check.Diagnosis): readonly [verdict: check.Verdict, why: string] => {
  const first = parts.find(({ verdict, parameters }) => verdict !== 'healthy' && parameters === null)
  return first === undefined ? ['healthy', ''] : [first.verdict, `${first.name}: ${first.reason}`]
}

/** The diagnosis of each before training, beside the expected verdicts. */
export const diagnosed = (key: random.Key) => (batch: train.Dataset<[2], [2]>) => {
  const found = pipe(
    networks,
    R.map((model) => {
      const { params, state: modelState } = model.init(key)
      return check.diagnose({ model, loss: nn.meanSquaredError })({ params, modelState })(batch)
    })
  )
  const { saturated, healthy } = found
  const tanhs = Object.entries(saturated.activations).filter(([name]) => name.endsWith('tanh'))
  // layer by layer, without the dead one, where they are all 0
  const gradients = Object.entries(found).filter(([name]) => name !== 'dead')
  return {
    saturated,
    verdicts: Object.entries(found).map(([name, diagnosis]) => [name, ...verdictOf(diagnosis)] as const),
    charts: [
      histograms({ title: 'Saturated activations', shared: false })(Object.fromEntries(tanhs)),
      layerBoxes({ title: 'Healthy activations' })(healthy.activations),
      layerSpread({ title: 'Gradients before training' })(
        Object.fromEntries(gradients.map(([name, one]) => [name, Object.values(one.gradients)]))
      )
    ]
  }
}
