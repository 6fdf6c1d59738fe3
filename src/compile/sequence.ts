import { callFor, perform, type Statement, type Value } from '../machine/wasm.ts'
import type { Module } from './module.ts'

/**
 * A long sequence of statements, split into functions of bounded size: engines limit the size and the locals of a
 * function, and compile short ones faster.
 */
export interface Sequence {
  /** Adds statements that share no locals with others. */
  readonly add: (statements: readonly Statement[]) => void
  /** Statements that run all of it. */
  readonly statements: () => readonly Statement[]
}

/** The most instructions of straight-line statements that are inlined. */
const SHORT = 2_000
/** The most instructions of a function. */
const LONG = 30_000

/** The number of instructions, counted up to a limit. */
const sizeOf = (statements: readonly Statement[], most: number): number => {
  const seen = new Set<Value>()
  const stack: Value[] = statements.flatMap((statement) =>
    statement._tag === 'Step'
      ? [...statement.sets.map(([, value]) => value), ...statement.effects.flatMap(({ args }) => args)]
      : []
  )
  while (stack.length > 0 && seen.size < most) {
    const value = stack.pop()!
    if (seen.has(value)) continue
    seen.add(value)
    if (value._tag === 'Op') for (const argument of value.args) stack.push(argument)
  }
  return statements.length + seen.size
}

const isStraight = (statements: readonly Statement[]): boolean => statements.every(({ _tag }) => _tag === 'Step')

export const sequenceOf = (module: Module): Sequence => {
  const done: Statement[] = []
  let open: Statement[] = []
  let size = 0
  const callOf = (body: readonly Statement[]): Statement =>
    perform(callFor(module.add({ name: 'part', params: [], results: [], body, exported: false })))
  return {
    add: (statements) => {
      const own = isStraight(statements) ? sizeOf(statements, SHORT) : SHORT
      if (own < SHORT) open.push(...statements)
      else open.push(callOf(statements))
      size += own < SHORT ? own : 1
      if (size < LONG) return
      done.push(callOf(open))
      open = []
      size = 0
    },
    statements: () => [...done, ...open]
  }
}
