// Runs one command of dist/ in this very process, so that a signal reaches it: node scripts/run.mjs NAME …
import { createRequire } from 'node:module';
import { prepare } from './prepare.mjs';

const [name = ''] = process.argv.splice(2, 1);
await prepare();
createRequire(import.meta.url)(
  name === 'bridge' ? '../dist/bridge/main.js' : `../dist/commands/${name}.js`,
);
