/** Reads and writes big-endian numbers. */

/** The element type of a file. */
export type ElementType = 'uint8' | 'int8' | 'int16' | 'int32' | 'float32' | 'float64'

interface Element {
  readonly bytes: number
  readonly get: (view: DataView, at: number) => number
  readonly set: (view: DataView, at: number, value: number) => void
}

export const elements: Readonly<Record<ElementType, Element>> = {
  uint8: { bytes: 1, get: (v, at) => v.getUint8(at), set: (v, at, x) => v.setUint8(at, x) },
  int8: { bytes: 1, get: (v, at) => v.getInt8(at), set: (v, at, x) => v.setInt8(at, x) },
  int16: { bytes: 2, get: (v, at) => v.getInt16(at), set: (v, at, x) => v.setInt16(at, x) },
  int32: { bytes: 4, get: (v, at) => v.getInt32(at), set: (v, at, x) => v.setInt32(at, x) },
  float32: { bytes: 4, get: (v, at) => v.getFloat32(at), set: (v, at, x) => v.setFloat32(at, x) },
  float64: { bytes: 8, get: (v, at) => v.getFloat64(at), set: (v, at, x) => v.setFloat64(at, x) }
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Reads `count` numbers from an offset; the caller has checked the bounds. */
export const readBigEndian = (type: ElementType, bytes: Uint8Array, from: number, count: number): Float64Array => {
  // by far the most common type, and fastest as one conversion
  if (type === 'uint8') return new Float64Array(bytes.subarray(from, from + count))
  const { bytes: size, get } = elements[type]
  const view = viewOf(bytes)
  const out = new Float64Array(count)
  for (let i = 0; i < count; i++) out[i] = get(view, from + i * size)
  return out
}

/** The header followed by the numbers; the caller has checked that they fit the type. */
export const writeBigEndian = (type: ElementType, header: Uint8Array, values: Float64Array): Uint8Array => {
  const { bytes: size, set } = elements[type]
  const out = new Uint8Array(header.length + values.length * size)
  out.set(header)
  const view = viewOf(out)
  for (let i = 0; i < values.length; i++) set(view, header.length + i * size, values[i]!)
  return out
}
