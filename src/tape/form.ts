import { isKey, type Key, traceOf } from '../random/key.ts'
import { apply } from './apply.ts'
import { type Dims, sameDims, showDims } from '../tensor/dims.ts'
import { fail, showGiven } from '../tensor/errors.ts'
import { dimsOf, isTensor, type Tensor } from '../tensor/tensor.ts'
import { recordOf } from '../tree/tree.ts'
import { sameKey, wordsOf } from './keys.ts'

/**
 * What a function is called with: tensors and keys in any nesting of records and arrays, and whatever else it takes, which
 * is part of what is compiled for. A key is a tensor of its two words.
 */
export type Form =
  | { readonly _tag: 'Tensor'; readonly dims: Dims }
  | { readonly _tag: 'Key' }
  | { readonly _tag: 'Static'; readonly value: unknown }
  | { readonly _tag: 'List'; readonly items: readonly Form[] }
  | { readonly _tag: 'Record'; readonly keys: readonly string[]; readonly items: readonly Form[] }

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** Depth limit; a cyclic value never ends. */
const DEEPEST = 500

/**
 * A form, and the tensors of a value in order; `onKey` tells what becomes of a key, `null` when the value is not a key.
 */
const formWith = (onKey: (value: unknown, tensors: Tensor[]) => Form | null) => {
  const formOf = (what: string, value: unknown, tensors: Tensor[], depth = 0): Form => {
    if (isTensor(value)) {
      tensors.push(value)
      return { _tag: 'Tensor', dims: dimsOf(value) }
    }
    if (depth > DEEPEST)
      return fail('TreeError', `${what}: an argument has no end: it is nested too deeply, or holds itself`)
    if (Array.isArray(value))
      return { _tag: 'List', items: value.map((item) => formOf(what, item, tensors, depth + 1)) }
    if (!isRecord(value)) return { _tag: 'Static', value }
    const key = onKey(value, tensors)
    if (key !== null) return key
    const keys = Object.keys(value)
    return { _tag: 'Record', keys, items: keys.map((name) => formOf(what, value[name], tensors, depth + 1)) }
  }
  return formOf
}

/** The words of a key, or of one that is being traced; `null` for any other value. */
const wordsIn = (value: unknown): Tensor | null =>
  traceOf(value as Key)?.words ?? (isKey(value) ? wordsOf(value) : null)

/** The form of arguments, and their tensors in order. */
export const formOf = formWith((value, tensors) => {
  const words = wordsIn(value)
  if (words === null) return null
  tensors.push(words)
  return { _tag: 'Key' }
})

/** The form of what a traced function gives: a key that does not depend on the arguments is part of the program. */
export const resultFormOf = formWith((value, tensors) => {
  const words = traceOf(value as Key)?.words
  if (words === undefined) return isKey(value) ? { _tag: 'Static', value } : null
  tensors.push(apply(sameKey, {}, [words]))
  return { _tag: 'Key' }
})

/** Whether a value has a form; its tensors are added to the list as far as it has. */
export const matches = (form: Form, value: unknown, tensors: Tensor[]): boolean => {
  switch (form._tag) {
    case 'Tensor':
      if (!isTensor(value) || !sameDims(dimsOf(value), form.dims)) return false
      tensors.push(value)
      return true
    case 'Key': {
      const words = wordsIn(value)
      if (words === null) return false
      tensors.push(words)
      return true
    }
    case 'Static':
      return Object.is(value, form.value) && !isTensor(value)
    case 'List': {
      const { items } = form
      if (!Array.isArray(value) || value.length !== items.length) return false
      for (let i = 0; i < items.length; i++) if (!matches(items[i]!, value[i], tensors)) return false
      return true
    }
    case 'Record': {
      const { keys, items } = form
      if (isTensor(value) || !isRecord(value)) return false
      let count = 0
      for (const key in value) {
        if (keys[count] !== key) return false
        count++
      }
      if (count !== keys.length) return false
      for (let i = 0; i < items.length; i++) if (!matches(items[i]!, value[keys[i]!], tensors)) return false
      return true
    }
  }
}

/** A value of a form, with other tensors in the place of its own, and keys made of tensors. */
export const rebuilt = (form: Form, tensors: readonly Tensor[], keyOf: (words: Tensor) => Key): unknown => {
  let next = 0
  const build = (node: Form): unknown => {
    switch (node._tag) {
      case 'Tensor':
        return tensors[next++]
      case 'Key':
        return keyOf(tensors[next++]!)
      case 'Static':
        return node.value
      case 'List':
        return node.items.map(build)
      case 'Record':
        return recordOf(node.keys, (i) => build(node.items[i]!))
    }
  }
  return build(form)
}

/** Where a value is not of a form, and what it should be. */
export interface FormFault {
  readonly path: string
  readonly expected: string
  readonly found: string
}

const show = (form: Form): string => {
  switch (form._tag) {
    case 'Tensor':
      return `a tensor of shape ${showDims(form.dims)}`
    case 'Key':
      return 'a key'
    case 'Static':
      return showGiven(form.value)
    case 'List':
      return `an array of ${form.items.length}`
    case 'Record':
      return form.keys.length === 0 ? 'an empty record' : `a record of ${form.keys.join(', ')}`
  }
}

/**
 * The tensors of a value that must have a form, added to the list in the form's order, so that two records whose keys were
 * written in another order still match. Answers the first place where it has not; `null` where it has.
 */
export const faultIn = (form: Form, value: unknown, path: string, tensors: Tensor[]): FormFault | null => {
  const among = (steps: readonly string[], items: readonly Form[], own: readonly unknown[]): FormFault | null => {
    for (let i = 0; i < items.length; i++) {
      const fault = faultIn(items[i]!, own[i], `${path}${steps[i]!}`, tensors)
      if (fault !== null) return fault
    }
    return null
  }
  if (form._tag === 'List' && Array.isArray(value) && value.length === form.items.length)
    return among(
      form.items.map((_, i) => `[${i}]`),
      form.items,
      value
    )
  if (form._tag === 'Record' && isRecord(value) && !isTensor(value)) {
    const keys = Object.keys(value)
    if (keys.length === form.keys.length && form.keys.every((key) => Object.hasOwn(value, key)))
      return among(
        form.keys.map((key) => `.${key}`),
        form.items,
        form.keys.map((key) => value[key])
      )
  }
  return (form._tag === 'Tensor' || form._tag === 'Key' || form._tag === 'Static') && matches(form, value, tensors)
    ? null
    : { path, expected: show(form), found: show(formOf('scan', value, [])) }
}
