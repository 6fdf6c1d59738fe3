// The floors of src/: a file imports from lower floors and from its own folder; imports of types count.

/** One entry per floor, lowest first. Folders on one floor do not know each other. */
const floors = [
  ['tensor', 'tree'],
  ['kinds'],
  ['kernel', 'machine'],
  ['primitive'],
  ['tape'],
  ['ops', 'random'],
  ['transform', 'params', 'compile', 'linalg', 'fft'],
  ['nn', 'optim', 'check'],
  ['train', 'data'],
  ['codec', 'plot'],
  ['terminal', 'report']
]

/** Exceptions: `only` replaces what the floor would allow, `also` adds a folder of the same floor. */
const only = { machine: [] }
const also = { transform: ['params'], compile: ['params'], check: ['nn'] }

/** The rooms of src/nn, each with those that it may import beside itself. */
const nnRooms = { initializers: [], layers: ['initializers'], losses: [], metrics: ['losses'] }

/** Folders that read files or write reports, and so may use Node's own modules. */
const nodeFolders = ['data', 'report']

const either = (names) => `(${names.join('|')})`
const listed = `^src/(${either(floors.flat())}/|index\\.ts$)`

const floorRules = floors.flatMap((floor, height) =>
  floor.map((folder) => {
    const allowed = [folder, ...(only[folder] ?? floors.slice(0, height).flat()), ...(also[folder] ?? [])]
    return {
      name: `floor-${height}-${folder}`,
      comment: `src/${folder} may import ${allowed.map((name) => `src/${name}`).join(', ')}`,
      severity: 'error',
      from: { path: `^src/${folder}/` },
      to: { path: '^src/', pathNot: `^src/${either(allowed)}/` }
    }
  })
)

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...floorRules,
    {
      name: 'unlisted-folder',
      comment: 'every folder of src has a floor in the list above; src itself contains only index.ts',
      severity: 'error',
      from: {},
      to: { path: '^src/', pathNot: listed }
    },
    {
      name: 'unlisted-folder-imports',
      comment: 'every folder of src has a floor, also for a file that is not imported',
      severity: 'error',
      from: { path: '^src/', pathNot: listed },
      to: {}
    },
    ...Object.entries(nnRooms).map(([room, others]) => ({
      name: `nn-${room}`,
      comment: `src/nn/${room} may import ${['itself', ...others].join(' and ')} in src/nn`,
      severity: 'error',
      from: { path: `^src/nn/${room}/` },
      to: { path: '^src/nn/', pathNot: `^src/nn/${either([room, ...others])}/` }
    })),
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'src-stands-alone',
      comment: 'src does not import laws, tests, examples or scripts',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(laws|test|examples|scripts)/|^node_modules/fast-check/' }
    },
    {
      name: 'no-node-builtins-in-src',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/${either(nodeFolders)}/` },
      to: { dependencyTypes: ['core'] }
    },
    {
      name: 'only-declared-dependencies',
      severity: 'error',
      from: { path: '^(src|laws)/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'unknown', 'undetermined'],
        // peer dependencies, installed here as development ones
        pathNot: '^node_modules/(fp-ts|io-ts|fast-check|vega|vega-lite|@dagrejs/dagre|(@types/)?d3-contour|fast-png)/'
      }
    },
    {
      name: 'io-ts-in-codec-alone',
      comment: 'grad-ts, grad-ts/laws and grad-ts/report do not depend on io-ts',
      severity: 'error',
      from: { path: '^(src|laws)/', pathNot: '^src/codec/' },
      to: { path: '^src/codec/|^node_modules/io-ts/' }
    },
    {
      name: 'charts-in-report-alone',
      comment: 'grad-ts and grad-ts/terminal do not depend on the libraries of charts',
      severity: 'error',
      from: { path: '^(src|laws)/', pathNot: '^src/report/' },
      to: { path: '^src/report/|^node_modules/(vega|vega-lite|@dagrejs/dagre|(@types/)?d3-contour|fast-png)/' }
    },
    {
      name: 'laws-imports',
      comment: 'laws import src, fast-check and fp-ts',
      severity: 'error',
      from: { path: '^laws/' },
      to: { pathNot: '^(src|laws)/|^node_modules/(fp-ts|fast-check)/' }
    },
    {
      name: 'examples-imports',
      comment: 'examples import what a user can: the entries, packages, Node itself',
      severity: 'error',
      from: { path: '^examples/' },
      to: {
        pathNot: '^examples/|^(src|src/codec|laws|src/report|src/terminal)/index\\.ts$|^node_modules/',
        dependencyTypesNot: ['core']
      }
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } }
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default']
    }
  }
}
