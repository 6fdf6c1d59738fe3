/** Everything exported that is made of tensors, with arguments to run it on; what is not, with the reason. */
import fc from 'fast-check'
import { anySize, tensorOf } from '../../laws/draw.ts'
import * as laws from '../../laws/index.ts'
import * as g from '../../src/index.ts'
import * as ops from '../../src/ops/index.ts'
import type { Schedule } from '../../src/optim/index.ts'
import type { GradientTransformation, OptimizerState } from '../../src/optim/transformation.ts'
import { positive } from '../../src/primitive/domain.ts'
import type { Key } from '../../src/random/key.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { type Any, type Row, row, rows, type Table } from './row.ts'
import { ofStructure } from './structural.ts'
import { ofTransformations, transformations } from './transformed.ts'

const { nn, optim, params, random } = g
const { key: anyKey, tensor: ordinary } = laws.arbitrary

const x = anySize([6])
const m = anySize([2, 3])
const bits = tensorOf([6])(fc.constantFrom(0, 1))
const shares = ordinary([2, 3], { min: 0.01, max: 0.99, avoid: [] })
const distributions = ordinary([2, 3]).map((logits) => g.softmax(logits))
const oneHot = fc.tuple(fc.nat(2), fc.nat(2)).map((rows) => g.tensor(rows.map((k) => [0, 1, 2].map((i) => +(i === k)))))
const labels = fc.tuple(fc.nat(2), fc.nat(2)).map((ks) => g.tensor(ks))

const unary = (f: Any): readonly Row[] => row(f, x)
const binary = (f: (b: never) => Any): readonly Row[] => row((b: never, a: never) => f(b)(a), x, x)
const whole = (f: Any): readonly Row[] => row(f, m)

/** Options of single reductions. */
const ownOptions: Readonly<Record<string, readonly object[]>> = {
  norm: [{ ord: 1 }, { ord: 3, axis: 0 }, { ord: Infinity }],
  variance: [{ ddof: 1 }],
  std: [{ ddof: 1, axis: 1 }]
}

