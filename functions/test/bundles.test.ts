import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { type BuiltFunctions, buildFunctions } from './stage/built-functions';

/** Twilio's build installs `twilio`; our own code is small. */
const MAX_BUNDLE_BYTES = 64 * 1024;

let built: BuiltFunctions;

beforeAll(async () => {
  built = await buildFunctions();
});
afterAll(() => built.remove());

test('there are exactly the seven Functions, and only diagnostics is public', () => {
  expect(readdirSync(built.functions).sort()).toEqual([
    'call-status.protected.js',
    'diagnostics.js',
    'fallback.protected.js',
    'stream-ended.protected.js',
    'stream-mode.protected.js',
    'stream-status.protected.js',
    'test-mode.protected.js',
  ]);
});

test('each is small, and needs nothing but Node and twilio', () => {
  for (const name of readdirSync(built.functions)) {
    const code = readFileSync(join(built.functions, name), 'utf8');
    expect(code.length).toBeLessThan(MAX_BUNDLE_BYTES);
    expect(code).not.toContain('node_modules/');
    const wanted = [...code.matchAll(/require\("([^"]+)"\)/g)].map(([, module = '']) => module);
    for (const module of wanted) {
      const known =
        module.split('/')[0] === 'twilio' || builtinModules.includes(module.replace('node:', ''));
      expect([name, module, known]).toEqual([name, module, true]);
    }
  }
});
