import * as kinds from '../kinds/index.ts'
import type { Compiled } from './compiled.ts'

/**
 * An LRU cache of compiled programs. A value that the caller owns: once it is unreachable, the garbage collector frees
 * the programs and their memory.
 *
 * @category compile
 * @since 0.1.0
 */
export interface ProgramCache {
  readonly limit: number
  /** The number of cached programs. */
  readonly size: () => number
  /** Drops all programs. */
  readonly clear: () => void
  /** @internal */
  readonly find: (owner: object, args: readonly unknown[]) => Compiled | null
  /** @internal */
  readonly keep: (owner: object, compiled: Compiled) => void
}

/** The default number of programs that a function keeps. */
const cacheSettings = kinds.settings('programCache', { limit: [kinds.size, 16] })

const someProgram = kinds.record('a program', { accepts: kinds.anyFunction })

/**
 * A cache for compiled programs, to share between functions, to bound, or to clear.
 *
 * @throws ValueError when the limit is not a positive integer
 * @example
 * import { strictEqual } from 'assert'
 * import { compile, programCache, scalar, square } from 'grad-ts'
 *
 * const cache = programCache({ limit: 2 })
 * compile(square, { cache })(scalar(3))
 * strictEqual(cache.size(), 1)
 * @category compile
 * @since 0.1.0
 */
export const programCache = (settings: { readonly limit?: number } = {}): ProgramCache => {
  const { limit } = cacheSettings.read(settings)
  const held: { owner: object; compiled: Compiled }[] = []
  return {
    limit,
    size: () => held.length,
    clear: () => {
      held.length = 0
    },
    find: (owner, args) => {
      for (let i = 0; i < held.length; i++) {
        const one = held[i]!
        if (one.owner !== owner || !one.compiled.accepts(args)) continue
        if (i > 0) {
          held.splice(i, 1)
          held.unshift(one)
        }
        return one.compiled
      }
      return null
    },
    keep: (owner, compiled) => {
      kinds.mustBe(someProgram, 'programCache: program', compiled)
      held.unshift({ owner, compiled })
      if (held.length > limit) held.pop()
    }
  }
}
