import { callFor, type Effect, type Func, i32, type Import, type Statement } from './wasm.ts'

/** Instrumentation: functions that report each store to the host before making it, to debug the engine. */

/** The host function that receives the address and the number of bytes of each store. */
export const checkStore: Import = { name: 'checkStore', params: ['i32', 'i32'], results: [] }

const checkedEffects = (effects: readonly Effect[], host: number): readonly Effect[] =>
  effects.flatMap((effect) => {
    const { writes } = effect
    if (writes === undefined) return [effect]
    const { address, offset, bytes } = writes
    return [callFor(host, i32.add(address, i32.constant(offset)), bytes), effect]
  })

const checkedStatement =
  (host: number) =>
  (statement: Statement): Statement => {
    const all = (statements: readonly Statement[]) => statements.map(checkedStatement(host))
    switch (statement._tag) {
      case 'Step':
        return { ...statement, effects: checkedEffects(statement.effects, host) }
      case 'Loop':
        return { ...statement, body: all(statement.body) }
      case 'If':
        return { ...statement, then: all(statement.then), otherwise: all(statement.otherwise) }
      case 'Return':
        return statement
    }
  }

/** A function whose stores are reported to a host function. */
export const checkedFunc =
  (host: number) =>
  (func: Func): Func => ({ ...func, body: func.body.map(checkedStatement(host)) })
