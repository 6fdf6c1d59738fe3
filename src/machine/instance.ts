import type { MemoryNeed } from './encode.ts'

/**
 * The part of WebAssembly's JavaScript interface that the library uses, declared here so that users need no DOM types.
 */
export interface Memory {
  readonly buffer: ArrayBuffer
}
declare const brand: unique symbol
/** A compiled module, not yet instantiated; it can be posted to another thread. */
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

/** Whether the host has WebAssembly. */
export const hasWebAssembly = found !== undefined

/** A zeroed memory of fixed size. */
export const memoryOf = ({ pages, shared }: MemoryNeed): Memory =>
  new host.Memory({ initial: pages, maximum: pages, shared })

/** Compiles a module from its bytes. */
export const compiledModule = (bytes: Uint8Array<ArrayBuffer>): CompiledModule => new host.Module(bytes)

export type Functions = Readonly<Record<string, (...args: number[]) => number>>

/** Instantiates a module with a memory and host functions, and gives its exports. */
export const instanceOf = (
  module: CompiledModule,
  memory: Memory,
  functions: Readonly<Record<string, unknown>>
): Functions => new host.Instance(module, { host: { memory, ...functions } }).exports

/** Whether this engine accepts a module. */
export const isValid = (bytes: Uint8Array<ArrayBuffer>): boolean => hasWebAssembly && host.validate(bytes)