const ofOps: Table = {
  gelu: rows(unary(ops.gelu), unary(ops.gelu({ approximate: 'tanh' }))),
  ...Object.fromEntries((['leakyRelu', 'elu', 'celu'] as const).map((name) => [name, unary(ops[name]() as Any)])),
  ...Object.fromEntries(
    (
      [
        'selu',
        'swish',
        'mish',
        'hardSigmoid',
        'hardTanh',
        'relu6',
        'hardSwish',
        'neg',
        'exp',
        'expm1',
        'log',
        'log1p',
        'sqrt',
        'square',
        'abs',
        'sign',
        'sin',
        'cos',
        'tan',
        'asin',
        'acos',
        'atan',
        'sinh',
        'cosh',
        'asinh',
        'acosh',
        'atanh',
        'sinc',
        'floor',
        'ceil',
        'round',
        'trunc',
        'isNaN',
        'isFinite',
        'reciprocal',
        'rsqrt',
        'cbrt',
        'exp2',
        'log2',
        'log10',
        'log1mExp',
        'logSigmoid',
        'logit',
        'tanh',
        'sigmoid',
        'softplus',
        'erf',
        'erfc',
        'erfinv',
        'lgamma',
        'digamma',
        'normalCdf',
        'logNormalCdf',
        'softsign',
        'relu',
        'stopGradient'
      ] as const
    ).map((name) => [name, unary(ops[name] as Any)])
  ),
  ...Object.fromEntries(
    (
      [
        'add',
        'sub',
        'mul',
        'div',
        'xlogy',
        'xlog1py',
        'hypot',
        'atan2',
        'remainder',
        'mod',
        'squaredDifference',
        'logAddExp',
        'maximum',
        'minimum',
        'greater',
        'greaterEqual',
        'less',
        'lessEqual',
        'equal',
        'notEqual'
      ] as const
    ).map((name) => [name, binary(ops[name] as never)])
  ),
  ...Object.fromEntries(
    (
      [
        'sum',
        'mean',
        'max',
        'min',
        'variance',
        'std',
        'norm',
        'logSumExp',
        'argmax',
        'argmin',
        'prod',
        'any',
        'all',
        'median',
        'nanSum',
        'nanMean',
        'nanMax',
        'nanMin'
      ] as const
    ).map((name) => [
      name,
      rows(
        whole(ops[name] as Any),
        whole((ops[name] as unknown as (options: object) => Any)({ axis: 0 })),
        whole((ops[name] as unknown as (options: object) => Any)({ axis: 1 })),
        ...(ownOptions[name] ?? []).map((own) => whole((ops[name] as unknown as (options: object) => Any)(own)))
      )
    ])
  ),
  ...Object.fromEntries(
    (['cumsum', 'cumprod', 'cumMax', 'cumMin', 'cumLogSumExp'] as const).map((name) => [
      name,
      rows(
        ...[ops[name], ops[name]({ axis: 0, reverse: true }), ops[name]({ axis: 1, exclusive: true })].map((f) =>
          whole(f as Any)
        )
      )
    ])
  ),
  ...Object.fromEntries(
    (['sort', 'argsort'] as const).map((name) => [
      name,
      rows(...[ops[name], ops[name]({ axis: 0, descending: true })].map((f) => whole(f as Any)))
    ])
  ),
  quantile: rows(whole(ops.quantile({ q: 0.3 })), whole(ops.quantile({ q: [0.1, 1], axis: 1 }))),
  topK: rows(whole(ops.topK({ k: 2 })), whole(ops.topK({ k: 1, axis: 0, largest: false }))),
  searchsorted: rows(
    binary((b: Tensor<[6]>) => ops.searchsorted(ops.sort(b))),
    row(
      (a: Tensor<[2, 3]>, b: Tensor<[2, 3]>) =>
        ops.searchsorted(ops.sort({ axis: 0 })(a), { axis: 0, side: 'right' })(b),
      m,
      m
    )
  ),
  ...Object.fromEntries(
    (['softmax', 'logSoftmax', 'sparsemax'] as const).map((name) => [
      name,
      rows(...[ops[name], ops[name]({ axis: 0 }), ops[name]({ axis: 1 })].map((f) => whole(f as Any)))
    ])
  ),
  prelu: rows(
    row((slope: Tensor<[]>, a: Tensor<[6]>) => ops.prelu(slope)(a), anySize([]), x),
    row((slope: Tensor<[3]>, a: Tensor<[2, 3]>) => ops.prelu(slope)(a), anySize([3]), m)
  ),
  glu: rows(unary(ops.glu), whole(ops.glu({ axis: 0 }))),
  pow: rows(binary(ops.pow), ...[2, -1, 0.5, 20, 1.7].map((exponent) => unary(ops.pow(exponent)))),
  nanToNum: unary(ops.nanToNum({ posInf: 9, negInf: -9 })),
  clip: rows(
    row((min: Tensor<[6]>, max: Tensor<[]>, a: Tensor<[6]>) => ops.clip({ min, max })(a), x, anySize([]), x),
    unary(ops.clip({ min: -1, max: 1 })),
    unary(ops.clip({ min: -1e-40, max: 1e40 }))
  ),
  polygamma: rows(...[1, 2].map((order) => unary(ops.polygamma(order)))),
  lerp: rows(
    row((end: Tensor<[6]>, weight: Tensor<[6]>, start: Tensor<[6]>) => ops.lerp({ end, weight })(start), x, x, x),
    unary(ops.lerp({ end: 2, weight: 0.25 }))
  ),
  where: row((c: Tensor<[6]>, a: Tensor<[6]>, b: Tensor<[6]>) => ops.where(c, a)(b), bits, x, x),
  matmul: row((b: Tensor<[3, 2]>, a: Tensor<[2, 3]>) => ops.matmul(b)(a), anySize([3, 2]), m),
  dot: binary(ops.dot),
  oneHot: row((k: Tensor<[2]>) => ops.oneHot(3)(k), labels),
  ...ofStructure
}

const comparing = (
  loss: (y: never) => (z: never) => unknown,
  targets = ordinary([2, 3]) as fc.Arbitrary<unknown>,
  outputs: fc.Arbitrary<unknown> = m
) => row((y: never, z: never) => loss(y)(z), targets, outputs)
const zerosAndOnes = tensorOf([2, 3])(fc.constantFrom(0, 1))

