/**
 * A strided memory access of a loop nest: a base address and one stride per loop. A stride of 0 broadcasts the operand
 * along that loop. Before memory is planned, `At` is a relative address.
 */
export interface Access<At = number> {
  /** In bytes. */
  readonly address: At
  /** In elements, one per loop, outermost first. */
  readonly strides: readonly number[]
}

/** The access with its relative address resolved. */
export const resolved =
  <A, B>(addressOf: (place: A) => B) =>
  ({ address, strides }: Access<A>): Access<B> => ({ address: addressOf(address), strides })

/** The trip counts of nested loops, outermost first, and the accesses of the innermost body. */
export interface Nest {
  readonly dims: readonly number[]
  readonly accesses: readonly Access[]
}

/**
 * Loop collapsing: drops loops of one iteration, and merges two neighbouring loops where every access is contiguous
 * across them (outer stride = inner stride · inner length).
 */
export const collapse = ({ dims, accesses }: Nest): Nest => {
  const kept = dims.flatMap((n, d) => (n === 1 ? [] : [d]))
  const merges = (outer: number, inner: number): boolean =>
    accesses.every(({ strides }) => strides[outer] === strides[inner]! * dims[inner]!)
  // each run of mergeable neighbours becomes one loop, with the strides of its innermost
  const groups = kept.reduce<readonly (readonly number[])[]>((done, d) => {
    const last = done[done.length - 1]
    return last !== undefined && merges(last[last.length - 1]!, d)
      ? [...done.slice(0, -1), [...last, d]]
      : [...done, [d]]
  }, [])
  return {
    dims: groups.map((group) => group.reduce((n, d) => n * dims[d]!, 1)),
    accesses: accesses.map(({ address, strides }) => ({
      address,
      strides: groups.map((group) => strides[group[group.length - 1]!]!)
    }))
  }
}
