/** What the compiler says of a wrong program, and where it points: a sentence about shapes, at the argument that is wrong. */
import { resolve } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { compilerOptions } from '../docs/extract.ts'

interface Wrong {
  /** What is wrong. */
  readonly name: string
  readonly program: string
  /** What the message holds. */
  readonly says: string
  /** What is underlined. */
  readonly at: string
}

const wrong = (name: string, program: string, says: string, at: string): Wrong => ({ name, program, says, at })

const programs: readonly Wrong[] = [
  wrong(
    'inner dims that differ',
    'g.matmul(g.zeros([2, 4]))(x83)',
    'matmul [8,3] x [2,4]: inner dims 3 and 2 differ',
    'x83'
  ),
  wrong(
    'inner dims that differ behind an unknown batch',
    'g.matmul(g.zeros([2, 4]))(xn3)',
    'matmul [?,3] x [2,4]: inner dims 3 and 2 differ',
    'xn3'
  ),
  wrong('a scalar in a matrix product', 'g.matmul(x83)(s)', 'matmul: the left operand is a scalar', 's'),
  wrong(
    'batches that do not broadcast',
    'g.matmul(g.zeros([6, 3, 4]))(x523)',
    'matmul [5,2,3] x [6,3,4]: batch dims do not broadcast',
    'x523'
  ),
  wrong('shapes that do not broadcast', 'g.add(v4)(x83)', 'cannot broadcast [8,3] with [4]', 'x83'),
  wrong('two operands stretched at once', 'g.sub(v8)(x81)', '[8,1] and [8] would both be stretched, to [8,8]', 'x81'),
  wrong('the same for an unknown length', 'g.sub(vn)(xn1)', '[?,1] and [?] would both be stretched, to [?,?]', 'xn1'),
  wrong('an axis out of range', 'g.sum({ axis: 2 })(x83)', 'reduce: axis 2 is out of range for [8,3]', 'x83'),
  wrong(
    'one of several axes out of range',
    'g.mean({ axis: [0, 2] })(x83)',
    'reduce: axes 2 are out of range for [8,3]',
    'x83'
  ),
  wrong(
    'an axis named twice',
    'g.max({ axis: [1, -1] })(x83)',
    'reduce: an axis of [8,3] is named twice in [1,-1]',
    'x83'
  ),
  wrong(
    'a reshape to another size',
    'g.reshape([5, 5])(x83)',
    'cannot reshape [8,3] (24 elements) to [5,5] (25 elements)',
    'x83'
  ),
  wrong('a stretch that does not fit', 'g.broadcastTo([8, 4])(x83)', '[8,3] does not broadcast to [8,4]', 'x83'),
  wrong('a condition of another shape', 'g.where(v4, 0)(x83)', '[4] does not broadcast to [8,3]', 'x83'),
  wrong('a vector transposed', 'g.transpose(v8)', 'transpose needs rank 2 or more, not [8]', 'v8'),
  wrong('axes that are no permutation', 'g.permute([0, 0])(x83)', '[0,0] does not permute the axes of [8,3]', 'x83'),
  wrong('a slice past the end', 'g.slice(1, 0, 5)(x83)', 'slice: 5 is past the end of axis 1 of [8,3]', 'x83'),
  wrong('a slice that ends before it starts', 'g.slice(1, 2, 1)(x83)', 'slice: 2 is after 1', 'x83'),
  wrong('a join off the axis', 'g.concat(x81, 0)(x83)', 'concat on axis 0: [8,3] and [8,1] differ off the axis', 'x83'),
  wrong('a ragged literal', 'g.tensor([[1, 2], [3]])', 'a ragged array has no shape', '[[1, 2], [3]]'),
  wrong(
    'a loss that is no scalar',
    'g.grad((w: Vec<3>) => g.mul(w)(w))',
    "return types 'Tensor<[3]>' and 'Scalar' are incompatible",
    '(w: Vec<3>) => g.mul(w)(w)'
  ),
  wrong(
    'a leaf that is no tensor',
    'g.params.count({ w: v8, rate: 0.1 })',
    'ShapeError<"not a tensor">',
    '{ w: v8, rate: 0.1 }'
  ),
  wrong(
    'a function among the leaves',
    'g.params.count({ w: v8, f: g.relu })',
    'a function is not a parameter',
    '{ w: v8, f: g.relu }'
  ),
  wrong(
    'layers that do not meet',
    'g.sequential(d24, g.relu, d51)',
    'takes [5] but the one before it gives [4]',
    'd51'
  ),
  wrong(
    'normalising another number of features',
    'g.sequential(d24, g.batchNorm({ features: 8 }))',
    'this layer takes [8] but the one before it gives [4]',
    'g.batchNorm({ features: 8 })'
  ),
  wrong(
    'a residual that gives another shape',
    'g.residual(d24)',
    'what is added to an input of [2] must have that shape, but this layer gives [4]',
    'd24'
  ),
  wrong(
    'the same behind stages of any shape',
    'g.residual(g.relu, d24, g.relu)',
    'what is added to an input of [2] must have that shape, but this layer gives [4]',
    'd24'
  ),
  wrong('layers in a residual that do not meet', 'g.residual(d24, d51, d12)', 'takes [5] but the one before it', 'd51'),
  wrong(
    'a residual that does not fit the layer before it',
    'g.sequential(d24, g.residual(d51, d15))',
    'this layer takes [5] but the one before it gives [4]',
    'g.residual(d51, d15)'
  )
]

