import type * as laws from '../../../laws/index.ts'

/** A mistake: what is wrong, the law that must find it, and a suite of the wrong thing. */
export type Planted = readonly [mistake: string, law: string, suite: () => laws.Suite]