/** A layer from a key: applied in both modes, with a state that a step of training left. */
const layer = (
  l: g.nn.Layer<never, never, never, never>,
  x: fc.Arbitrary<unknown> = anySize([4, 3])
): readonly Row[] => {
  const start = l.init(random.key(1)) as { readonly params: never; readonly state: never }
  const train = (k: Key, p: never, s: never, x: never) => l.apply(nn.training(k))(p, s)(x)
  const infer = (p: never, s: never, x: never) => l.apply(nn.inference)(p, s)(x)
  return rows(
    row(train, anyKey, laws.arbitrary.like(start.params), laws.arbitrary.like(start.state, positive), x),
    row(infer, laws.arbitrary.like(start.params), laws.arbitrary.like(start.state, positive), x)
  )
}
const anyLayer = (l: unknown, x?: fc.Arbitrary<unknown>): readonly Row[] => layer(l as never, x)

const model = { layers: [{ weight: g.zeros([2, 2]), bias: g.zeros([2]) }] }
const anyModel = fc.tuple(anySize([2, 2]), anySize([2])).map(([weight, bias]) => ({ layers: [{ weight, bias }] }))

const ofNn: Table = {
  dense: anyLayer(nn.dense({ inputs: 3, outputs: 2, activation: g.tanh })),
  // wide and normal numbers in one batch: a variance of both would be that of the wide ones
  batchNorm: anyLayer(nn.batchNorm({ features: 3 }), ordinary([4, 3])),
  layerNorm: anyLayer(nn.layerNorm({ features: 3 }), ordinary([4, 3])),
  prelu: anyLayer(nn.prelu({ features: 3 }), ordinary([4, 3])),
  dropout: anyLayer(nn.activation([3])(nn.dropout({ keepProbability: 0.7 }))),
  flattenLayer: anyLayer(nn.flattenLayer([3]), anySize([4, 3])),
  residual: anyLayer(nn.residual(nn.dense({ inputs: 3, outputs: 3 })), ordinary([4, 3])),
  sequential: anyLayer(nn.sequential(nn.dense({ inputs: 3, outputs: 2 }), g.relu)),
  stateless: anyLayer(
    nn.stateless({
      name: 'own',
      input: [3],
      output: [3],
      init: () => g.ones([3]),
      apply: (p) => (x) => g.mul(p as never)(x as never)
    })
  ),
  lambda: anyLayer(nn.lambda({ input: [3], output: [3] })((x) => g.square(x))),
  activation: anyLayer(nn.activation([3])(g.sigmoid)),
  walk: row(
    (x: never) =>
      nn.walk(nn.sequential(nn.flattenLayer([3]), g.tanh) as never)(nn.inference)([[]] as never, [[]] as never)(x),
    anySize([4, 3])
  ),
  predict: row(
    (x: never) => nn.predict(nn.lambda({ input: [3], output: [3] })((x) => g.exp(x)))([], [])(x),
    anySize([4, 3])
  ),
  binaryCrossEntropy: comparing(nn.binaryCrossEntropy, zerosAndOnes, shares),
  binaryCrossEntropyWithLogits: comparing(nn.binaryCrossEntropyWithLogits, zerosAndOnes),
  categoricalCrossEntropy: comparing(nn.categoricalCrossEntropy, oneHot, distributions),
  softmaxCrossEntropy: comparing(nn.softmaxCrossEntropy, oneHot),
  sparseSoftmaxCrossEntropy: comparing(nn.sparseSoftmaxCrossEntropy, labels),
  sparseCategoricalCrossEntropy: comparing(nn.sparseCategoricalCrossEntropy, labels, distributions),
  meanSquaredError: comparing(nn.meanSquaredError),
  halfMeanSquaredError: comparing(nn.halfMeanSquaredError),
  meanAbsoluteError: comparing(nn.meanAbsoluteError),
  huber: rows(comparing(nn.huber()), comparing(nn.huber({ delta: 1e-3 }))),
  l1: row(nn.l1({ strength: 0.1, where: () => true }), anyModel),
  l2: row(nn.l2({ strength: 0.1, where: () => true }), anyModel),
  ...Object.fromEntries(
    (
      [
        'constant',
        'normal',
        'uniform',
        'heNormal',
        'heUniform',
        'glorotNormal',
        'glorotUniform',
        'lecunNormal',
        'lecunUniform'
      ] as const
    ).map((name) => {
      const initializer =
        name === 'constant'
          ? nn.constant(0.1)
          : name === 'normal'
            ? nn.normal({ standardDeviation: 0.1 })
            : name === 'uniform'
              ? nn.uniform({ min: 0.1, max: 0.7 })
              : nn[name]
      return [name, row(initializer([5, 4]), anyKey)]
    })
  )
}

