import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: { include: ['test/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000,
    coverage: {
      include: ['src/**/*.ts', 'rules/*/*.ts'], exclude: ['rules/*/{bad,good}.ts', 'src/cli/**'], reporter: ['text-summary', 'json-summary'], reportsDirectory: 'coverage',
      thresholds: { 'src/keys/**': { lines: 97, branches: 90 }, 'src/resolve/**': { lines: 90, branches: 76 }, 'rules/**': { lines: 96, branches: 88 } },
    },
  },
})
