import js from '@eslint/js'
import functional from 'eslint-plugin-functional'
import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'

/**
 * Files outside src/kernel in which loops, `let`, `throw` and writing to a buffer just allocated are allowed. Everything
 * else in src is expressions. Add a file here only when the recursive or folded form overflows or is much slower.
 */
const imperative = [
  'src/tensor/tensor.ts',
  'src/tensor/dims.ts',
  'src/tensor/errors.ts',
  'src/tensor/construct.ts',
  'src/tensor/show.ts',
  'src/tree/tree.ts',
  'src/primitive/scan.ts',
  'src/primitive/tape.ts',
  'src/tape/*.ts',
  'src/transform/*.ts',
  'src/tensor/elementary.ts',
  'src/machine/bytes.ts',
  'src/machine/encode.ts',
  'src/machine/lanes.ts',
  'src/machine/loop.ts',
  'src/machine/tiles.ts',
  'src/compile/cache.ts',
  'src/compile/checked.ts',
  'src/compile/compiled.ts',
  'src/compile/emit.ts',
  'src/compile/graph.ts',
  'src/compile/kernels.ts',
  'src/compile/lowering.ts',
  'src/compile/module.ts',
  'src/compile/order.ts',
  'src/compile/plan.ts',
  'src/compile/schedule.ts',
  'src/compile/sequence.ts',
  'src/compile/arena.ts',
  'src/compile/threads.ts',
  'src/compile/view.ts',
  'src/compile/words.ts',
  'src/compile/passes/*.ts',
  'src/check/perturbed.ts',
  'src/data/members.ts',
  'src/train/epochProgram.ts',
  'src/train/evaluate.ts',
  'src/train/history.ts',
  'src/train/loop.ts',
  'src/train/programs.ts',
  'src/train/run.ts',
  'src/train/stateFaults.ts',
  'src/train/trainer.ts',
  'src/train/fit.ts'
]

/** Type-level code: lookup tables are type aliases, an identity test uses a type parameter once. */
const typeLevel = ['src/tensor/arith.ts', 'src/tensor/shape.ts']

const nodeGlobals = ['require', 'module', 'exports', 'process', 'console', '__dirname', 'URL']

export default defineConfig(
  { ignores: ['dist', 'coverage', 'docs', 'test/docs/.generated*'] },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      // there are neither classes nor enums, and looking for them took a third of the time
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-invalid-void-type': ['error', { allowAsThisParameter: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // `Primitive<P = {}>`: a primitive without parameters
      '@typescript-eslint/no-empty-object-type': [
        'error',
        // a name for a record that is declared as data
        { allowObjectTypes: 'always', allowInterfaces: 'with-single-extends' }
      ],
      // `readonly number[]` and `ReadonlyArray<Shape>` are both read easily, each where it is shorter
      '@typescript-eslint/array-type': 'off',
      // the one spelling of fp-ts that works in native ESM, CommonJS, vitest and every moduleResolution
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^(fp-ts|io-ts)/(?!lib/.*\\.js$)', message: "import 'fp-ts/lib/X.js'" }] }
      ]
    }
  },
  {
    // a tensor is an instance of the one class, for speed; nothing else is
    files: ['src/**/*.ts'],
    ignores: ['src/kernel/**', 'src/tensor/tensor.ts'],
    plugins: { functional },
    rules: {
      'functional/no-classes': 'error',
      'functional/no-this-expressions': 'error'
    }
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/kernel/**', ...imperative],
    plugins: { functional },
    rules: {
      'functional/immutable-data': 'error',
      'functional/no-let': 'error',
      'functional/no-loop-statements': 'error',
      'functional/no-throw-statements': 'error'
    }
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/kernel/**'],
    plugins: { functional },
    rules: { 'functional/readonly-type': ['error', 'keyword'] }
  },
  {
    // the library runs in a browser too
    files: ['src/**/*.ts', 'laws/**/*.ts'],
    ignores: ['src/data/**', 'src/report/**'],
    rules: { 'no-restricted-globals': ['error', 'process', 'Buffer', 'console', 'require', 'global', '__dirname'] }
  },
  {
    // an index a loop or a shape rule has just bounded is in range; a loop over a buffer keeps its index
    files: ['src/**/*.ts', 'laws/{oracles,theorems}/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off', '@typescript-eslint/prefer-for-of': 'off' }
  },
  {
    files: typeLevel,
    rules: {
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off'
    }
  },
  {
    // tests hand over wrong values on purpose, and look inside what they get back
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unused-expressions': 'off'
    }
  },
  {
    files: ['**/*.cjs', '**/*.mjs'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: Object.fromEntries(nodeGlobals.map((name) => [name, 'readonly'])) },
    rules: { '@typescript-eslint/no-require-imports': 'off' }
  }
)
