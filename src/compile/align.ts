/** Alignment of memory areas: the bytes of a vector. */
const ALIGN = 16

/** A size in bytes, rounded up to the alignment. */
export const aligned = (bytes: number): number => Math.ceil(bytes / ALIGN) * ALIGN
