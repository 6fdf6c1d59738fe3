import type { MemoryNeed } from './encode.ts'

/**
 * The part of WebAssembly's JavaScript interface that is used here, declared here: the library asks for no types of a
 * browser.
 */
export interface Memory {
  readonly buffer: ArrayBuffer
}
declare const brand: unique symbol
/** A module that is ready to be given a memory; a thread can hand it to another. */
export interface CompiledModule {
  readonly [brand]: true
}
interface Interface {
  readonly Memory: new (descriptor: {
    readonly initial: number
    readonly maximum: number
    readonly shared: boolean
  }) => Memory
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => CompiledModule
  readonly Instance: new (
    module: CompiledModule,
    imports: Readonly<Record<string, object>>
  ) => { readonly exports: Readonly<Record<string, (...args: number[]) => number>> }
  readonly validate: (bytes: Uint8Array<ArrayBuffer>) => boolean
}

const found = (globalThis as unknown as { readonly WebAssembly?: Interface }).WebAssembly
const host = found!

/** Whether there is WebAssembly at all. */
export const hasWebAssembly = found !== undefined

/** A memory of a fixed size, all zeros. */
export const memoryOf = ({ pages, shared }: MemoryNeed): Memory =>
  new host.Memory({ initial: pages, maximum: pages, shared })

/** The module of its bytes. */
export const compiledModule = (bytes: Uint8Array<ArrayBuffer>): CompiledModule => new host.Module(bytes)

export type Functions = Readonly<Record<string, (...args: number[]) => number>>

/** The functions of a module in a memory, with what the host gives them. */
export const instanceOf = (
  module: CompiledModule,
  memory: Memory,
  functions: Readonly<Record<string, unknown>>
): Functions => new host.Instance(module, { host: { memory, ...functions } }).exports

/** Whether this machine takes a module. */
export const isValid = (bytes: Uint8Array<ArrayBuffer>): boolean => hasWebAssembly && host.validate(bytes)
