/** What a wrong argument gets to read: layers, models, losses, training, checks. */
import { describe } from 'vitest'
import * as E from 'fp-ts/lib/Either.js'
import * as g from '../../src/index.ts'
import { saysOf, wrong } from './says.ts'

const { check, nn, optim, random, train } = g
const key = random.key(0)
const x = g.tensor([
  [1, 2],
  [3, 4]
])
const layer = nn.dense({ inputs: 2, outputs: 2 })
const { params } = layer.init(key)
const problem = { model: layer, loss: nn.meanSquaredError, optimizer: optim.sgd({ learningRate: 0.1 }) }
const state = train.start(problem)(key)
const batch = { inputs: x, targets: x }

describe('a layer', () => {
  saysOf({
    'nn.dropout()': [
      () => nn.dropout(wrong(undefined)),
      'ValueError: dropout: needs settings { keepProbability }, got undefined'
    ],
    'nn.dropout(…).apply()': [
      () => nn.dropout({ keepProbability: 0.5 }).apply(wrong(undefined)),
      'ValueError: dropout: mode must be a mode, nn.inference or nn.training(key), got undefined'
    ],
    'nn.dense(…).init(0)': [
      () => layer.init(wrong(0)),
      'ValueError: dense: needs a random key, got 0; make one with random.key(seed)'
    ],
    'nn.dense(…).apply(nn.inference)()(x)': [
      () => layer.apply(nn.inference)(wrong(undefined), [])(x),
      'ValueError: dense: params must be parameters { weight, bias }, got undefined'
    ],
    'nn.dense(…).apply(nn.inference)({})(x)': [
      () => layer.apply(nn.inference)(wrong({}), [])(x),
      'ValueError: dense: params.weight: needs a tensor, got undefined'
    ],
    'nn.batchNorm(…).apply()': [
      () => nn.batchNorm({ features: 2 }).apply(wrong(undefined)),
      'ValueError: batchNorm: mode must be a mode, nn.inference or nn.training(key), got undefined'
    ],
    'nn.sequential(layer).init()': [
      () => nn.sequential(layer).init(wrong(undefined)),
      'ValueError: sequential: needs a random key, got undefined; make one with random.key(seed)'
    ],
    'nn.sequential({ init, apply })': [
      () => nn.sequential(wrong({ init: () => [], apply: () => [] })),
      'ValueError: sequential: stage 0.name must be text that is not empty, got undefined'
    ],
    'nn.sequential(layer without shapes)': [
      () => nn.sequential(wrong({ ...layer, input: 2 })),
      'ValueError: sequential: stage 0.input must be a shape, an array of whole numbers of at least 0, got 2'
    ],
    'nn.sequential(…).apply(true)': [
      () => nn.sequential(layer).apply(wrong(true)),
      'ValueError: sequential: mode must be a mode, nn.inference or nn.training(key), got true'
    ],
    'nn.residual(stage that gives nothing)': [
      () => nn.residual(wrong(() => undefined)).apply(nn.inference)(wrong(x)),
      'ValueError: residual: the result of its stages: needs a tensor, got undefined'
    ],
    'nn.stateless()': [
      () => nn.stateless(wrong(undefined)),
      'ValueError: stateless: needs settings { name, input, output, init, apply }, got undefined'
    ],
    'nn.stateless({ name: 3 })': [
      () => nn.stateless(wrong({ name: 3 })),
      'ValueError: stateless: name must be text that is not empty, got 3'
    ],
    'nn.lambda(…)(undefined)': [
      () => nn.lambda({ input: [2], output: [1] })(wrong(undefined)),
      'ValueError: lambda: f must be a function, got undefined'
    ],
    'nn.activation([2])(null)': [
      () => nn.activation([2])(wrong(null)),
      'ValueError: activation: stage must be a function that keeps the shape, or a layer such as nn.dropout gives, got null'
    ],
    'nn.training()': [
      () => nn.training(wrong(undefined)),
      'ValueError: training: needs a random key, got undefined; make one with random.key(seed)'
    ],
    'nn.normal()': [
      () => nn.normal(wrong(undefined)),
      'ValueError: normal: needs settings { standardDeviation }, got undefined'
    ],
    'nn.uniform()': [
      () => nn.uniform(wrong(undefined)),
      'ValueError: uniform: needs settings { min, max }, got undefined'
    ],
    'nn.heNormal()': [
      () => nn.heNormal(wrong(undefined)),
      'ShapeError: heNormal: a shape is an array of whole numbers, not undefined'
    ],
    'nn.lecunNormal([2, 2])(1)': [
      () => nn.lecunNormal([2, 2])(wrong(1)),
      'ValueError: lecunNormal: needs a random key, got 1; make one with random.key(seed)'
    ]
  })
})

