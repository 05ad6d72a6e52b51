import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { BRIDGE_SECRET, PUBLIC_DOMAIN, TWILIO_AUTH_TOKEN } from './stand-in/bridge';
import { buildMain, startMain } from './stand-in/process';

const PROGRAM = `
import { readdirSync } from 'node:fs';
import { getPriority } from 'node:os';
import { yieldHelperThreads } from './thread-priority';
const count = yieldHelperThreads();
const others = readdirSync('/proc/self/task').map(Number).filter((thread) => thread !== process.pid);
console.log(JSON.stringify({ count, own: getPriority(process.pid), others: others.map((thread) => getPriority(thread)) }));
`;
const onLinux = process.platform === 'linux' ? it : it.skip;

describe('The helper threads of a bridge', () => {
  // In a process of its own: what yields here would do so in all the tests that follow.
  onLinux('yield to the thread that carries the calls, which keeps its own priority', () => {
    const { outputFiles } = buildSync({
      stdin: { contents: PROGRAM, resolveDir: join(__dirname, '../src/load'), loader: 'ts' },
      bundle: true,
      platform: 'node',
      write: false,
    });
    const { stdout } = spawnSync(process.execPath, ['-e', outputFiles[0]?.text ?? ''], {
      encoding: 'utf8',
    });
    const told = JSON.parse(stdout) as { count: number; own: number; others: number[] };
    expect(told.own).toBe(getPriority(process.pid));
    expect(told.count).toBeGreaterThan(0);
    expect(told.others.filter((priority) => priority > told.own)).toHaveLength(told.count);
  });

  it('are as loud as the others where a sandbox forbids that, and the bridge serves all the same', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
    const forbid = join(folder, 'forbid.cjs');
    writeFileSync(
      forbid,
      "require('node:os').setPriority = () => { throw new Error('EPERM: operation not permitted'); };",
    );
    const main = buildMain();
    const bridge = startMain(main, {
      ...{ PATH: process.env.PATH, NODE_OPTIONS: `--require ${forbid}` },
      ...{ OPENAI_API_KEY: 'sk-of-the-tests', TWILIO_AUTH_TOKEN, PUBLIC_DOMAIN, BRIDGE_SECRET },
      ...{ PORT: '0', CALL_STORE: join(folder, 'calls.db') },
    });
    const { port } = await bridge.waitForLog('bridge listening');
    expect((await fetch(`http://127.0.0.1:${String(port)}/readyz`)).status).toBe(200);
    bridge.kill('SIGTERM');
    expect(await bridge.ended).toBe(0);
    main.remove();
    rmSync(folder, { recursive: true });
  });
});
