import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const root = join(__dirname, '..');

/** Says who it is, and then takes its time, as the real one does. */
const SLOW_NPM = `#!/usr/bin/env node
process.stderr.write('npm is ' + process.pid + '\\n');
setInterval(() => undefined, 1_000);
`;

const isThere = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('A command that installs first', () => {
  let folder: string;
  let command: ChildProcess;
  let npm: number | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'install-'));
    cpSync(join(root, 'scripts'), join(folder, 'scripts'), { recursive: true });
    writeFileSync(join(folder, 'package-lock.json'), '{"packages":{}}');
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'bin/npm'), SLOW_NPM, { mode: 0o755 });
  });
  afterEach(() => {
    command.kill('SIGKILL');
    if (npm !== undefined && isThere(npm)) process.kill(npm, 'SIGKILL');
    npm = undefined;
    rmSync(folder, { recursive: true });
  });

  /** Starts a command, and waits until npm runs. */
  const run = async () => {
    command = spawn(process.execPath, ['scripts/run.mjs', 'start'], {
      cwd: folder,
      env: { ...process.env, PATH: `${join(folder, 'bin')}${delimiter}${process.env.PATH ?? ''}` },
    });
    let errors = '';
    const seen = (wanted: RegExp) =>
      new Promise<string>((resolve) => {
        command.stderr?.on('data', (chunk: Buffer) => {
          errors += chunk.toString();
          const found = wanted.exec(errors);
          if (found !== null) resolve(found[1] ?? found[0]);
        });
      });
    npm = Number(await seen(/npm is (\d+)/));
    return { npm, seen, read: () => errors };
  };

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'leaves no npm behind on %s, and the next command may install',
    async (signal) => {
      const started = await run();
      command.kill(signal);
      await once(command, 'exit');
      expect(isThere(started.npm)).toBe(false);
      expect(started.read()).toContain(`ended by ${signal} during the install`);
      expect(existsSync(join(folder, 'node_modules.lock'))).toBe(false);
    },
  );

  it('shows that it still installs', async () => {
    const { seen } = await run();
    await seen(/still installing, \d+ s/);
  }, 20_000);
});
