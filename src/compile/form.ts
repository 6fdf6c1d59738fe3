import { type Dims, sameDims } from '../tensor/dims.ts'
import { dimsOf, isTensor, type Tensor } from '../tensor/tensor.ts'

/**
 * What a function is called with: tensors in any nesting of records and arrays, and whatever else it takes, which is part of
 * what is compiled for.
 */
export type Form =
  | { readonly _tag: 'Tensor'; readonly dims: Dims }
  | { readonly _tag: 'Static'; readonly value: unknown }
  | { readonly _tag: 'List'; readonly items: readonly Form[] }
  | { readonly _tag: 'Record'; readonly keys: readonly string[]; readonly items: readonly Form[] }

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** The form of arguments, and their tensors in order. */
export const formOf = (value: unknown, tensors: Tensor[]): Form => {
  if (isTensor(value)) {
    tensors.push(value)
    return { _tag: 'Tensor', dims: dimsOf(value) }
  }
  if (Array.isArray(value)) return { _tag: 'List', items: value.map((item) => formOf(item, tensors)) }
  if (!isRecord(value)) return { _tag: 'Static', value }
  const keys = Object.keys(value)
  return { _tag: 'Record', keys, items: keys.map((key) => formOf(value[key], tensors)) }
}

/** Whether a value has a form; its tensors are added to the list as far as it has. */
export const matches = (form: Form, value: unknown, tensors: Tensor[]): boolean => {
  switch (form._tag) {
    case 'Tensor':
      if (!isTensor(value) || !sameDims(dimsOf(value), form.dims)) return false
      tensors.push(value)
      return true
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

/** A value of a form, with other tensors in the place of its own. */
export const rebuilt = (form: Form, tensors: readonly Tensor[]): unknown => {
  let next = 0
  const build = (node: Form): unknown => {
    switch (node._tag) {
      case 'Tensor':
        return tensors[next++]
      case 'Static':
        return node.value
      case 'List':
        return node.items.map(build)
      case 'Record': {
        const record: Record<string, unknown> = {}
        node.keys.forEach((key, i) => {
          // a key named __proto__ is data like any other
          if (key === '__proto__')
            Object.defineProperty(record, key, {
              value: build(node.items[i]!),
              configurable: true,
              enumerable: true,
              writable: true
            })
          else record[key] = build(node.items[i]!)
        })
        return record
      }
    }
  }
  return build(form)
}
