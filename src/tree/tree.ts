/**
 * Pytrees: any nesting of plain records and arrays, with static values beside the leaves where the caller allows them.
 * Generic in the leaf type, which the caller recognises; independent of tensors.
 */

/** One step of a path: a record's key or an array's index. */
export type PathStep = string | number
export type Path = readonly PathStep[]

/** `params.layers[0].weight`; the bare root is `root`. */
export const showPath = (root: string, path: Path): string =>
  path.reduce<string>((text, step) => (typeof step === 'number' ? `${text}[${step}]` : `${text}.${step}`), root)

/** The structure of a tree, without its leaves (a treedef). */
export type Structure =
  | { readonly _tag: 'Leaf' }
  /** A value that is not a leaf, and is equal in all trees of the structure. */
  | { readonly _tag: 'Static'; readonly value: unknown }
  | { readonly _tag: 'List'; readonly items: readonly Structure[] }
  | { readonly _tag: 'Record'; readonly keys: readonly string[]; readonly items: readonly Structure[] }

export interface Flat<L> {
  readonly leaves: readonly L[]
  readonly structure: Structure
}

/** A node that is neither a leaf, nor a record, nor an array. */
export interface TreeFault {
  readonly path: Path
  readonly value: unknown
  /** Whether the depth limit was exceeded, as by a cyclic value. */
  readonly endless?: true
}

const leaf: Structure = { _tag: 'Leaf' }

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** Depth limit; a cyclic value never ends. */
export const DEEPEST = 500

/**
 * The leaves in the order of keys and indices, and the structure, from which `unflatten` rebuilds the tree. `onOther`
 * handles a node that is neither a leaf, nor a record, nor an array: it throws, or gives a static value.
 */
export const flatten =
  <L>(isLeaf: (value: unknown) => value is L, onOther: (fault: TreeFault) => Structure) =>
  (tree: unknown): Flat<L> => {
    const leaves: L[] = []
    const path: PathStep[] = []
    const visit = (node: unknown): Structure => {
      if (isLeaf(node)) {
        leaves.push(node)
        return leaf
      }
      if (path.length > DEEPEST) return onOther({ path: path.slice(0, 3), value: node, endless: true })
      if (Array.isArray(node)) {
        const items: Structure[] = []
        for (let i = 0; i < node.length; i++) {
          path.push(i)
          items.push(visit(node[i]))
          path.pop()
        }
        return { _tag: 'List', items }
      }
      if (!isRecord(node)) return onOther({ path: [...path], value: node })
      const keys = Object.keys(node)
      const items: Structure[] = []
      for (const key of keys) {
        path.push(key)
        items.push(visit(node[key]))
        path.pop()
      }
      return { _tag: 'Record', keys, items }
    }
    const structure = visit(tree)
    return { leaves, structure }
  }

/** A record from keys, in order, and their values. */
const recordOf = <A>(keys: readonly string[], valueAt: (i: number) => A): Record<string, A> => {
  const record: Record<string, A> = {}
  keys.forEach((key, i) => {
    const value = valueAt(i)
    // a key named __proto__ is data like any other
    if (key === '__proto__')
      Object.defineProperty(record, key, { value, configurable: true, enumerable: true, writable: true })
    else record[key] = value
  })
  return record
}

/** Rebuilds a tree from its structure and the leaves, in the order of `flatten`. */
export const unflatten =
  (structure: Structure) =>
  (leaves: readonly unknown[]): unknown => {
    let next = 0
    const build = (node: Structure): unknown => {
      if (node._tag === 'Leaf') return leaves[next++]
      if (node._tag === 'Static') return node.value
      if (node._tag === 'List') return node.items.map(build)
      return recordOf(node.keys, (i) => build(node.items[i]!))
    }
    return build(structure)
  }

/** The path of every leaf, in order. */
export const pathsOf = (structure: Structure): readonly Path[] => {
  const paths: Path[] = []
  const visit = (node: Structure, path: Path): void => {
    if (node._tag === 'Static') return
    if (node._tag === 'Leaf') paths.push(path)
    else if (node._tag === 'List') node.items.forEach((item, i) => visit(item, [...path, i]))
    else node.items.forEach((item, i) => visit(item, [...path, node.keys[i]!]))
  }
  visit(structure, [])
  return paths
}

/** The first difference between a tree and its expected structure. */
export interface StructureFault {
  readonly path: Path
  /** The expected structure, and the actual value. */
  readonly node: Structure
  readonly value: unknown
  readonly expected: string
  readonly found: string
  /** The missing and the extra keys of a record. */
  readonly missing: readonly string[]
  readonly extra: readonly string[]
}

/**
 * The leaves of a tree, checked against a structure and in the order of that (so records match with their keys in any
 * order); `onFault` handles the first difference.
 */
