import * as kinds from '../../kinds/index.ts'
import { fail, showGiven } from '../../tensor/errors.ts'
import { isTensor } from '../../tensor/tensor.ts'
import type { Mode, Part } from './layer.ts'

/** Kinds of models and modes, looked at where they are handed over. */

const path = kinds.kind<Part['params']>('a path or null', (value) => value === null || Array.isArray(value))
const part = kinds.record('a part { name, params, state, apply }', {
  name: kinds.text,
  params: path,
  state: path,
  apply: kinds.anyFunction
})

export const layerKind = kinds.record('a layer such as nn.dense gives', {
  name: kinds.name,
  input: kinds.shape,
  output: kinds.shape,
  init: kinds.anyFunction,
  apply: kinds.anyFunction,
  parts: [kinds.listOf(part, 'an array of parts'), undefined]
})

/** What `init` of a layer gives. */
export const initialKind = kinds.record('{ params, state }', {})

const tagged = kinds.record('a mode', { _tag: kinds.oneOf('Infer', 'Train') })

export const modeKind = kinds.kind<Mode>('a mode, nn.inference or nn.training(key)', tagged.holds)

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
