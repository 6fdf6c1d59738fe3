/** Functions as programs: traced, optimised, and run by WebAssembly. */
export { type ProgramCache, programCache } from './cache.ts'
export { compile, type CompileOptions, type CompileStage, compileWith } from './compile.ts'
export type { Precision } from '../machine/lanes.ts'
