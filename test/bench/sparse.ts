/** The Hessian of a chain of neighbours, which has five diagonals: sparse, dense, and in programs. */
import { compile, hessian, mul, sin, slice, sparseHessian, sum, type Tensor, toFlatArray } from '../../src/index.ts'
import { duration, mustAgree, ratio, type Workload } from './figure.ts'
import { tensorOf, uniform } from './inputs.ts'
import { measure, repeated } from './measure.ts'

type Numbers = Tensor<[number]>

const chain = (x: Numbers) => {
  const n = x.shape[0]
  const part = (start: number) => slice(0, start, n - 2 + start)(x)
  return sum(mul(sin(mul(part(0))(part(1))))(part(2)))
}

const total = (x: Tensor): number => toFlatArray(x).reduce((sum, value) => sum + Math.abs(value), 0)

const point = (n: number): Numbers => tensorOf([n], uniform(101, n))

export const banded: Workload = {
  name: 'sparse',
  what: 'the Hessian of n numbers with five diagonals, by five sweeps and by n',
  *run() {
    const eager = (x: Numbers) => sparseHessian(chain)(x).values
    const dense = hessian(chain)
    const program = compile(eager)
    const denseProgram = compile((x: Numbers) => dense(x))
    const found = (n: number) => total(eager(point(n)))
    mustAgree('sparse', found(1000), total(dense(point(1000))))
    const time = (run: (x: Numbers) => unknown, n: number) => {
      const x = point(n)
      return measure(repeated(() => run(x)))
    }
    const in1 = duration('sparse', 'ms', 1e-3)
    const [sparse1, dense1] = [time(eager, 1000), time(dense, 1000)]
    yield in1('sparse, n = 1,000', sparse1)
    yield in1('dense, n = 1,000', dense1)
    yield ratio('sparse', 'dense / sparse', dense1, sparse1)
    const [sparseProgram1, denseProgram1] = [time(program, 1000), time(denseProgram, 1000)]
    yield in1('sparse program, n = 1,000', sparseProgram1)
    yield in1('dense program, n = 1,000', denseProgram1)
    yield ratio('sparse', 'dense / sparse, programs', denseProgram1, sparseProgram1)
    yield in1('sparse, n = 10', time(eager, 10))
    yield in1('dense, n = 10', time(dense, 10))
    yield in1('sparse, n = 10,000', time(eager, 10_000))
    yield in1('sparse program, n = 10,000', time(program, 10_000))
  }
}
