import { asLayer } from '../nn/layers/subject.ts'
import { asTransformation } from '../optim/leafwise.ts'
import { asArray, asFunction, asNumber, asRecord, checkKnown } from '../tensor/given.ts'
import type { Shape } from '../tensor/shape.ts'
import { type Judged, type Problem, problemParts, type State, type Task } from './state.ts'

/** Checks of problems and states that come from outside the type system, made where they are handed over. */

/** The model, the loss and what may stand beside them. */
export const asTask = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  what: string,
  problem: Omit<Problem<P, St, I, O, T>, 'optimizer'>
): Judged => {
  const { model, loss, penalty, metrics } = asRecord(what, 'a problem { model, loss, optimizer }', problem)
  asLayer(`${what}: model`, model)
  asFunction(`${what}: loss`, loss)
  checkKnown(`${what}: the problem`, problem, problemParts)
  if (penalty !== undefined) asFunction(`${what}: penalty`, penalty)
  Object.entries(metrics === undefined ? {} : asRecord(`${what}: metrics`, 'a record of metrics', metrics)).forEach(
    ([name, metric]) => asFunction(`${what}: metric ${name}`, metric)
  )
  return problem as unknown as Judged
}

/** The same with an optimiser. */
export const asProblem = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  what: string,
  problem: Problem<P, St, I, O, T>
): Task => {
  const { optimizer } = asRecord(what, 'a problem { model, loss, optimizer }', problem)
  asTask(what, problem)
  asTransformation(`${what}: optimizer`, optimizer)
  return problem as unknown as Task
}

/** The state, or an error that says what was given instead. */
export const asState = (what: string, state: State): State => {
  const { epoch, step, history } = asRecord(what, 'a state such as train.start gives', state)
  asNumber(`${what}: epoch of the state`, epoch)
  asNumber(`${what}: step of the state`, step)
  asArray(`${what}: history of the state`, 'an array', history)
  return state
}
