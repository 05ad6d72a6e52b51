export default {
  reporters: ['default', '<rootDir>/scripts/closing-line.mjs'],
  testEnvironment: 'node',
  // Calls are mostly waiting, so every core may have a worker.
  maxWorkers: '100%',
  // A machine that is busy takes its time; what hangs is still found.
  testTimeout: 20_000,
  // What Functions log belongs to Twilio's log, not between the results; --silent=false shows it.
  silent: true,
  testMatch: ['<rootDir>/**/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
};
