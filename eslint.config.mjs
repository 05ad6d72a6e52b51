import js from '@eslint/js';
import ts from 'typescript-eslint';

/** Imports run downwards only: doctor, functions, bridge, simulator → protocol. */
const mayNotImport = (folder, ...others) => ({
  files: [`${folder}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: others.flatMap((other) => [
          {
            group: [`**/${other}/**`, `@realtime-phone/${other}/**`],
            message: `${folder} must not know ${other}`,
          },
        ]),
      },
    ],
  },
});

export default ts.config(
  // What comes and goes while commands run is never source: a folder gone during the walk ends the lint.
  { ignores: ['dist/', 'node_modules/', 'node_modules.lock/', 'data/', 'recordings/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...ts.configs.strictTypeChecked, ...ts.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      'no-console': 'error',
    },
  },
  {
    files: ['functions/**/*.ts', 'commands/**/*.ts'],
    rules: { 'no-console': ['error', { allow: ['log'] }] },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        performance: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
      },
    },
  },
  mayNotImport('protocol', 'bridge', 'simulator', 'functions', 'doctor', 'commands'),
  mayNotImport('bridge/src', 'simulator', 'functions', 'doctor', 'commands'),
  mayNotImport('simulator', 'bridge', 'functions', 'doctor', 'commands'),
  mayNotImport('functions', 'simulator', 'bridge', 'doctor', 'commands'),
);
