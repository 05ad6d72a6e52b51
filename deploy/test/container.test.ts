import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildDist, ROOT } from './stage/built-bridge';
import { buildCleanRoot, type CleanRoot } from './stage/clean-root';
import { readContainerfile } from './stage/containerfile';
import { findFreePorts } from '../../commands/chaos/free-ports';
import { testWith } from './stage/programs';

jest.setTimeout(300_000);

const instructions = readContainerfile(readFileSync(join(ROOT, 'deploy/Containerfile'), 'utf8'));
const named = (name: string) => instructions.filter((each) => each.name === name);
const testInRoot =
  process.getuid?.() === 0 || process.env.NOTHING_SKIPPED === '1'
    ? testWith('debootstrap', 'chroot', 'useradd')
    : test.skip;

describe('The container file', () => {
  test('runs as nobody special, ends on SIGTERM, knows its health, and has no secret', () => {
    expect(named('USER').at(-1)?.text).toBe('node');
    expect(named('STOPSIGNAL')).toEqual([{ name: 'STOPSIGNAL', text: 'SIGTERM' }]);
    expect(named('HEALTHCHECK')[0]?.text).toContain('/healthz');
    // In JSON: a shell in between would not pass the signal on.
    expect(named('CMD')).toEqual([
      { name: 'CMD', text: '["node", "--max-semi-space-size=2", "main.js"]' },
    ]);
    expect(
      named('ENV')
        .map(({ text }) => text)
        .join(' '),
    ).not.toMatch(/KEY|TOKEN|SECRET/);
  });

  testInRoot(
    'makes a small system whose native server loads, step by step in a fresh Debian (needs debootstrap, chroot and root)',
    async () => {
      buildDist();
      const root: CleanRoot = buildCleanRoot(instructions, join(ROOT, 'dist/bridge'));
      try {
        const [port = 0] = await findFreePorts(1);
        const bridge = root.start(root.command, {
          PORT: String(port),
          OPENAI_API_KEY: 'sk-of-the-tests',
          TWILIO_AUTH_TOKEN: '0123456789abcdef0123456789abcdef',
          BRIDGE_SECRET: 'a secret of the tests',
          PUBLIC_DOMAIN: 'bridge.example.com',
        });
        const ended = once(bridge, 'close');
        let said = '';
        bridge.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
        const listening = await new Promise<Record<string, unknown>>((resolve, reject) => {
          if (bridge.stdout === null) throw new Error('no stdout');
          createInterface({ input: bridge.stdout }).on('line', (line) => {
            said += `${line}\n`;
            const fields = JSON.parse(line) as Record<string, unknown>; // a line of the bridge's log
            if (fields.msg === 'bridge listening') resolve(fields);
          });
          void ended.then(() => reject(new Error(`the bridge ended:\n${said}`)));
        });
        expect(listening).toMatchObject({ engine: 'uWebSockets.js', host: '0.0.0.0', port });
        expect(said).not.toContain('native_server_unavailable');

        const { node } = (await (await fetch(`http://127.0.0.1:${port}/diagnostics`)).json()) as {
          node: string;
        };
        expect(node).toMatch(/^v24\./);
        // chroot has become node main.js: the same process, and not root's.
        expect(readFileSync(`/proc/${String(bridge.pid)}/status`, 'utf8')).toMatch(
          /^Uid:\s+1000\s+1000/m,
        );

        const health = async () => {
          const check = root.start(['sh', '-c', root.healthCheck], { PORT: String(port) });
          const [code] = (await once(check, 'close')) as [number];
          return code;
        };
        expect(await health()).toBe(0);
        expect(statSync(join(root.folder, 'var/lib/realtime-phone/calls.db')).uid).toBe(1000);
        const write = root.start(['touch', '/srv/bridge/main.js', '/srv/bridge/new']);
        expect(await once(write, 'close')).not.toEqual([0, null]);

        bridge.kill('SIGTERM');
        expect(await ended).toEqual([0, null]);
        expect(await health()).toBe(1);

        const sizeMb = Number(
          execFileSync('du', ['-sm', join(root.folder, 'srv/bridge')], { encoding: 'utf8' }).split(
            '\t',
          )[0],
        );
        expect(sizeMb).toBeLessThan(80);
        process.stdout.write(
          `the container's steps: Node ${node}, the bridge with its packages ${sizeMb} MB\n`,
        );
      } finally {
        root.remove();
      }
    },
  );
});
