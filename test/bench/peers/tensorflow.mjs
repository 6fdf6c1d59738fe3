// TensorFlow.js on WebAssembly, one thread.
import * as tf from '@tensorflow/tfjs'
import * as wasm from '@tensorflow/tfjs-backend-wasm'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { measure, stream, workload } from './harness.mjs'

wasm.setWasmPaths(join(dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')), '/'))
tf.env().set('WASM_HAS_SIMD_SUPPORT', true)
tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false)
await tf.setBackend('wasm')
tf.enableProdMode()

if (workload === 'W6')
  for (const n of [128, 256, 512, 1024]) {
    const [a, b] = [61, 62].map((seed) =>
      tf.tensor2d(
        stream(Float32Array, 'uniform', seed, n * n).map((u) => u - 0.5),
        [n, n]
      )
    )
    const found = tf.matMul(a, b).dataSync()[(n - 1) * n]
    const run = (times) => {
      for (let i = 0; i < times; i++) tf.matMul(a, b).dispose()
    }
    await measure(`tensorflow.js n${n}`, 'GFLOP/s', (2 * n ** 3) / 1e9, run, found)
  }
process.exit(0)
