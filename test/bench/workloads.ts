import { compiling } from './compiling.ts'
import type { Workload } from './figure.ts'
import { figures } from './figures.ts'
import { curvature, lessonsCheck, pointwise, rosenbrocks } from './gradients.ts'
import { deep, shallow } from './images.ts'
import { operations } from './operations.ts'
import { products } from './products.ts'
import { banded } from './sparse.ts'
import { eagerEpochs, epochs } from './spiral.ts'
import { starts } from './start.ts'
import { types } from './types.ts'
import { eagerSteps, steps } from './xor.ts'

export const workloads: readonly Workload[] = [
  steps,
  epochs,
  figures,
  shallow,
  deep,
  lessonsCheck,
  products,
  rosenbrocks,
  pointwise,
  curvature,
  starts,
  compiling,
  eagerSteps,
  eagerEpochs,
  banded,
  operations,
  types
]
