/** Figures from the code of the lesson "Complete NumPy Implementation", its columns turned into rows. */
import { describe, expect, it } from 'vitest'
import * as nn from '../../../src/nn/index.ts'
import { relu, sigmoid } from '../../../src/ops/index.ts'
import { tensor } from '../../../src/tensor/construct.ts'
import { toArray, toNumber } from '../../../src/tensor/read.ts'
import type { NestedNumbers } from '../../../src/tensor/read.ts'
import type { Scalar } from '../../../src/tensor/tensor.ts'
import { valueAndGrad } from '../../../src/transform/grad.ts'

const close = (values: NestedNumbers, digits: number): unknown =>
  typeof values === 'number' ? (expect.closeTo(values, digits) as unknown) : values.map((value) => close(value, digits))

describe('the lesson', () => {
  it('has the same binary cross-entropy, but for the 1e-8 inside its logarithms', () => {
    const p = [0.5050272512178071, 0.3914169450738169, 0.781891956263914, 0.5768040117226944, 0.1758066545622213]
    const probabilities = tensor([...p, 0.69272225274287, 0.9459690368856849])
    const loss = nn.binaryCrossEntropy(tensor([1, 1, 0, 1, 0, 0, 1]))(probabilities)
    expect(toNumber(loss)).toBeCloseTo(0.7318629886785954, 7)
  })

  it('has the same categorical cross-entropy, but for the 1e-8', () => {
    const probabilities = tensor([
      [0.472421970025355, 0.17606660973465801, 0.31818972271295665, 0.03332169752703016],
      [0.32985539985246554, 0.291842134676516, 0.049012305447974434, 0.329290160023044],
      [0.13879659915473053, 0.490605903558969, 0.2091032926050556, 0.16149420468124498],
      [0.1883621470555729, 0.6195760388660355, 0.15115825088714102, 0.04090356319125062],
      [0.46090571173655204, 0.08985060085252705, 0.1629196877148225, 0.28632399969609834],
      [0.11742969790316592, 0.28581038430501, 0.23815835027115806, 0.3586015675206661]
    ])
    expect(toNumber(nn.sparseCategoricalCrossEntropy([2, 3, 1, 0, 2, 3])(probabilities))).toBeCloseTo(
      1.2462445728810325,
      6
    )
  })

  it('has the same half mean squared error', () => {
    const predictions = tensor([
      [0.5701412666439948, -1.0247717323635643],
      [-1.5901450117402087, 0.444304317533109],
      [-0.06352437910997065, 0.0478942513234977],
      [-2.4417338000933273, -0.33765127118913657],
      [-1.7959194301036905, -0.7001476536524074]
    ])
    const targets = tensor([
      [-1.1453380557842412, 0.4895018290745333],
      [0.6321917674250487, 0.28179007413925966],
      [1.8166969734875134, 0.3868440835732686],
      [-1.0513886242280905, 0.7712598073134058],
      [-0.9988897735886222, 0.6426041433322679]
    ])
    expect(toNumber(nn.halfMeanSquaredError(targets)(predictions))).toBeCloseTo(1.9452186837178915, 14)
  })

  it('has the same first gradient of XOR', () => {
    const model = nn.sequential(
      nn.dense({ inputs: 2, outputs: 4, activation: relu }),
      nn.dense({ inputs: 4, outputs: 1, activation: sigmoid })
    )
    const params = [
      {
        weight: tensor([
          [0.1755399647555226, 1.125855912107281, -1.1168175464335297, -0.008493039918798483],
          [0.6834095821090211, -1.7415585473652884, 0.5910922500389532, -1.5709551094661862]
        ]),
        bias: tensor([-0.04140385565649441, -0.0033322246091723098, 0.0066581291797786065, -0.0309441436408395])
      },
      {
        weight: tensor([[0.1648493796370977], [0.07741993017353642], [0.22536809307254949], [0.6932245066904926]]),
        bias: tensor([0.08473573185122261])
      }
    ] as const
    const [x, y] = [tensor([[0, 0], [0, 1], [1, 0], [1, 1]]), tensor([[0], [1], [1], [0]])] // prettier-ignore
    const loss = (p: typeof params): Scalar => nn.binaryCrossEntropy(y)(nn.predict(model)(p, [])(x))
    const { value, grad } = valueAndGrad(loss)(params)
    expect(toNumber(value)).toBeCloseTo(0.6726838884548958, 6)
    const firstWeight = [
      [0.004242607871602366, -0.008742888401423794, 0, 0],
      [0.005574754307117964, 0, -0.02362920101345561, 0]
    ]
    expect(toArray(grad[0].weight)).toEqual(close(firstWeight, 7))
    expect(toArray(grad[0].bias)).toEqual(
      close([-0.013041378851107732, -0.008742888401423794, 0.005755739778525372, 0], 7)
    )
    expect(toArray(grad[1].weight)).toEqual(
      close([[0.030904278356210325], [-0.12676450761131436], [-0.061804290681963164], [0]], 7)
    )
    expect(toArray(grad[1].bias)).toEqual(close([0.05127555254928623], 7))
  })
})
