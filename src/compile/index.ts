/** Functions as programs: traced, optimised, and run by WebAssembly. */
export { type ProgramCache, programCache } from './cache.ts'
export { compile, type CompileOptions, type CompileStage, type ProgramOptions } from './compile.ts'
export type { Precision } from '../machine/lanes.ts'