describe('a model', () => {
  saysOf({
    'nn.predict()': [
      () => nn.predict(wrong(undefined)),
      'ValueError: predict: model must be a layer such as nn.dense gives, got undefined'
    ],
    'nn.predict(nn.dense)': [
      () => nn.predict(wrong(nn.dense)),
      'ValueError: predict: model must be a layer such as nn.dense gives, got a function'
    ],
    'nn.walk(layer)(nn.inference)(params, [])()': [
      () => nn.walk(layer)(nn.inference)(params, [])(wrong(undefined)),
      'ValueError: walk: needs a tensor, got undefined'
    ],
    'nn.huber(null)': [() => nn.huber(wrong(null)), 'ValueError: huber: needs settings such as { delta: 1 }, got null'],
    'nn.meanSquaredError(x, 3)': [
      () => nn.meanSquaredError(x, wrong(3)),
      'ValueError: meanSquaredError: needs settings such as { mask }, got 3'
    ],
    'nn.meanSquaredError(x, { mask: true })': [
      () => nn.meanSquaredError(x, { mask: wrong(true) })(x),
      'ValueError: meanSquaredError: mask must be a tensor of 0 and 1, such as tensor([1, 0]), got true'
    ],
    'nn.sparseSoftmaxCrossEntropy([0], null)': [
      () => nn.sparseSoftmaxCrossEntropy([0], wrong(null)),
      'ValueError: sparseSoftmaxCrossEntropy: needs settings such as { mask }, got null'
    ],
    'nn.binaryAccuracy(0.5)': [
      () => nn.binaryAccuracy(wrong(0.5)),
      'ValueError: binaryAccuracy: needs settings such as { threshold: 0.5 }, got 0.5'
    ],
    'nn.f1(scores)': [() => nn.f1(wrong(x)), 'ValueError: f1: needs settings such as { threshold }, got a Tensor'],
    'nn.topKAccuracy([3])': [
      () => nn.topKAccuracy(wrong([3])),
      'ValueError: topKAccuracy: needs settings { k }, got an array'
    ],
    'nn.sparse()': [() => nn.sparse(wrong(undefined)), 'ValueError: sparse: metric must be a function, got undefined'],
    "nn.sparse(nn.categoricalAccuracy)(['a'])": [
      () => nn.sparse(nn.categoricalAccuracy)(wrong(['a', 'b']))(wrong(x)),
      'ValueError: sparse: labels: value 0 is "a", not a number'
    ]
  })
})

describe('a layer of ones own', () => {
  const gives =
    'apply must give a function of parameters and state, that one a function of the input, and that one a pair'
  const with_ = (apply: unknown) => ({ ...layer, apply: wrong(apply) })
  saysOf({
    'that gives nothing in a mode': [
      () => nn.predict(with_(() => undefined))(params, [])(x),
      `ValueError: dense: ${gives}, [output, state]; one of them is undefined`
    ],
    'that gives nothing for parameters': [
      () => nn.sequential(with_(() => () => undefined)).apply(nn.inference)([params], [])(x),
      `ValueError: dense: ${gives}, [output, state]; one of them is undefined`
    ],
    'that gives its output alone': [
      () => train.objective({ ...problem, model: with_(() => () => () => x) })(nn.inference)([], batch)(params),
      `ValueError: dense: ${gives}, [output, state]; one of them is a Tensor`
    ],
    'that starts with nothing': [
      () => nn.sequential({ ...layer, init: wrong(() => undefined) }).init(key),
      'ValueError: sequential: the result of init of dense must be { params, state }, got undefined'
    ]
  })
})

