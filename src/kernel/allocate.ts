/**
 * Buffers for results. A `Float64Array` of more than 64 bytes is allocated outside the JavaScript heap, which costs
 * some hundred nanoseconds, many times the arithmetic on a small tensor. Small buffers are therefore sliced from a
 * shared block, as Node does for its own: each region is zeroed and used once. Blocks are small, since one live tensor
 * keeps its whole block alive.
 */

const HEAP_ELEMENTS = 8
const SMALL_ELEMENTS = 64
const BLOCK_BYTES = 8192

// Module state, but unobservable: every region is new.
let block = new ArrayBuffer(BLOCK_BYTES)
let used = 0

/** A new zeroed buffer of `n` elements. */
export const allocate = (n: number): Float64Array => {
  if (n <= HEAP_ELEMENTS || n > SMALL_ELEMENTS) return new Float64Array(n)
  const bytes = n * 8
  if (used + bytes > BLOCK_BYTES) {
    block = new ArrayBuffer(BLOCK_BYTES)
    used = 0
  }
  const region = new Float64Array(block, used, n)
  used += bytes
  return region
}
