import type { MemoryNeed } from './encode.ts'

/**
 * The part of WebAssembly's JavaScript interface that is used here, declared here: the library asks for no types of a
 * browser.
 */
export interface Memory {
  readonly buffer: ArrayBuffer
}
interface Interface {
  readonly Memory: new (descriptor: {
    readonly initial: number
    readonly maximum: number
    readonly shared: boolean
  }) => Memory
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object
  readonly Instance: new (
    module: object,
    imports: Readonly<Record<string, object>>
  ) => { readonly exports: Readonly<Record<string, (...args: number[]) => number>> }
  readonly validate: (bytes: Uint8Array<ArrayBuffer>) => boolean
}

const host = (globalThis as unknown as { readonly WebAssembly: Interface }).WebAssembly

/** A memory of a fixed size, all zeros. */
export const memoryOf = ({ pages, shared }: MemoryNeed): Memory =>
  new host.Memory({ initial: pages, maximum: pages, shared })

/** The functions of a module in a memory, with what the host gives them. */
export const instanceOf = (
  bytes: Uint8Array<ArrayBuffer>,
  memory: Memory,
  functions: Readonly<Record<string, unknown>>
): Readonly<Record<string, (...args: number[]) => number>> =>
  new host.Instance(new host.Module(bytes), { host: { memory, ...functions } }).exports

/** Whether this machine takes a module. */
export const isValid = (bytes: Uint8Array<ArrayBuffer>): boolean => host.validate(bytes)
