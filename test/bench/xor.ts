/** A train step of 2-4-1 on the four examples of exclusive or: inside `fit`, by itself, without a program, by hand. */
import { compile, data, toFlatArray, toNumber, train } from '../../src/index.ts'
import { binaryCrossEntropy, layerByHand, stepByHand } from './byHand.ts'
import { duration, mustAgree, rate, ratio, type Workload } from './figure.ts'
import { measure } from './measure.ts'
import { fitter, stepper, xorProblem } from './problems.ts'

const xor = xorProblem()
const whole = { batchSize: 4, shuffle: false, compile: true }

/** A program of one step: records in, new records out, the loss read. */
const compiledSteps = () => {
  const { problem, start } = xor
  const step = train.step(problem)(data.xor)
  type Learned = Pick<typeof start, 'params' | 'optimizerState'>
  const program = compile(({ params, optimizerState }: Learned) => {
    const { state, loss } = step({ ...start, params, optimizerState })
    return { learned: { params: state.params, optimizerState: state.optimizerState }, loss }
  })
  let learned: Learned = { params: start.params, optimizerState: start.optimizerState }
  return (times: number): number => {
    let loss = NaN
    for (let i = 0; i < times; i++) {
      const next = program(learned)
      learned = next.learned
      loss = toNumber(next.loss)
    }
    return loss
  }
}

const stepsByHand = () => {
  const [hidden, last] = xor.start.params
  const step = stepByHand(
    {
      inputs: 2,
      units: 4,
      outputs: 1,
      hidden: layerByHand(hidden),
      last: layerByHand(last)
    },
    binaryCrossEntropy,
    0.5,
    4
  )
  const [x, y] = [Float64Array.from(toFlatArray(data.xor.inputs)), Float64Array.from(toFlatArray(data.xor.targets))]
  return (times: number): number => {
    let loss = NaN
    for (let i = 0; i < times; i++) loss = step(x, y, 4)
    return loss
  }
}

const ways = {
  'grad-ts fit': () => fitter(xor, data.xor, whole),
  'grad-ts fit, shuffled': () => fitter(xor, data.xor, { ...whole, shuffle: true }),
  'grad-ts step': compiledSteps,
  'by hand': stepsByHand
}

export const steps: Workload = {
  name: 'W1',
  what: 'a train step of 2-4-1 on the 4 examples of exclusive or, the loss read',
  *run() {
    const check = stepper(xor, data.xor)(50)
    for (const [variant, make] of Object.entries(ways)) {
      // the order of the examples is lost in the last bits
      mustAgree(variant, make()(50), check, 1e-9)
      yield rate('W1', 'steps/s')(variant, 1, measure(make()), check)
    }
  }
}

export const eagerSteps: Workload = {
  name: 'xor',
  what: 'the step of W1 without a program',
  *run() {
    mustAgree('xor', stepper(xor, data.xor)(50), stepsByHand()(50))
    const [own, byHand] = [measure(stepper(xor, data.xor)), measure(stepsByHand())]
    yield duration('xor', 'µs/step', 1e-6)('grad-ts', own)
    yield duration('xor', 'µs/step', 1e-6)('by hand', byHand)
    yield ratio('xor', 'grad-ts / by hand', own, byHand)
  }
}
