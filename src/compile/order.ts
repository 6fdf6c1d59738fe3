/**
 * A dependency graph of kernels with an incrementally maintained topological order, so that a reachability query visits
 * only the kernels between two ranks.
 *
 * @see Pearce, Kelly, A Dynamic Topological Sort Algorithm for Directed Acyclic Graphs (2006)
 */
export interface Order {
  /** Adds a kernel that depends on others, and gives its number: 0, 1, … */
  readonly add: (needed: readonly number[]) => number
  /** Whether a kernel can depend on others without a cycle; also false where the query would take too long. */
  readonly canDependOn: (kernel: number, others: readonly number[]) => boolean
  /** Adds dependencies of a kernel, which must not close a cycle. */
  readonly addDependencies: (kernel: number, others: readonly number[]) => void
  /** A topological order of all kernels, otherwise as they were added. */
  readonly sorted: () => readonly number[]
}

/** The most kernels that a query visits, so that compile time stays linear in the length of a program. */
const MAX_VISITED = 512

export const orderOf = (): Order => {
  const dependencies: Set<number>[] = []
  const dependents: Set<number>[] = []
  /** The rank of each kernel in the order. */
  const rank: number[] = []
  /** The last search that visited each kernel. */
  const visitedIn: number[] = []
  let searches = 0

  /** Kernels reachable from one over links, within a range of ranks; `null` when there are more than `most`. */
  const reached = (
    from: number,
    links: readonly ReadonlySet<number>[],
    isInRange: (rank: number) => boolean,
    most: number
  ): readonly number[] | null => {
    const search = ++searches
    const found = [from]
    visitedIn[from] = search
    for (let i = 0; i < found.length; i++)
      for (const next of links[found[i]!]!) {
        if (visitedIn[next] === search || !isInRange(rank[next]!)) continue
        if (found.length >= most) return null
        visitedIn[next] = search
        found.push(next)
      }
    return found
  }
  const ancestorsWithin = (other: number, kernel: number, most: number) => {
    const first = rank[kernel]!
    return reached(other, dependencies, (at) => at >= first, most)
  }
  const descendantsWithin = (kernel: number, other: number, most: number) => {
    const last = rank[other]!
    return reached(kernel, dependents, (at) => at <= last, most)
  }

  const canDependOnOne = (kernel: number, other: number): boolean => {
    if (other === kernel || rank[other]! < rank[kernel]!) return true
    const before = ancestorsWithin(other, kernel, MAX_VISITED)
    return before !== null && !before.includes(kernel) && descendantsWithin(kernel, other, MAX_VISITED) !== null
  }

  /** Moves a kernel and its ancestors before another kernel and its descendants. */
  const reorder = (other: number, kernel: number): void => {
    const byPlace = (a: number, b: number): number => rank[a]! - rank[b]!
    const before = ancestorsWithin(other, kernel, Infinity)!.toSorted(byPlace)
    const after = descendantsWithin(kernel, other, Infinity)!.toSorted(byPlace)
    const moved = [...before, ...after]
    const places = moved.map((one) => rank[one]!).toSorted((a, b) => a - b)
    moved.forEach((one, i) => {
      rank[one] = places[i]!
    })
  }

  const addDependencies = (kernel: number, others: readonly number[]): void => {
    for (const other of others) {
      if (other === kernel || dependencies[kernel]!.has(other)) continue
      if (rank[other]! > rank[kernel]!) reorder(other, kernel)
      dependencies[kernel]!.add(other)
      dependents[other]!.add(kernel)
    }
  }

  return {
    add: (needed) => {
      const kernel = rank.push(rank.length) - 1
      dependencies.push(new Set())
      dependents.push(new Set())
      visitedIn.push(0)
      addDependencies(kernel, needed)
      return kernel
    },
    canDependOn: (kernel, others) => others.every((other) => canDependOnOne(kernel, other)),
    addDependencies,
    sorted: () => {
      const order: number[] = []
      const isDone = rank.map(() => false)
      // an explicit stack: a chain of dependencies may be longer than the call stack
      rank.forEach((_, first) => {
        const stack = [first]
        while (stack.length > 0) {
          const kernel = stack[stack.length - 1]!
          const open = isDone[kernel]! ? [] : [...dependencies[kernel]!].filter((other) => !isDone[other]!)
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