// not the whole package, which takes longer to check
const prelude = `import * as ops from '../../src/ops/index.ts'
import * as params from '../../src/params/index.ts'
import * as construct from '../../src/tensor/construct.ts'
import type { Vec } from '../../src/tensor/tensor.ts'
import { grad } from '../../src/transform/grad.ts'
import { batchNorm } from '../../src/nn/layers/batchNorm.ts'
import { dense } from '../../src/nn/layers/dense.ts'
import { residual } from '../../src/nn/layers/residual.ts'
import { sequential } from '../../src/nn/layers/sequential.ts'
const g = { ...construct, ...ops, params, grad, batchNorm, residual, sequential }
const [d24, d51] = [dense({ inputs: 2, outputs: 4 }), dense({ inputs: 5, outputs: 1 })] as const
const [d12, d15] = [dense({ inputs: 1, outputs: 2 }), dense({ inputs: 1, outputs: 5 })] as const
declare const n: number
const [s, v4, v8, vn] = [g.scalar(1), g.zeros([4]), g.zeros([8]), g.zeros([n])] as const
const [x83, x81, xn3, xn1, x523] = [g.zeros([8, 3]), g.zeros([8, 1]), g.zeros([n, 3]), g.zeros([n, 1]), g.zeros([5, 2, 3])] as const
`

/** Every program on a line of its own, in one file that exists in memory only. */
const diagnose = (): readonly (readonly ts.Diagnostic[])[] => {
  const path = resolve('test/types/in-memory.ts')
  const text = prelude + programs.map(({ program }) => program).join('\n')
  const options = compilerOptions({ types: [] })
  const host = ts.createCompilerHost(options)
  const parse = host.getSourceFile.bind(host)
  host.getSourceFile = (name, languageVersion) =>
    resolve(name) === path ? ts.createSourceFile(name, text, languageVersion) : parse(name, languageVersion)
  const program = ts.createProgram([path], options, host)
  const file = program.getSourceFile(path)!
  const first = prelude.split('\n').length - 1
  const found = program.getSemanticDiagnostics(file)
  const lineOf = ({ start }: ts.Diagnostic): number => file.getLineAndCharacterOfPosition(start!).line
  expect(found.filter((diagnostic) => lineOf(diagnostic) < first)).toEqual([])
  return programs.map((_, i) => found.filter((diagnostic) => lineOf(diagnostic) === first + i))
}

describe('the compiler says what is wrong and points at it', () => {
  const found = diagnose()

  it.each(programs.map((program, i) => ({ ...program, i })))('of $name', ({ says, at, i }) => {
    expect(found[i]).toHaveLength(1)
    const [{ messageText, file, start, length }] = found[i] as [ts.Diagnostic]
    expect(ts.flattenDiagnosticMessageText(messageText, '\n')).toContain(says)
    expect(file!.text.slice(start, start! + length!)).toBe(at)
  })
})
