/**
 * Discrete Fourier transforms of complex numbers, a real and an imaginary part each, of any length in O(n log n): by its prime
 * factors, and by Bluestein's convolution where one of them is large.
 */

/** Factors up to this are taken one by one. */
const SMALL = 31

/** `e^(2πi k / n)`, with the angle brought into the first octant, where it is most exact. */
const turn = (k: number, n: number): readonly [cos: number, sin: number] => {
  const at = k % n
  // n eighths of a turn are exact, as are the differences
  const eighths = 8 * at
  const octant = Math.floor(eighths / n)
  const rest = eighths - octant * n
  const angle = ((octant % 2 === 0 ? rest : n - rest) * (Math.PI / 4)) / n
  const [c, s] = [Math.cos(angle), Math.sin(angle)]
  const swapped = octant % 4 === 1 || octant % 4 === 2
  const [x, y] = swapped ? [s, c] : [c, s]
  return [octant >= 2 && octant < 6 ? -x : x, octant >= 4 ? -y : y]
}

/** All powers of the root of unity, pairs. */
const rootsOf = (n: number, sign: 1 | -1): Float64Array => {
  const out = new Float64Array(2 * n)
  for (let k = 0; k < n; k++) {
    const [c, s] = turn(k, n)
    out[2 * k] = c
    out[2 * k + 1] = sign * s
  }
  return out
}

const factorsOf = (n: number): readonly number[] => {
  const out: number[] = []
  let left = n
  const divide = (p: number): void => {
    while (left % p === 0) {
      left /= p
      out.push(p)
    }
  }
  divide(4)
  divide(2)
  for (let p = 3; p * p <= left; p += 2) divide(p)
  if (left > 1) out.push(left)
  return out
}

/** A transform of one length and direction, of pairs, into a new buffer. */
export type Transform = (x: Float64Array) => Float64Array

/** One pass: `done · lines` groups of `r` numbers, each turned by its twiddles, then transformed. */
interface Pass {
  readonly from: Float64Array
  readonly to: Float64Array
  readonly roots: Float64Array
  readonly n: number
  readonly r: number
  readonly done: number
  readonly lines: number
}

/** A pass of any factor, each output by its sum. */
const passOfAny = ({ from, to, roots, n, r, done, lines }: Pass): void => {
  const [re, im] = [new Float64Array(r), new Float64Array(r)]
  for (let j = 0; j < done; j++)
    for (let l = 0; l < lines; l++) {
      for (let q = 0; q < r; q++) {
        const at = 2 * ((j * r + q) * lines + l)
        const w = 2 * (q * j * lines)
        const [a, b, c, s] = [from[at]!, from[at + 1]!, roots[w]!, roots[w + 1]!]
        re[q] = a * c - b * s
        im[q] = a * s + b * c
      }
      for (let p = 0; p < r; p++) {
        let [sumRe, sumIm] = [re[0]!, im[0]!]
        for (let q = 1; q < r; q++) {
          const w = 2 * (((p * q) % r) * (n / r))
          sumRe += re[q]! * roots[w]! - im[q]! * roots[w + 1]!
          sumIm += re[q]! * roots[w + 1]! + im[q]! * roots[w]!
        }
        const at = 2 * ((p * done + j) * lines + l)
        to[at] = sumRe
        to[at + 1] = sumIm
      }
    }
}

/** A pass of the factor 2. */
const passOfTwo = ({ from, to, roots, done, lines }: Pass): void => {
  for (let j = 0; j < done; j++) {
    const [c, s] = [roots[2 * j * lines]!, roots[2 * j * lines + 1]!]
    for (let l = 0; l < lines; l++) {
      const at = 2 * (2 * j * lines + l)
      const next = at + 2 * lines
      const [a, b] = [from[at]!, from[at + 1]!]
      const [x, y] = [from[next]! * c - from[next + 1]! * s, from[next]! * s + from[next + 1]! * c]
      const out = 2 * (j * lines + l)
      const half = out + 2 * done * lines
      to[out] = a + x
      to[out + 1] = b + y
      to[half] = a - x
      to[half + 1] = b - y
    }
  }
}

