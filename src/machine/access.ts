/**
 * Where a loop nest reads or writes: an address, and how many elements further each loop's next turn is. A stride of 0 is an
 * operand that a loop repeats. Before memory is planned, `At` is a relative address.
 */
export interface Access<At = number> {
  /** In bytes. */
  readonly address: At
  /** In elements, one for each loop, the outermost first. */
  readonly strides: readonly number[]
}

/** The same access at the address that its place turns out to have. */
export const resolved =
  <A, B>(addressOf: (place: A) => B) =>
  ({ address, strides }: Access<A>): Access<B> => ({ address: addressOf(address), strides })

/** Loops of one length each, the outermost first, with the accesses made in them. */
export interface Nest {
  readonly dims: readonly number[]
  readonly accesses: readonly Access[]
}

/**
 * The same nest in as few loops as possible: loops of one turn are dropped, and two become one where every access goes on
 * from the end of the inner one to the next turn of the outer one.
 */
export const collapse = ({ dims, accesses }: Nest): Nest => {
  const kept = dims.flatMap((n, d) => (n === 1 ? [] : [d]))
  const merges = (outer: number, inner: number): boolean =>
    accesses.every(({ strides }) => strides[outer] === strides[inner]! * dims[inner]!)
  // each group of neighbours that go on from one another becomes one loop, with the strides of its innermost
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
