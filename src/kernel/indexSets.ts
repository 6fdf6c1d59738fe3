/**
 * Sets of indices, one for each element of a tensor. Elements that have the same set share it, so that a sum of all
 * elements that is broadcast again costs one set.
 */

/** Different numbers, in increasing order. */
export type IndexSet = readonly number[]

const none: IndexSet = []

/** An empty set for each of some elements. */
export const noSets = (count: number): readonly IndexSet[] => new Array<IndexSet>(count).fill(none)

/** The sets of one number each, from `first` on. */
export const singletons = (first: number, count: number): readonly IndexSet[] => {
  const sets = new Array<IndexSet>(count)
  for (let i = 0; i < count; i++) sets[i] = [first + i]
  return sets
}

/** The union of two sets, one of them itself where it contains the other. */
const union = (a: IndexSet, b: IndexSet): IndexSet => {
  if (a === b || b.length === 0) return a
  if (a.length === 0) return b
  const both: number[] = []
  let [i, j] = [0, 0]
  while (i < a.length && j < b.length) {
    const [x, y] = [a[i]!, b[j]!]
    both.push(x < y ? x : y)
    if (x <= y) i++
    if (y <= x) j++
  }
  while (i < a.length) both.push(a[i++]!)
  while (j < b.length) both.push(b[j++]!)
  return both.length === a.length ? a : both.length === b.length ? b : both
}

/** The union of many sets: all numbers, sorted at once. */
const unionOf = (sets: readonly IndexSet[]): IndexSet => {
  const distinct = [...new Set(sets)]
  if (distinct.length <= 2) return distinct.reduce(union, none)
  const sorted = Int32Array.from(distinct.flat()).sort()
  const found: number[] = []
  for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[i - 1]) found.push(sorted[i]!)
  return found
}

/** The unions of the sets of two lists, element by element. */
export const unions = (a: readonly IndexSet[], b: readonly IndexSet[]): readonly IndexSet[] => {
  const found = new Array<IndexSet>(a.length)
  for (let i = 0; i < a.length; i++) {
    // neighbours often share both sets, which may be large
    const isRepeated = i > 0 && a[i] === a[i - 1] && b[i] === b[i - 1]
    found[i] = isRepeated ? found[i - 1]! : union(a[i]!, b[i]!)
  }
  return found
}

/** Whether two lists have the same sets. */
export const sameSets = (a: readonly IndexSet[], b: readonly IndexSet[]): boolean =>
  a.every((set, i) => {
    const other = b[i]!
    return set === other || (set.length === other.length && set.every((x, k) => x === other[k]))
  })

/**
 * Which elements of an output depend on which of an input: those of one group. An element is in the group of its
 * number, or in the one of its index where there are no numbers, or in none where the number is negative.
 */
export interface Groups {
  readonly count: number
  readonly input: ArrayLike<number> | null
  readonly output: ArrayLike<number> | null
}

/** The sets of the elements of an output of a size: the union of those of their groups in the input. */
export const throughGroups = (
  { count, input, output }: Groups,
  sets: readonly IndexSet[],
  size: number
): readonly IndexSet[] => {
  const found = new Array<IndexSet>(count).fill(none)
  const several = new Map<number, IndexSet[]>()
  for (let i = 0; i < sets.length; i++) {
    const group = input === null ? i : input[i]!
    const set = sets[i]!
    if (group < 0 || set.length === 0) continue
    if (found[group]!.length === 0) found[group] = set
    else {
      const members = several.get(group)
      if (members === undefined) several.set(group, [found[group]!, set])
      else members.push(set)
    }
  }
  for (const [group, members] of several) found[group] = unionOf(members)
  if (output === null) return found
  const spread = new Array<IndexSet>(size)
  for (let i = 0; i < size; i++) spread[i] = output[i]! < 0 ? none : found[output[i]!]!
  return spread
}
