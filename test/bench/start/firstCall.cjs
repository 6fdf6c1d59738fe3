// Prints the milliseconds of the first call of a compiled train step of 784-128-10, in a program that has done nothing yet.
const { compile, nn, ones, optim, random, relu, train, zeros } = require('../../../dist/index.cjs')

const problem = {
  model: nn.sequential(
    nn.dense({ inputs: 784, outputs: 128, activation: relu }),
    nn.dense({ inputs: 128, outputs: 10 })
  ),
  loss: nn.softmaxCrossEntropy,
  optimizer: optim.sgd({ learningRate: 0.01 })
}
const start = train.start(problem)(random.key(1))
const [inputs, targets] = [ones([128, 784]), zeros([128, 10])]
const step = compile((params, x, y) => {
  const { state, loss } = train.step(problem)({ inputs: x, targets: y })({ ...start, params })
  return { params: state.params, loss }
})

const began = process.hrtime.bigint()
step(start.params, inputs, targets)
console.log(Number(process.hrtime.bigint() - began) / 1e6)
