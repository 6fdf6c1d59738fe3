import { fail, showGiven } from '../tensor/errors.ts'
import { asArray, asFunction, asRecord, asText } from '../tensor/given.ts'
import type { Dims } from '../tensor/dims.ts'
import type { AnyLayer, Mode } from './layer.ts'

/** Checks of models and modes that come from outside the type system, made where they are handed over. */

const isDims = (dims: Dims): boolean => Array.isArray(dims) && dims.every((n) => Number.isInteger(n) && n >= 0)

/** The layer, or an error that says what was given instead. */
export const asLayer = <L extends AnyLayer>(what: string, value: L): L => {
  const layer = asRecord(what, 'a layer such as nn.dense gives', value) as L & { readonly apply?: unknown }
  const { name, input, output, init, apply, parts } = layer
  asText(`${what}: name of the layer`, name)
  asFunction(`${what}: init of the layer`, init)
  asFunction(`${what}: apply of the layer`, apply)
  if (parts !== undefined) asArray(`${what}: parts of the layer`, 'an array of parts', parts)
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
    : fail('ValueError', `${what}: needs a mode, nn.infer or nn.train(key), got ${showGiven(mode)}`)
