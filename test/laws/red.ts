import * as E from 'fp-ts/lib/Either.js'
import * as laws from '../../laws/index.ts'

/** The laws of a suite that fail, without the name of what they are about. */
export const red = (suite: laws.Suite, options: laws.LawOptions = {}): readonly string[] =>
  laws.run(suite, options).flatMap(({ law, outcome }) => (E.isLeft(outcome) ? [law.slice(law.indexOf(': ') + 2)] : []))
