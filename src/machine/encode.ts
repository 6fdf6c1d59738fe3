import { text, unsigned, vector } from './bytes.ts'
import type { Effect, Expr, Func, Import, Local, Statement, Value, ValueType } from './wasm.ts'

/** Encodes functions, which are data, as the bytes of a module. */

const typeCode: Readonly<Record<ValueType, number>> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b }

/** A function being encoded: its locals by index, and the bytes so far. */
interface Output {
  readonly bytes: number[]
  readonly locals: Map<Local, number>
  readonly types: ValueType[]
  /** Temporaries available for reuse, and those taken by the current step, which frees them at its end. */
  readonly free: Readonly<Record<ValueType, number[]>>
  readonly taken: number[]
}

const push = (bytes: number[], more: readonly number[]): void => {
  for (let i = 0; i < more.length; i++) bytes.push(more[i]!)
}

/** `unsigned` LEB128, with a fast path for one byte. */
const pushUnsigned = (bytes: number[], value: number): void => {
  if (value < 128) bytes.push(value)
  else push(bytes, unsigned(value))
}

const indexOf = ({ locals, types }: Output, variable: Local): number => {
  const known = locals.get(variable)
  if (known !== undefined) return known
  locals.set(variable, types.length)
  types.push(variable.type)
  return types.length - 1
}

/** A temporary that lives until the end of the step. */
const fresh = ({ types, free, taken }: Output, type: ValueType): number => {
  const variable = free[type].pop() ?? types.push(type) - 1
  taken.push(variable)
  return variable
}

/** Frees the temporaries of a step. */
const release = ({ types, free, taken }: Output): void => {
  for (const variable of taken) free[types[variable]!].push(variable)
  taken.length = 0
}

const CALL = 0x10

/** A constant is cheaper to rematerialise than to keep in a local. */
const isConstant = (x: Expr): boolean => x.args.length === 0 && x.code[0] !== CALL

/** The use count of each expression in a step; one used twice is kept in a temporary. */
const countUses = (roots: readonly Value[]): Map<Expr, number> => {
  const uses = new Map<Expr, number>()
  const stack = [...roots]
  while (stack.length > 0) {
    const x = stack.pop()!
    if (x._tag === 'Local' || isConstant(x)) continue
    const before = uses.get(x) ?? 0
    uses.set(x, before + 1)
    if (before === 0) for (const argument of x.args) stack.push(argument)
  }
  return uses
}

const evaluate = (out: Output, uses: ReadonlyMap<Expr, number>, kept: Map<Expr, number>, x: Value): void => {
  const { bytes } = out
  if (x._tag === 'Local') {
    bytes.push(0x20)
    pushUnsigned(bytes, indexOf(out, x))
    return
  }
  const known = kept.get(x)
  if (known !== undefined) {
    bytes.push(0x20)
    pushUnsigned(bytes, known)
    return
  }
  for (const argument of x.args) evaluate(out, uses, kept, argument)
  push(bytes, x.code)
  if ((uses.get(x) ?? 0) > 1) {
    const variable = fresh(out, x.type)
    kept.set(x, variable)
    bytes.push(0x22)
    pushUnsigned(bytes, variable)
  }
}

/**
 * Evaluates all values, then performs the effects, then sets the locals. A step with one outcome needs no temporaries.
 */
const writeStep = (out: Output, sets: readonly (readonly [Local, Value])[], effects: readonly Effect[]): void => {
  const { bytes } = out
  const kept = new Map<Expr, number>()
  const uses = countUses([...effects.flatMap(({ args }) => args), ...sets.map(([, value]) => value)])
  if (sets.length + effects.length === 1) {
    for (const { code, args } of effects) {
      for (const argument of args) evaluate(out, uses, kept, argument)
      push(bytes, code)
    }
    for (const [variable, value] of sets) {
      evaluate(out, uses, kept, value)
      bytes.push(0x21)
      pushUnsigned(bytes, indexOf(out, variable))
    }
    return
  }
  /** Evaluates a value for later use: gives a constant, or the index of the local that holds it. */
  const keep = (value: Value): Expr | number => {
    if (value._tag === 'Local') {
      // a local that this step does not set can be read later
      if (!sets.some(([variable]) => variable === value)) return indexOf(out, value)
      evaluate(out, uses, kept, value)
    } else {
      if (isConstant(value)) return value
      const known = kept.get(value)
      if (known !== undefined) return known
      evaluate(out, uses, kept, value)
      const before = kept.get(value)
      if (before !== undefined) {
        bytes.push(0x1a)
        return before
      }
    }
    const variable = fresh(out, value.type)
    bytes.push(0x21)
    pushUnsigned(bytes, variable)
    if (value._tag === 'Op') kept.set(value, variable)
    return variable
  }
  const places: (Expr | number)[] = []
  for (const { args } of effects) for (const argument of args) places.push(keep(argument))
  for (const [, value] of sets) places.push(keep(value))
  let next = 0
  const recall = (): void => {
    const place = places[next++]!
    if (typeof place === 'number') {
      bytes.push(0x20)
      pushUnsigned(bytes, place)
    } else push(bytes, place.code)
  }
  for (const { code, args } of effects) {
    for (let i = 0; i < args.length; i++) recall()
    push(bytes, code)
  }
  for (const [variable] of sets) {
    recall()
    bytes.push(0x21)
    pushUnsigned(bytes, indexOf(out, variable))
  }
}