describe('training', () => {
  saysOf({
    'train.start()': [
      () => train.start(wrong(undefined))(key),
      'ValueError: start: problem must be a problem { model, loss, optimizer }, got undefined'
    ],
    'train.start({ model })': [
      () => train.start(wrong({ model: layer }))(key),
      'ValueError: start: problem.optimizer must be an optimizer, such as optim.sgd gives, got undefined'
    ],
    'train.start(problem)(7)': [
      () => train.start(problem)(wrong(7)),
      'ValueError: start: needs a random key, got 7; make one with random.key(seed)'
    ],
    'train.objective({})': [
      () => train.objective(wrong({})),
      'ValueError: objective: problem.model must be a layer such as nn.dense gives, got undefined'
    ],
    'a loss that gives no function': [
      () => train.objective({ ...problem, loss: wrong(() => 3) })(nn.inference)([], batch)(params),
      'ValueError: objective: what loss gives for targets must be a function, got 3'
    ],
    'train.step({ …, loss: undefined })': [
      () => train.step({ ...problem, loss: wrong(undefined) }),
      'ValueError: step: problem.loss must be a function, got undefined'
    ],
    'train.step(problem)()': [
      () => train.step(problem)(wrong(undefined))(state),
      'ValueError: objective: batch must be a batch { inputs, targets }, got undefined'
    ],
    'train.step(problem)(batch)()': [
      () => train.step(problem)(batch)(wrong(undefined)),
      'ValueError: step: state must be a state such as train.start gives, got undefined'
    ],
    'train.fit(model, …)': [
      () => train.fit(wrong(layer), { epochs: 1, batchSize: 2 })(batch)(state),
      'ValueError: fit: problem.model must be a layer such as nn.dense gives, got undefined'
    ],
    "train.fit({ …, metrics: { accuracy: 'yes' } })": [
      () => train.fit({ ...problem, metrics: wrong({ accuracy: 'yes' }) }, { epochs: 1, batchSize: 2 })(batch)(state),
      'ValueError: fit: problem.metrics.accuracy must be a function, got "yes"'
    ],
    'train.epochs()': [
      () => [...train.epochs(wrong(undefined), { batchSize: 2 })(batch)(state)],
      'ValueError: epochs: problem must be a problem { model, loss, optimizer }, got undefined'
    ],
    'train.findLearningRate without an optimiser': [
      () => train.findLearningRate(wrong({ model: layer, loss: problem.loss }))(batch)(key),
      'ValueError: findLearningRate: problem.optimizer must be a function, got undefined'
    ],
    'train.patience()': [
      () => train.patience(wrong(undefined)),
      'ValueError: patience: needs settings { figure, patience }, got undefined'
    ],
    'train.reaches({ target: 1 })': [
      () => train.reaches(wrong({ target: 1 })),
      'ValueError: reaches: figure must be text that is not empty, got undefined'
    ],
    'train.reduceOnPlateau()': [
      () => train.reduceOnPlateau(wrong(undefined)),
      'ValueError: reduceOnPlateau: needs settings { figure }, got undefined'
    ],
    'a rule given no history': [
      () => train.reaches({ figure: 'loss', target: 1 })(wrong(undefined)),
      'ValueError: reaches: the history must be an array of records, got undefined'
    ],
    'train.and(3)': [() => train.and(wrong(3))(() => true), 'ValueError: and: second must be a function, got 3'],
    'train.showError(undefined)': [
      () => train.showError(wrong(undefined)),
      'ValueError: showError: error must be a training error, got undefined'
    ]
  })

  saysOf({
    'train.fit(problem)': [
      () => told(train.fit(problem, wrong(undefined))(batch)(state)),
      'Error: invalid settings:\n  settings: needs settings { epochs, batchSize }, got undefined'
    ],
    'train.fit(…)(data)(key)': [
      () => told(train.fit(problem, { epochs: 1, batchSize: 2 })(batch)(wrong(key))),
      'Error: invalid state:\n  state: needs a state such as train.start gives, got a random key; begin with train.start(problem)(key)'
    ],
    'train.findLearningRate(…, 3)': [
      () => told(train.findLearningRate({ ...problem, optimizer: () => problem.optimizer }, wrong(3))(batch)(key)),
      'Error: invalid settings:\n  settings: needs settings such as { from: 1e-7 }, got 3'
    ]
  })
})

/** What a Left says, as an error to compare. */
const told = (answer: E.Either<g.train.TrainingError, unknown>): void => {
  if (E.isLeft(answer)) throw new Error(train.showError(answer.left))
}

describe('a check', () => {
  saysOf({
    'check.numericGrad()': [
      () => check.numericGrad(wrong(undefined)),
      'ValueError: numericGrad: f must be a function, got undefined'
    ],
    'check.numericGrad of a function that gives a number': [
      () => check.numericGrad(wrong(() => 3))(x),
      'ValueError: numericGrad: what the function gave: needs a tensor, got 3; make it one with tensor'
    ],
    'check.gradientCheck(f, null)': [
      () => check.gradientCheck(g.sum, wrong(null)),
      'ValueError: gradientCheck: needs settings such as { step: 0.00001 }, got null'
    ],
    'check.firstBad()': [
      () => check.firstBad(wrong(undefined)),
      'ValueError: firstBad: f must be a function, got undefined'
    ],
    'check.showFirstBad()': [
      () => check.showFirstBad(wrong(undefined)),
      'ValueError: showFirstBad: bad must be what firstBad found, got undefined'
    ],
    'check.diagnose(layer)()': [
      () => check.diagnose(layer)(wrong(undefined)),
      'ValueError: diagnose: state must be a state { params, modelState }, got undefined'
    ],
    'check.diagnose(layer, { mode: true })': [
      () => check.diagnose(layer, wrong({ mode: true })),
      'ValueError: diagnose: mode must be a mode, nn.inference or nn.training(key), got true'
    ],
    'check.showDiagnosis({})': [
      () => check.showDiagnosis(wrong({})),
      'ValueError: showDiagnosis: diagnosis.parts must be an array of parts, got undefined'
    ]
  })
})
