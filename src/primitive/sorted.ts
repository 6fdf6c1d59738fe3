import { values } from './broadcast.ts'
import type { Primitive } from './primitive.ts'
import { argsort, type ArgsortParams } from './sorting.ts'

/**
 * The elements in the order of `argsort`, by which they are otherwise gathered: what programs compute where nothing else asks
 * for the places. Along the last axis, in the tapes of programs alone, and in no vocabulary.
 */
export const sorted: Primitive<ArgsortParams> = {
  ...argsort,
  name: 'sort',
  differentiable: () => true,
  evaluate: (params, [x], output) => {
    const [numbers, along] = [values(x!), output[params.axis]!]
    return argsort.evaluate(params, [x!], output).map((place, i) => numbers[i - (i % along) + place]!)
  },
  vjp: (op, { axis, descending }, [x], _, ct) =>
    op.scatterAdd(ct, op.argsort(x!, axis, descending), op.dims(x!)[axis]!),
  jvp: (op, { axis, descending }, [x], _, t) => op.gather(t, op.argsort(x!, axis, descending))
}
