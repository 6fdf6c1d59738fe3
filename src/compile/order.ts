/**
 * Which kernel needs which, and an order in which each comes after what it needs. The order is kept right while needs are
 * added, so that a question about it looks at the kernels between two places and not at all of them.
 *
 * @see Pearce, Kelly, A Dynamic Topological Sort Algorithm for Directed Acyclic Graphs (2006)
 */
export interface Order {
  /** Adds a kernel that needs others, and answers its number: 0, 1, … */
  readonly add: (needed: readonly number[]) => number
  /** Whether a kernel may need others. False where they need it, and where telling would take too long. */
  readonly mayNeed: (kernel: number, others: readonly number[]) => boolean
  /** Makes a kernel need others, which must not need it. */
  readonly need: (kernel: number, others: readonly number[]) => void
  /** All kernels, each after what it needs; otherwise as they were added. */
  readonly sorted: () => readonly number[]
}

/** Most kernels that one query visits, so that compile time stays linear in the length of a program. */
const MOST_SEEN = 512

export const orderOf = (): Order => {
  const needs: Set<number>[] = []
  const neededBy: Set<number>[] = []
  /** The place of each kernel in the order. */
  const place: number[] = []
  /** The last search that came by each kernel. */
  const seenIn: number[] = []
  let searches = 0

  /** Kernels that are reached from one by links, within some places of the order; `null` when there are too many. */
  const reached = (
    from: number,
    links: readonly ReadonlySet<number>[],
    isWithin: (place: number) => boolean,
    most: number
  ): readonly number[] | null => {
    const search = ++searches
    const found = [from]
    seenIn[from] = search
    for (let i = 0; i < found.length; i++)
      for (const next of links[found[i]!]!) {
        if (seenIn[next] === search || !isWithin(place[next]!)) continue
        if (found.length >= most) return null
        seenIn[next] = search
        found.push(next)
      }
    return found
  }
  const neededFrom = (other: number, kernel: number, most: number) => {
    const first = place[kernel]!
    return reached(other, needs, (at) => at >= first, most)
  }
  const needing = (kernel: number, other: number, most: number) => {
    const last = place[other]!
    return reached(kernel, neededBy, (at) => at <= last, most)
  }

  const mayNeedOne = (kernel: number, other: number): boolean => {
    if (other === kernel || place[other]! < place[kernel]!) return true
    const before = neededFrom(other, kernel, MOST_SEEN)
    return before !== null && !before.includes(kernel) && needing(kernel, other, MOST_SEEN) !== null
  }

  /** Puts what another kernel needs, and itself, before a kernel and what needs that. */
  const putBefore = (other: number, kernel: number): void => {
    const byPlace = (a: number, b: number): number => place[a]! - place[b]!
    const before = neededFrom(other, kernel, Infinity)!.toSorted(byPlace)
    const after = needing(kernel, other, Infinity)!.toSorted(byPlace)
    const moved = [...before, ...after]
    const places = moved.map((one) => place[one]!).toSorted((a, b) => a - b)
    moved.forEach((one, i) => {
      place[one] = places[i]!
    })
  }

  const need = (kernel: number, others: readonly number[]): void => {
    for (const other of others) {
      if (other === kernel || needs[kernel]!.has(other)) continue
      if (place[other]! > place[kernel]!) putBefore(other, kernel)
      needs[kernel]!.add(other)
      neededBy[other]!.add(kernel)
    }
  }

  return {
    add: (needed) => {
      const kernel = place.push(place.length) - 1
      needs.push(new Set())
      neededBy.push(new Set())
      seenIn.push(0)
      need(kernel, needed)
      return kernel
    },
    mayNeed: (kernel, others) => others.every((other) => mayNeedOne(kernel, other)),
    need,
    sorted: () => {
      const order: number[] = []
      const isDone = place.map(() => false)
      // with a stack of its own, since a chain of needs may be longer than the call stack
      place.forEach((_, first) => {
        const stack = [first]
        while (stack.length > 0) {
          const kernel = stack[stack.length - 1]!
          const open = isDone[kernel]! ? [] : [...needs[kernel]!].filter((other) => !isDone[other]!)
          if (open.length > 0) {
            stack.push(Math.min(...open))
            continue
          }
          stack.pop()
          if (isDone[kernel]!) continue
          isDone[kernel] = true
          order.push(kernel)
        }
      })
      return order
    }
  }
}
