/** Exact arithmetic on literal dimensions, as large as they come. Checked by the compiler; nothing here runs. */
import type { Add, Mul, Sub } from '../../src/tensor/arith.ts'
import type { Same } from '../../src/tensor/shape.ts'
import { holds } from '../support/claims.ts'

holds<Same<Add<2, 3>, 5>>()
holds<Same<Add<99, 1>, 100>>()
holds<Same<Add<999999, 1>, 1000000>>()
holds<Same<Add<0, 7>, 7>>()
holds<Same<Add<7, 0>, 7>>()
holds<Same<Add<0, 0>, 0>>()
holds<Same<Add<5, 95>, 100>>()
holds<Same<Add<number, 1>, number>>()
holds<Same<Add<1, number>, number>>()

holds<Same<Mul<784, 128>, 100352>>()
holds<Same<Mul<12345, 6789>, 83810205>>()
holds<Same<Mul<999, 999>, 998001>>()
holds<Same<Mul<0, 999>, 0>>()
holds<Same<Mul<999, 0>, 0>>()
holds<Same<Mul<1, 999>, 999>>()
holds<Same<Mul<100, 100>, 10000>>()
holds<Same<Mul<number, 3>, number>>()
// nothing times anything is nothing, known or not
holds<Same<Mul<number, 0>, 0>>()

holds<Same<Sub<10, 3>, 7>>()
holds<Same<Sub<1000, 1>, 999>>()
holds<Same<Sub<3, 3>, 0>>()
holds<Same<Sub<3, 4>, never>>()
holds<Same<Sub<784, 83>, 701>>()
holds<Same<Sub<100352, 100351>, 1>>()
holds<Same<Sub<number, 3>, number>>()

// a dimension that is not an integer is as good as unknown
holds<Same<Add<1.5, 1>, number>>()
holds<Same<Sub<5, -1>, number>>()
