import { encode } from '../../src/machine/encode.ts'
import { compiledModule, instanceOf, memoryOf } from '../../src/machine/instance.ts'
import type { Lanes } from '../../src/machine/lanes.ts'
import type { Func, Statement } from '../../src/machine/wasm.ts'

/**
 * Runs statements, and the functions they call, in a memory that holds some numbers from address 0 on, and answers the
 * memory's elements afterwards.
 */
export const execute = (
  l: Lanes,
  statements: readonly Statement[],
  numbers: readonly number[],
  size: number,
  functions: readonly Func[] = []
): Float64Array | Float32Array => {
  const need = { pages: Math.ceil((size * l.bytes + 64) / 65536), shared: false }
  const memory = memoryOf(need)
  const run = { name: 'run', params: [], results: [], body: statements, exported: true } as const
  const elements = l.precision === 'double' ? new Float64Array(memory.buffer) : new Float32Array(memory.buffer)
  elements.set(numbers)
  instanceOf(compiledModule(encode([], [...functions, run], need)), memory, {})['run']!()
  return elements
}