/** Three steps of an optimiser, from its beginning: all updates and the last state. */
const steps = (t: GradientTransformation): readonly Row[] =>
  row(
    (p: never, ...gradients: readonly never[]) =>
      gradients.reduce<readonly [readonly unknown[], OptimizerState]>(
        ([updates, state], g) => {
          const [next, after] = t.update(p)(g)(state)
          return [[...updates, next], after]
        },
        [[], t.init(p)]
      ),
    laws.arbitrary.like(model),
    finiteModel,
    finiteModel,
    finiteModel
  )
// an infinite gradient leaves nothing but infinities and NaN, which arrive at different steps
const finiteModel = anyModel.map((p) =>
  params.map(
    (x: Tensor) =>
      g.reshape(x.shape)(g.tensor(g.toFlatArray(x).map((v) => (Number.isFinite(Math.fround(v)) ? v : 1)))) as never
  )(p as never)
)
const rate = { learningRate: 0.1 }
const following = (schedule: Schedule): readonly Row[] => steps(optim.scale(schedule))

const ofOptim: Table = {
  chain: steps(optim.chain(optim.clipByGlobalNorm(1), optim.velocity(), optim.descend(0.1))),
  clipByGlobalNorm: rows(
    steps(optim.clipByGlobalNorm(1)),
    steps(optim.clipByGlobalNorm(1e-40)),
    steps(optim.clipByGlobalNorm(1e40))
  ),
  clipByNorm: steps(optim.clipByNorm(2)),
  clipByParameterNorm: steps(optim.clipByParameterNorm(1e-20)),
  clipByValue: rows(steps(optim.clipByValue(1)), steps(optim.clipByValue(1e-40)), steps(optim.clipByValue(1e40))),
  leafwise: steps(optim.leafwise('sign')(g.sign)),
  velocity: rows(...[{}, { nesterov: true }, { dampening: 0.9 }].map((settings) => steps(optim.velocity(settings)))),
  scaleByAdam: rows(
    steps(optim.scaleByAdam()),
    steps(optim.scaleByAdam({ epsilon: 1e-35 })),
    steps(optim.scaleByAdam({ beta2: 1 - 1e-6 }))
  ),
  scaleByRms: rows(steps(optim.scaleByRms()), steps(optim.scaleByRms({ epsilon: 1e-35 }))),
  scaleByAdagrad: rows(steps(optim.scaleByAdagrad()), steps(optim.scaleByAdagrad({ initialAccumulator: 1e40 }))),
  addWeightDecay: steps(optim.addWeightDecay({ rate: 0.1 })),
  adagrad: steps(optim.adagrad(rate)),
  adam: rows(steps(optim.adam(rate)), steps(optim.adam({ learningRate: 1e-40 }))),
  adamW: steps(optim.adamW(rate)),
  rmsProp: steps(optim.rmsProp(rate)),
  sgd: rows(
    ...[{}, { momentum: 0.9 }, { momentum: 0.9, nesterov: true }, { momentum: 0.9, dampening: 0.9 }].map((settings) =>
      steps(optim.sgd({ ...rate, ...settings }))
    )
  ),
  descend: steps(optim.descend(0.1)),
  scale: rows(
    steps(optim.scale(2)),
    steps(optim.scale(1e-40)),
    steps(optim.scale(-1e20)),
    following((step) => 1 / (1 + step))
  ),
  cosineDecay: following(optim.cosineDecay({ initial: 1, steps: 3 })),
  exponentialDecay: rows(
    ...[false, true].map((staircase) =>
      following(optim.exponentialDecay({ initial: 1, factor: 0.3, every: 2, staircase }))
    )
  ),
  inverseTimeDecay: following(optim.inverseTimeDecay({ initial: 1, rate: 0.3 })),
  polynomialDecay: following(optim.polynomialDecay({ initial: 1, steps: 3, power: 1.5 })),
  join: following(
    optim.join([
      [0, 1],
      [1, () => 0.3]
    ])
  ),
  oneCycle: following(optim.oneCycle({ peak: 1, steps: 3 })),
  warmRestarts: following(optim.warmRestarts({ initial: 1, period: 2 })),
  warmUp: following(optim.warmUp({ steps: 2, then: 0.7 })),
  step: row(
    (p: never, u: never) => optim.step(optim.adam(rate))(p, u, optim.adam(rate).init(p)),
    laws.arbitrary.like(model),
    finiteModel
  )
}