/** A pass of the factor 4, whose own roots are 1, ±i and −1. */
const passOfFour = ({ from, to, roots, n, done, lines }: Pass): void => {
  const step = 2 * lines
  const quarter = 2 * done * lines
  const sign = roots[n / 2 + 1]!
  for (let j = 0; j < done; j++) {
    const [w1, w2, w3] = [step * j, 2 * step * j, 3 * step * j]
    const [c1, s1, c2, s2, c3, s3] = [
      roots[w1]!,
      roots[w1 + 1]!,
      roots[w2]!,
      roots[w2 + 1]!,
      roots[w3]!,
      roots[w3 + 1]!
    ]
    for (let l = 0; l < lines; l++) {
      const i0 = 2 * (4 * j * lines + l)
      const [i1, i2, i3] = [i0 + step, i0 + 2 * step, i0 + 3 * step]
      const x1 = from[i1]! * c1 - from[i1 + 1]! * s1
      const y1 = from[i1]! * s1 + from[i1 + 1]! * c1
      const x2 = from[i2]! * c2 - from[i2 + 1]! * s2
      const y2 = from[i2]! * s2 + from[i2 + 1]! * c2
      const x3 = from[i3]! * c3 - from[i3 + 1]! * s3
      const y3 = from[i3]! * s3 + from[i3 + 1]! * c3
      const [sumX, sumY] = [from[i0]! + x2, from[i0 + 1]! + y2]
      const [restX, restY] = [from[i0]! - x2, from[i0 + 1]! - y2]
      const [otherX, otherY] = [x1 + x3, y1 + y3]
      // ±i times what the other two differ by
      const [turnedX, turnedY] = [sign * (y3 - y1), sign * (x1 - x3)]
      const out = 2 * (j * lines + l)
      to[out] = sumX + otherX
      to[out + 1] = sumY + otherY
      to[out + quarter] = restX + turnedX
      to[out + quarter + 1] = restY + turnedY
      to[out + 2 * quarter] = sumX - otherX
      to[out + 2 * quarter + 1] = sumY - otherY
      to[out + 3 * quarter] = restX - turnedX
      to[out + 3 * quarter + 1] = restY - turnedY
    }
  }
}

/**
 * By factors: each pass joins `r` transforms of length `done` to one, and puts them in order on the way.
 *
 * @see Stockham, High-Speed Convolution and Correlation (1966)
 */
const byFactors =
  (n: number, factors: readonly number[], roots: Float64Array): Transform =>
  (x) => {
    let from = Float64Array.from(x)
    let to = new Float64Array(2 * n)
    let done = 1
    for (const r of factors) {
      const pass = { from, to, roots, n, r, done, lines: n / (done * r) }
      if (r === 4) passOfFour(pass)
      else if (r === 2) passOfTwo(pass)
      else passOfAny(pass)
      ;[from, to] = [to, from]
      done *= r
    }
    return from
  }

/**
 * By convolution with a chirp, of a length that is a power of two: `2jk = j² + k² − (j − k)²`.
 *
 * @see Bluestein, A Linear Filtering Approach to the Computation of Discrete Fourier Transform (1970)
 */
const byChirp = (n: number, sign: 1 | -1): Transform => {
  let length = 1
  while (length < 2 * n - 1) length *= 2
  const [forward, back] = [transformOf(length, -1), transformOf(length, 1)]
  const chirp = new Float64Array(2 * n)
  for (let k = 0, square = 0; k < n; k++) {
    const [c, s] = turn(square, 2 * n)
    chirp[2 * k] = c
    chirp[2 * k + 1] = sign * s
    // (k + 1)² modulo 2n, exactly
    square = (square + 2 * k + 1) % (2 * n)
  }
  const kernel = new Float64Array(2 * length)
  for (let k = 0; k < n; k++)
    for (const at of k === 0 ? [0] : [k, length - k]) {
      kernel[2 * at] = chirp[2 * k]!
      kernel[2 * at + 1] = -chirp[2 * k + 1]!
    }
  const filter = forward(kernel)
  const times = (out: Float64Array, i: number, a: number, b: number, c: number, s: number): void => {
    out[2 * i] = a * c - b * s
    out[2 * i + 1] = a * s + b * c
  }
  return (x) => {
    const padded = new Float64Array(2 * length)
    for (let k = 0; k < n; k++) times(padded, k, x[2 * k]!, x[2 * k + 1]!, chirp[2 * k]!, chirp[2 * k + 1]!)
    const spectrum = forward(padded)
    for (let k = 0; k < length; k++)
      times(spectrum, k, spectrum[2 * k]!, spectrum[2 * k + 1]!, filter[2 * k]!, filter[2 * k + 1]!)
    const convolved = back(spectrum)
    const out = new Float64Array(2 * n)
    for (let k = 0; k < n; k++)
      times(out, k, convolved[2 * k]! / length, convolved[2 * k + 1]! / length, chirp[2 * k]!, chirp[2 * k + 1]!)
    return out
  }
}

const transformOf = (n: number, sign: 1 | -1): Transform => {
  const factors = factorsOf(n)
  return factors.every((p) => p <= SMALL) ? byFactors(n, factors, rootsOf(n, sign)) : byChirp(n, sign)
}

/**
 * The sums `Σⱼ xⱼ e^(±2πi jk / n)` along an axis of length `n`, without a factor: `outer` lines of it, each of `inner` interleaved
 * transforms of pairs.
 */
export const fourier = (x: Float64Array, outer: number, n: number, inner: number, sign: 1 | -1): Float64Array => {
  const out = new Float64Array(x.length)
  if (x.length === 0) return out
  const transform = transformOf(n, sign)
  const line = new Float64Array(2 * n)
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < inner; i++) {
      const start = 2 * (o * n * inner + i)
      for (let k = 0; k < n; k++) {
        line[2 * k] = x[start + 2 * k * inner]!
        line[2 * k + 1] = x[start + 2 * k * inner + 1]!
      }
      const done = transform(line)
      for (let k = 0; k < n; k++) {
        out[start + 2 * k * inner] = done[2 * k]!
        out[start + 2 * k * inner + 1] = done[2 * k + 1]!
      }
    }
  return out
}
