import { type Dims, sameDims, showDims } from '../tensor/dims.ts'
import { fail, showGiven } from '../tensor/errors.ts'
import { dimsOf, isTensor, type Tensor } from '../tensor/tensor.ts'
import { recordOf } from '../tree/tree.ts'

/**
 * The signature of a function's arguments: tensors in any nesting of records and arrays, and static values of any
 * other kind. `compile` traces once per signature.
 */
export type Signature =
  | { readonly _tag: 'Tensor'; readonly dims: Dims }
  | { readonly _tag: 'Static'; readonly value: unknown }
  | { readonly _tag: 'List'; readonly items: readonly Signature[] }
  | { readonly _tag: 'Record'; readonly keys: readonly string[]; readonly items: readonly Signature[] }

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** Depth limit; a cyclic value never ends. */
const DEEPEST = 500

/** The signature of a value, and its tensors in order. */
export const signatureOf = (what: string, value: unknown, tensors: Tensor[], depth = 0): Signature => {
  if (isTensor(value)) {
    tensors.push(value)
    return { _tag: 'Tensor', dims: dimsOf(value) }
  }
  if (depth > DEEPEST)
    return fail('TreeError', `${what}: an argument is nested more than ${DEEPEST} levels deep, or contains itself`)
  if (Array.isArray(value))
    return { _tag: 'List', items: value.map((item) => signatureOf(what, item, tensors, depth + 1)) }
  if (!isRecord(value)) return { _tag: 'Static', value }
  const keys = Object.keys(value)
  return { _tag: 'Record', keys, items: keys.map((name) => signatureOf(what, value[name], tensors, depth + 1)) }
}

/** Whether a value has a signature; its tensors are appended to the list as far as it does. */
export const matches = (signature: Signature, value: unknown, tensors: Tensor[]): boolean => {
  switch (signature._tag) {
    case 'Tensor':
      if (!isTensor(value) || !sameDims(dimsOf(value), signature.dims)) return false
      tensors.push(value)
      return true
    case 'Static':
      return Object.is(value, signature.value) && !isTensor(value)
    case 'List': {
      const { items } = signature
      if (!Array.isArray(value) || value.length !== items.length) return false
      for (let i = 0; i < items.length; i++) if (!matches(items[i]!, value[i], tensors)) return false
      return true
    }
    case 'Record': {
      const { keys, items } = signature
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

/** A value of a signature from its tensors in order. */
export const unflatten = (signature: Signature, tensors: readonly Tensor[]): unknown => {
  let next = 0
  const build = (node: Signature): unknown => {
    switch (node._tag) {
      case 'Tensor':
        return tensors[next++]
      case 'Static':
        return node.value
      case 'List':
        return node.items.map(build)
      case 'Record':
        return recordOf(node.keys, (i) => build(node.items[i]!))
    }
  }
  return build(signature)
}

/** Where a value does not have a signature, and what was expected there. */
export interface SignatureFault {
  readonly path: string
  readonly expected: string
  readonly found: string
}

const show = (signature: Signature): string => {
  switch (signature._tag) {
    case 'Tensor':
      return `a tensor of shape ${showDims(signature.dims)}`
    case 'Static':
      return showGiven(signature.value)
    case 'List':
      return `an array of ${signature.items.length}`
    case 'Record':
      return signature.keys.length === 0 ? 'an empty record' : `a record of ${signature.keys.join(', ')}`
  }
}

/**
 * Appends the tensors of a value that must have a signature, in the signature's order, so that records with their keys in
 * another order still match. Returns the first place where it does not, or `null`.
 */
export const faultIn = (
  signature: Signature,
  value: unknown,
  path: string,
  tensors: Tensor[]
): SignatureFault | null => {
  const among = (
    steps: readonly string[],
    items: readonly Signature[],
    own: readonly unknown[]
  ): SignatureFault | null => {
    for (let i = 0; i < items.length; i++) {
      const fault = faultIn(items[i]!, own[i], `${path}${steps[i]!}`, tensors)
      if (fault !== null) return fault
    }
    return null
  }
  if (signature._tag === 'List' && Array.isArray(value) && value.length === signature.items.length)
    return among(
      signature.items.map((_, i) => `[${i}]`),
      signature.items,
      value
    )
  if (signature._tag === 'Record' && isRecord(value) && !isTensor(value)) {
    const keys = Object.keys(value)
    if (keys.length === signature.keys.length && signature.keys.every((key) => Object.hasOwn(value, key)))
      return among(
        signature.keys.map((key) => `.${key}`),
        signature.items,
        signature.keys.map((key) => value[key])
      )
  }
  return (signature._tag === 'Tensor' || signature._tag === 'Static') && matches(signature, value, tensors)
    ? null
    : { path, expected: show(signature), found: show(signatureOf('scan', value, [])) }
}
