import type { Lanes } from './lanes.ts'
import { type Lines, overLines, stepOf } from './lines.ts'
import { countdown } from './nest.ts'
import { loadVector, storeVector } from './vector.ts'
import { assign, i32, local, type Statement, type Value } from './wasm.ts'

/** The linear recurrence `yᵢ = aᵢ · yᵢ₋₁ + bᵢ` along an axis. */
export interface Recurrence extends Lines {
  /** The address of the factors, or one number for all of them. */
  readonly factors: { readonly address: number } | { readonly value: number }
  /** Whether a factor is that of the element before. */
  readonly lagged: boolean
  readonly terms: number
  readonly to: number
}

export const recurrence = (l: Lanes, whole: Recurrence): readonly Statement[] =>
  overLines(l, whole, ({ at, lanes }) => {
    const { along, factors, lagged, terms, to } = whole
    const place = local('i32')
    const ys = lanes.map(() => local('v128'))
    const before = local('i32')
    const read = (address: number, v: number, at = place): Value => loadVector(l, at, address + v * 16, 1, lanes[v]!)
    const scaled = (v: number): Value =>
      'address' in factors
        ? l.mul(read(factors.address, v, lagged ? before : place), ys[v]!)
        : factors.value === 1
          ? ys[v]!
          : l.mul(l.constant(factors.value), ys[v]!)
    const step = (valueOf: (v: number) => Value): Statement => {
      const values = lanes.map((_, v) => valueOf(v))
      return {
        _tag: 'Step',
        sets: ys.map((y, v) => [y, values[v]!] as const),
        effects: values.flatMap((value, v) => storeVector(l, place, value, to + v * 16, 1, lanes[v]!))
      }
    }
    return [
      assign([place, at]),
      step((v) => read(terms, v)),
      ...(along === 1
        ? []
        : countdown(along - 1, [
            assign([before, place], [place, i32.add(place, i32.constant(stepOf(l, whole)))]),
            step((v) => l.add(scaled(v), read(terms, v)))
          ]))
    ]
  })
