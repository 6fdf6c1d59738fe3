/** Bytes of a vector: areas of memory begin at multiples of it. */
const ALIGN = 16

/** A count of bytes, rounded up to whole vectors. */
export const aligned = (bytes: number): number => Math.ceil(bytes / ALIGN) * ALIGN
