import { defineConfig, mergeConfig } from 'vitest/config'
import ordinary from './vitest.config.mts'

/** The same laws as in the tests, tried some thousands of times: `npm run test:long`, which takes the better part of an hour. */
export default mergeConfig(
  { ...ordinary, test: { ...ordinary.test, include: [] } },
  defineConfig({ test: { include: ['test/long/**/*.long.ts'], testTimeout: 0, hookTimeout: 0 } })
)
