/** An arena: an area of memory whose blocks are allocated, freed and reused (first fit). */

export interface Block {
  readonly from: number
  readonly to: number
}

export interface Arena {
  /** Allocates at the lowest free address. */
  readonly take: (bytes: number) => Block
  /** Frees a block. */
  readonly free: (block: Block) => void
  /** The high-water mark. */
  readonly highest: () => number
}

export const arenaOf = (): Arena => {
  /** Free blocks below `end`, in order; adjacent ones are merged. */
  const gaps: Block[] = []
  let end = 0
  let highest = 0

  /** The number of gaps that begin before an address. */
  const countBefore = (address: number): number => {
    let [low, high] = [0, gaps.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (gaps[middle]!.from < address) low = middle + 1
      else high = middle
    }
    return low
  }

  return {
    take: (bytes) => {
      const found = gaps.findIndex(({ from, to }) => to - from >= bytes)
      const from = bytes === 0 ? 0 : found < 0 ? end : gaps[found]!.from
      if (bytes > 0 && found < 0) end += bytes
      else if (bytes > 0) {
        const left = { from: from + bytes, to: gaps[found]!.to }
        gaps.splice(found, 1, ...(left.from === left.to ? [] : [left]))
      }
      highest = Math.max(highest, end)
      return { from, to: from + bytes }
    },
    free: ({ from, to }) => {
      if (from === to) return
      const at = countBefore(from)
      const joinsBefore = gaps[at - 1]?.to === from
      const joinsAfter = gaps[at]?.from === to
      const first = joinsBefore ? at - 1 : at
      const joined = Number(joinsBefore) + Number(joinsAfter)
      const whole = { from: joinsBefore ? gaps[first]!.from : from, to: joinsAfter ? gaps[at]!.to : to }
      if (whole.to < end) gaps.splice(first, joined, whole)
      else {
        gaps.splice(first, joined)
        end = whole.from
      }
    },
    highest: () => highest
  }
}