const ofParams: Table = {
  map: row(params.map(g.exp), anyModel),
  mapWithPath: row(
    params.mapWithPath(() => g.tanh),
    anyModel
  ),
  zipWith: row(
    (p: never, q: never) => params.zipWith((a, b) => g.mul(a as never)(b as never) as never)(q)(p),
    anyModel,
    anyModel
  ),
  reduce: row(
    params.reduce(g.scalar(0), (total, x) => g.add(g.sum(x))(total)),
    anyModel
  ),
  tensors: row(params.tensors, anyModel),
  zerosLike: row(params.zerosLike, anyModel),
  add: row((p: never, q: never) => params.add(q)(p), anyModel, anyModel),
  sub: row((p: never, q: never) => params.sub(q)(p), anyModel, anyModel),
  scale: rows(row(params.scale(0.1), anyModel), row(params.scale(1e-20), anyModel)),
  addScaled: row((p: never, q: never) => params.addScaled(0.1)(q)(p), anyModel, anyModel),
  dot: row((p: never, q: never) => params.dot(q)(p), ordinaryModel(), ordinaryModel()),
  norm: row(params.norm, anyModel)
}
function ordinaryModel() {
  return laws.arbitrary.like(model)
}

const alphas = ordinary([5], { min: 0.5, max: 4, avoid: [] })
const ofRandom: Table = {
  bits: row(random.bits([50]), anyKey),
  exponential: row((scale: Tensor<[5]>, k: Key) => random.exponential([5], { scale })(k), alphas, anyKey),
  // away from where they are 0, and single precision has few digits of them
  gumbel: row((scale: Tensor<[5]>, k: Key) => random.gumbel([5], { loc: 20, scale })(k), alphas, anyKey),
  laplace: row((scale: Tensor<[5]>, k: Key) => random.laplace([5], { loc: 200, scale })(k), alphas, anyKey),
  gamma: row((alpha: Tensor<[5]>, k: Key) => random.gamma([5], { alpha, scale: 2 })(k), alphas, anyKey),
  beta: row((alpha: Tensor<[5]>, k: Key) => random.beta([5], { alpha, beta: 2 })(k), alphas, anyKey),
  dirichlet: row((alpha: Tensor<[5]>, k: Key) => random.dirichlet(alpha, [2])(k), alphas, anyKey),
  poisson: row(random.poisson([50], { rate: 3 }), anyKey),
  multinomial: row(random.multinomial([3], { n: 20, probabilities: [0.2, 0.8] }), anyKey),
  uniform: rows(row(random.uniform([50]), anyKey), row(random.uniform([50], { min: -0.7, max: 0.1 }), anyKey)),
  normal: rows(row(random.normal([50]), anyKey), row(random.normal([50], { mean: 3, standardDeviation: 0.1 }), anyKey)),
  truncatedNormal: row(random.truncatedNormal([50]), anyKey),
  bernoulli: row(random.bernoulli(0.3, [50]), anyKey),
  categorical: row(random.categorical([0.2, 0.8], [50]), anyKey),
  randint: row(random.randint([50], { min: -7, max: 1000 }), anyKey),
  permutation: rows(
    row(random.permutation(20), anyKey),
    row((k: Key, rows: Tensor<[5, 2]>) => random.permutation(rows)(k), anyKey, ordinary([5, 2]))
  ),
  choice: rows(
    row(random.choice(20, { count: 5, replace: false }), anyKey),
    row(random.choice(3, { count: 2, replace: false, probabilities: [0.2, 0.3, 0.5] }), anyKey)
  ),
  keys: row((k: Key) => g.vmap(random.uniform([3]))(random.keys(4)(k)), anyKey),
  fromWords: row((k: Key) => random.uniform([3])(random.fromWords(k)), anyKey),
  split: row(
    (k: Key) =>
      random
        .split(2)(k)
        .map((child) => random.uniform([3])(child)),
    anyKey
  ),
  foldIn: row((k: Key) => random.normal([3])(random.foldIn(2 ** 40 + 1)(k)), anyKey)
}