const VOID = 0x40

const write = (out: Output, statements: readonly Statement[]): void => {
  const { bytes } = out
  const writeValue = (x: Value): void => {
    evaluate(out, countUses([x]), new Map(), x)
    release(out)
  }
  for (const statement of statements)
    switch (statement._tag) {
      case 'Step':
        writeStep(out, statement.sets, statement.effects)
        release(out)
        break
      case 'Loop':
        bytes.push(0x03, VOID)
        write(out, statement.body)
        writeValue(statement.again)
        bytes.push(0x0d, 0, 0x0b)
        break
      case 'If':
        writeValue(statement.condition)
        bytes.push(0x04, VOID)
        write(out, statement.then)
        if (statement.otherwise.length > 0) {
          bytes.push(0x05)
          write(out, statement.otherwise)
        }
        bytes.push(0x0b)
        break
      case 'Return':
        statement.values.forEach(writeValue)
        bytes.push(0x0f)
        break
    }
}

/** An encoded function. */
export interface Assembled {
  readonly name: string
  readonly params: readonly ValueType[]
  readonly results: readonly ValueType[]
  readonly exported: boolean
  /** An entry of the code section: size, locals, instructions. */
  readonly code: Uint8Array
}

/** Encodes a function at once, since its bytes take a hundredth of the memory of its expressions. */
export const assemble = ({ name, params, results, body, exported }: Func): Assembled => {
  const out: Output = {
    bytes: [],
    locals: new Map(),
    types: [],
    free: { i32: [], i64: [], f32: [], f64: [], v128: [] },
    taken: []
  }
  for (const param of params) indexOf(out, param)
  write(out, body)
  // locals are declared as runs of one type
  const runs: [ValueType, number][] = []
  for (const type of out.types.slice(params.length)) {
    const last = runs[runs.length - 1]
    if (last?.[0] === type) last[1]++
    else runs.push([type, 1])
  }
  const declared = vector(runs.map(([type, count]) => [...unsigned(count), typeCode[type]]))
  // `unreachable` after a final return, `nop` otherwise
  out.bytes.push(body[body.length - 1]?._tag === 'Return' ? 0x00 : 0x01, 0x0b)
  return {
    name,
    params: params.map(({ type }) => type),
    results,
    exported,
    code: joined([unsigned(declared.length + out.bytes.length), declared, out.bytes])
  }
}

const joined = (pieces: readonly ArrayLike<number>[]): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(lengthOf(pieces))
  let at = 0
  for (const piece of pieces) {
    bytes.set(piece, at)
    at += piece.length
  }
  return bytes
}

/** The memory that a module imports, in pages of 64 kB. */
export interface MemoryNeed {
  readonly pages: number
  readonly shared: boolean
}

const lengthOf = (pieces: readonly ArrayLike<number>[]): number =>
  pieces.reduce((length, piece) => length + piece.length, 0)

const signature = (params: readonly ValueType[], results: readonly ValueType[]): readonly number[] => [
  0x60,
  ...vector(params.map((type) => [typeCode[type]])),
  ...vector(results.map((type) => [typeCode[type]]))
]

/**
 * The bytes of a module. Function indices start at 0 with the imports. The memory is imported as `host.memory`,
 * functions as `host.NAME`.
 */
export const encode = (
  imports: readonly Import[],
  functions: readonly (Func | Assembled)[],
  memory: MemoryNeed
): Uint8Array<ArrayBuffer> => {
  const assembled = functions.map((one) => ('code' in one ? one : assemble(one)))
  const signatures = [
    ...imports.map(({ params, results }) => signature(params, results)),
    ...assembled.map(({ params, results }) => signature(params, results))
  ]
  const pieces: ArrayLike<number>[] = [[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]]
  const section = (id: number, ...content: readonly ArrayLike<number>[]): void => {
    pieces.push([id, ...unsigned(lengthOf(content))], ...content)
  }
  const host = text('host')
  const limits = [memory.shared ? 3 : 1, ...unsigned(memory.pages), ...unsigned(memory.pages)]
  section(1, vector(signatures))
  section(
    2,
    vector([
      [...host, ...text('memory'), 0x02, ...limits],
      ...imports.map(({ name }, i) => [...host, ...text(name), 0x00, ...unsigned(i)])
    ])
  )
  section(3, vector(functions.map((_, i) => unsigned(imports.length + i))))
  section(
    7,
    vector(
      assembled.flatMap(({ name, exported }, i) =>
        exported ? [[...text(name), 0x00, ...unsigned(imports.length + i)]] : []
      )
    )
  )
  section(10, unsigned(assembled.length), ...assembled.map(({ code }) => code))
  return joined(pieces)
}
