// Loads the built package and takes 2,000 steps on exclusive or.
const { data, nn, optim, random, relu, train } = require('../../../dist/index.cjs')

const problem = {
  model: nn.sequential(nn.dense({ inputs: 2, outputs: 4, activation: relu }), nn.dense({ inputs: 4, outputs: 1 })),
  loss: nn.binaryCrossEntropyWithLogits,
  optimizer: optim.sgd({ learningRate: 0.5 })
}
const fitted = train.fit(problem, { epochs: 2000, batchSize: 4 })(data.xor)(train.start(problem)(random.key(1)))
if (fitted._tag === 'Left' || fitted.right.history.length !== 2000) throw new Error('it did not train')