export const leavesAs =
  <L>(isLeaf: (value: unknown) => value is L, onFault: (fault: StructureFault) => never) =>
  (structure: Structure) =>
  (tree: unknown): readonly L[] => {
    const leaves: L[] = []
    const path: PathStep[] = []
    const part = (node: Structure, value: unknown): never =>
      onFault({
        path: [...path],
        node,
        value,
        expected: showKind(node),
        found: showNode(isLeaf(value), value),
        ...keysApart(node, isLeaf(value) ? null : value)
      })
    const visit = (node: Structure, value: unknown): void => {
      if (node._tag === 'Leaf') {
        if (!isLeaf(value)) return part(node, value)
        leaves.push(value)
        return
      }
      if (node._tag === 'Static') {
        if (isLeaf(value) || !Object.is(value, node.value)) part(node, value)
        return
      }
      if (node._tag === 'List') {
        if (!Array.isArray(value) || value.length !== node.items.length) return part(node, value)
        for (let i = 0; i < value.length; i++) {
          path.push(i)
          visit(node.items[i]!, value[i])
          path.pop()
        }
        return
      }
      if (isLeaf(value) || !isRecord(value) || Object.keys(value).length !== node.keys.length) return part(node, value)
      for (let i = 0; i < node.keys.length; i++) {
        const key = node.keys[i]!
        if (!Object.hasOwn(value, key)) return part(node, value)
        path.push(key)
        visit(node.items[i]!, value[key])
        path.pop()
      }
    }
    visit(structure, tree)
    return leaves
  }

/** The missing and extra keys of a record. */
const keysApart = (node: Structure, value: unknown): Pick<StructureFault, 'missing' | 'extra'> =>
  node._tag === 'Record' && isRecord(value)
    ? {
        missing: node.keys.filter((key) => !Object.hasOwn(value, key)),
        extra: Object.keys(value).filter((key) => !node.keys.includes(key))
      }
    : { missing: [], extra: [] }

const showKind = (node: Structure): string =>
  node._tag === 'Leaf'
    ? 'a leaf'
    : node._tag === 'Static'
      ? 'a static value'
      : node._tag === 'List'
        ? `a list of ${node.items.length}`
        : `a record of ${node.keys.join(', ') || 'nothing'}`

const showNode = (isLeaf: boolean, value: unknown): string =>
  isLeaf
    ? 'a leaf'
    : Array.isArray(value)
      ? `a list of ${value.length}`
      : isRecord(value)
        ? `a record of ${Object.keys(value).join(', ') || 'nothing'}`
        : value === null
          ? 'null'
          : typeof value

/**
 * Whether a tree has a structure, with keys in the same order; appends its leaves to a list as far as it matches. Runs
 * before each call of a program, and so avoids closures and paths.
 */
export const matches = <L>(
  isLeaf: (value: unknown) => value is L,
  structure: Structure,
  tree: unknown,
  leaves: L[]
): boolean => {
  switch (structure._tag) {
    case 'Leaf':
      if (!isLeaf(tree)) return false
      leaves.push(tree)
      return true
    case 'Static':
      return Object.is(tree, structure.value) && !isLeaf(tree)
    case 'List': {
      const { items } = structure
      if (!Array.isArray(tree) || tree.length !== items.length) return false
      for (let i = 0; i < items.length; i++) if (!matches(isLeaf, items[i]!, tree[i], leaves)) return false
      return true
    }
    case 'Record': {
      const { keys, items } = structure
      if (isLeaf(tree) || !isRecord(tree)) return false
      let count = 0
      for (const key in tree) {
        if (keys[count] !== key) return false
        count++
      }
      if (count !== keys.length) return false
      for (let i = 0; i < items.length; i++) if (!matches(isLeaf, items[i]!, tree[keys[i]!], leaves)) return false
      return true
    }
  }
}

/** Whether two structures are equal, where one is a leaf or a static value. */
const sameEnds = (a: Structure, b: Structure): boolean =>
  a._tag === b._tag && (a._tag !== 'Static' || b._tag !== 'Static' || Object.is(a.value, b.value))

/** Whether two structures have the same nesting and keys, in the same order. */
export const sameStructure = (a: Structure, b: Structure): boolean => {
  if (a === b) return true
  if (a._tag === 'Leaf' || a._tag === 'Static' || b._tag === 'Leaf' || b._tag === 'Static') return sameEnds(a, b)
  if (a._tag !== b._tag || a.items.length !== b.items.length) return false
  if (a._tag === 'Record' && b._tag === 'Record' && a.keys.some((key, i) => key !== b.keys[i])) return false
  return a.items.every((item, i) => sameStructure(item, b.items[i]!))
}

/**
 * Whether two structures have the same nesting and keys, in any order, that is, whether `leavesAs` accepts one for the
 * other.
 */
export const sameNesting = (a: Structure, b: Structure): boolean => {
  if (a === b) return true
  if (a._tag === 'Leaf' || a._tag === 'Static' || b._tag === 'Leaf' || b._tag === 'Static') return sameEnds(a, b)
  if (a.items.length !== b.items.length) return false
  if (a._tag === 'List') return b._tag === 'List' && a.items.every((item, i) => sameNesting(item, b.items[i]!))
  if (b._tag === 'List') return false
  const places = new Map(b.keys.map((key, i) => [key, i]))
  return a.keys.every((key, i) => {
    const at = places.get(key)
    return at !== undefined && sameNesting(a.items[i]!, b.items[at]!)
  })
}