const { linalg } = g
/** Adds to a matrix what makes its diagonal more than all beside it, all its numbers there far from each other. */
const graded = (a: Tensor<[number, number]>): Tensor<[number, number]> => {
  const [m, n] = a.shape
  const by = Array.from({ length: m }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? 20 * (i + 1) : 0)))
  return g.add(g.reshape([m, n])(g.tensor(by)))(a)
}
const [squares, tall, sides] = [ordinary([3, 3]), ordinary([4, 2]), ordinary([3, 2])]
const ofGraded = (f: Any, ...args: readonly fc.Arbitrary<unknown>[]): readonly Row[] =>
  row((a: Tensor<[number, number]>, ...others: readonly never[]) => f(graded(a) as never, ...others), ...args)

const ofLinalg: Table = {
  det: ofGraded(linalg.det, squares),
  slogDet: ofGraded(linalg.slogDet, squares),
  inverse: ofGraded(linalg.inverse, squares),
  solve: rows(
    ...(['general', 'symmetric', 'positive definite'] as const).map((assume) =>
      ofGraded((a: never, b: never) => linalg.solve({ assume })(a)(b), squares, sides)
    )
  ),
  solveTriangular: rows(
    ...[{}, { lower: true }, { transposed: true }].map((settings) =>
      ofGraded((a: never, b: never) => linalg.solveTriangular(settings)(a)(b), squares, sides)
    )
  ),
  cholesky: ofGraded(linalg.cholesky, squares),
  qr: rows(ofGraded(linalg.qr, tall), ofGraded(linalg.qr, ordinary([2, 4]))),
  eigh: ofGraded(linalg.eigh, squares),
  svd: rows(ofGraded(linalg.svd, tall), ofGraded(linalg.svd, ordinary([2, 4]))),
  matrixPower: rows(row(linalg.matrixPower(3), ordinary([2, 2])), ofGraded(linalg.matrixPower(-2), squares)),
  expm: row(linalg.expm, squares),
  pinv: ofGraded(linalg.pinv, tall),
  lstsq: ofGraded((a: never, b: never) => linalg.lstsq(a)(b), tall, ordinary([4]))
}
const pairs = ordinary([3, 4, 2])
const ofFft: Table = {
  fft: rows(row(g.fft.fft, pairs), row(g.fft.fft({ axis: 0, norm: 'ortho' }), pairs)),
  ifft: rows(row(g.fft.ifft, pairs), row(g.fft.ifft({ axis: -2, norm: 'forward' }), pairs)),
  rfft: rows(row(g.fft.rfft, ordinary([2, 5])), row(g.fft.rfft({ axis: 0 }), ordinary([4, 2]))),
  irfft: rows(row(g.fft.irfft, pairs), row(g.fft.irfft({ n: 5, axis: 0, norm: 'ortho' }), pairs))
}

export const exported: readonly (readonly [room: string, module: object, table: Table])[] = [
  ['ops', ops, ofOps],
  ['linalg', linalg, ofLinalg],
  ['nn', nn, ofNn],
  ['optim', optim, ofOptim],
  ['params', params, ofParams],
  ['random', random, ofRandom],
  ['fft', g.fft, ofFft],
  ['transformations', transformations, ofTransformations]
]
