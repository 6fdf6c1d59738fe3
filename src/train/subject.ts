import * as kinds from '../kinds/index.ts'
import { layerKind } from '../nn/layers/subject.ts'
import { transformationKind } from '../optim/leafwise.ts'
import { checkKnown } from '../tensor/given.ts'
import type { Shape } from '../tensor/shape.ts'
import { type Judged, type Problem, problemParts, type Task } from './state.ts'

/** Checks of problems and states that come from outside the type system, made where they are handed over. */

const whole = 'a problem { model, loss, optimizer }'

const task = kinds.record(whole, {
  model: layerKind,
  loss: kinds.anyFunction,
  penalty: [kinds.anyFunction, undefined],
  metrics: [kinds.recordOf(kinds.anyFunction, 'a record of metrics'), undefined]
})

export const batchKind = kinds.record('a batch { inputs, targets }', {})

const withOptimizer = kinds.record(whole, { optimizer: transformationKind })

/** The model, the loss and what may stand beside them. */
export const asTask = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  what: string,
  problem: Omit<Problem<P, St, I, O, T>, 'optimizer'>
): Judged => {
  kinds.mustBe(task, `${what}: problem`, problem)
  checkKnown(`${what}: the problem`, problem, problemParts)
  return problem as unknown as Judged
}

/** The same with an optimiser. */
export const asProblem = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  what: string,
  problem: Problem<P, St, I, O, T>
): Task => {
  kinds.mustBe(withOptimizer, `${what}: problem`, asTask(what, problem))
  return problem as unknown as Task
}

export const stateKind = kinds.record('a state such as train.start gives', {
  epoch: kinds.anyNumber,
  step: kinds.anyNumber,
  history: kinds.list()
})
