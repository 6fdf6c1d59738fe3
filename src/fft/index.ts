/** Fourier transforms, by the names of NumPy; complex numbers are pairs along the last axis. */
export {
  fft,
  type Fft,
  type FftOptions,
  ifft,
  irfft,
  type Irfft,
  type IrfftOptions,
  type Norm,
  rfft,
  type Rfft
} from './fft.ts'
