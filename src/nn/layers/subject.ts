import * as kinds from '../../kinds/index.ts'
import { fail, showGiven } from '../../tensor/errors.ts'
import { asRecord } from '../../tensor/given.ts'
import { isDims } from '../../tensor/dims.ts'
import { isTensor } from '../../tensor/tensor.ts'
import type { AnyLayer, Mode, Part } from './layer.ts'

/** Checks of models and modes that come from outside the type system, made where they are handed over. */

const method = kinds.callable()
const isPath = (value: unknown): boolean => value === null || Array.isArray(value)
const part = kinds.kind<Part>('a part { name, params, state, apply }', (value) => {
  if (typeof value !== 'object' || value === null) return false
  const { name, params, state, apply } = value as Partial<Part>
  return kinds.text.holds(name) && isPath(params) && isPath(state) && method.holds(apply)
})
const someParts = kinds.listOf(part, 'an array of parts')

/** The layer, or an error that says what was given instead. */
export const asLayer = <L extends AnyLayer>(what: string, value: L): L => {
  const layer = asRecord(what, 'a layer such as nn.dense gives', value) as L & { readonly apply?: unknown }
  const { name, input, output, init, apply, parts } = layer
  kinds.mustBe(kinds.name, `${what}: name of the layer`, name)
  kinds.mustBe(method, `${what}: init of the layer`, init)
  kinds.mustBe(method, `${what}: apply of the layer`, apply)
  if (parts !== undefined) kinds.mustBe(someParts, `${what}: parts of the layer`, parts)
  return isDims(input) && isDims(output)
    ? value
    : fail(
        'ValueError',
        `${what}: input and output of the layer must be shapes, got ${showGiven(input)} and ${showGiven(output)}`
      )
}

/** The mode, or an error that says what was given instead. */
export const asMode = (what: string, mode: Mode): Mode =>
  // both tags are asked for, as the type promises more than a caller without types keeps
  typeof (mode as unknown) === 'object' &&
  (mode as unknown) !== null &&
  (mode._tag === 'Infer' || (mode._tag as unknown) === 'Train')
    ? mode
    : fail('ValueError', `${what}: needs a mode, nn.inference or nn.training(key), got ${showGiven(mode)}`)

const gives = (name: string, value: unknown): never =>
  fail(
    'ValueError',
    `${name}: apply must give a function of parameters and state, that one a function of the input, and that one a pair, ` +
      `[output, state]; one of them is ${showGiven(value)}`
  )

/** What a layer gave: its output, and its state after it. */
export const outcome = <A extends readonly [unknown, unknown]>(name: string, made: A): A =>
  Array.isArray(made) && (made.length as number) === 2 && isTensor(made[0]) ? made : gives(name, made)

/** A layer in a mode, with its parameters and its state, as a function of its input. */
export const running = <P, St, F>(name: string, inMode: (params: P, state: St) => F, params: P, state: St): F => {
  if (typeof (inMode as unknown) !== 'function') return gives(name, inMode)
  const run = inMode(params, state)
  return typeof run === 'function' ? run : gives(name, run)
}
