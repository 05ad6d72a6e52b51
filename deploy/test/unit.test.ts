import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../bridge/src/config';
import { testWith } from './stage/programs';

const DEPLOY = join(__dirname, '..');
const read = (name: string) => readFileSync(join(DEPLOY, name), 'utf8');
const valuesIn = (unit: string, name: string) =>
  [...unit.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value = '']) => value);
const testWithSystemd = testWith('systemd-analyze');

/** From 0, shut, to 10, open. */
const MAX_EXPOSURE = 1.5;

describe.each([
  // A template is checked as one of its instances.
  ['bridge.service', 'bridge.service'],
  ['bridge@.service', 'bridge@a.service'],
])('The systemd unit %s', (name, instance) => {
  const unit = read(name);
  const valuesOf = (key: string) => valuesIn(unit, key);
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'unit-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('gives the bridge longer to end than it drains', () => {
    const { DRAIN_S } = readConfig({
      TWILIO_AUTH_TOKEN: 'x',
      BRIDGE_SECRET: 'a secret of the tests',
      PUBLIC_DOMAIN: 'bridge.example.com',
      OPENAI_API_KEY: 'x',
    });
    expect(Number(valuesOf('TimeoutStopSec')[0])).toBeGreaterThan(DRAIN_S);
    expect(valuesOf('KillSignal')).toEqual(['SIGTERM']);
  });

  test('keeps secrets out of the unit, and records where it may write', () => {
    const [environment = ''] = valuesOf('Environment');
    expect(environment).not.toMatch(/KEY|TOKEN|SECRET/);
    expect(valuesOf('EnvironmentFile')[0]).toBe('/etc/realtime-phone/bridge.env');
    expect(environment).toContain(`CALL_STORE=/var/lib/${String(valuesOf('StateDirectory')[0])}/`);
  });

  testWithSystemd('is sound to systemd-analyze verify (needs systemd)', () => {
    // The same unit, with the Node of this machine in the place where a server has it.
    const here = join(folder, instance);
    writeFileSync(here, unit.replaceAll('/usr/bin/node', process.execPath));
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', here], { encoding: 'utf8' });
    expect(stderr.split('\n').filter((line) => line.includes('bridge'))).toEqual([]);
    expect(status).toBe(0);
  });

  testWithSystemd('is shut to what the bridge does not need (needs systemd)', () => {
    const here = join(folder, instance);
    copyFileSync(join(DEPLOY, name), here);
    const rated = execFileSync(
      'systemd-analyze',
      ['security', '--offline=true', `--threshold=${MAX_EXPOSURE * 10}`, '--no-pager', here],
      { encoding: 'utf8' },
    );
    const exposure = Number(/Overall exposure level for \S+: ([\d.]+)/.exec(rated)?.[1]);
    expect(exposure).toBeLessThanOrEqual(MAX_EXPOSURE);
    process.stdout.write(`systemd-analyze security: ${name} ${exposure}\n`);
  });
});

describe('The unit of one bridge among several', () => {
  const template = read('bridge@.service');
  const [wait = ''] = valuesIn(template, 'ExecStartPost').map(
    (line) => /^\/usr\/bin\/node -e "(.*)"$/.exec(line)?.[1] ?? '',
  );

  test('differs from the one of a single bridge in name, port, folder, and a start that waits', () => {
    const lines = (text: string) => text.split('\n').filter((line) => /^\w+=/.test(line));
    const [one, many] = [lines(read('bridge.service')), lines(template)];
    const namesOf = (changed: string[]) => changed.map((line) => line.split('=')[0]);
    expect(namesOf(many.filter((line) => !one.includes(line)))).toEqual([
      'Description',
      'ExecStartPost',
      'WorkingDirectory',
      'Environment',
      'EnvironmentFile',
    ]);
    expect(namesOf(one.filter((line) => !many.includes(line)))).toEqual([
      'Description',
      'WorkingDirectory',
      'Environment',
    ]);
    expect(valuesIn(template, 'Environment')[0]).toMatch(/^BRIDGE_NODE=%i /);
    expect(valuesIn(template, 'EnvironmentFile')).toContain('/etc/realtime-phone/node-%i.env');
  });

  test('has started when the bridge is ready, and no sooner', async () => {
    let asked = 0;
    const server = createServer((_request, response) => {
      asked += 1;
      response.writeHead(asked < 3 ? 503 : 200).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const waiting = spawn(process.execPath, ['-e', wait], { env: { PORT: String(port) } });
    expect(await once(waiting, 'close')).toEqual([0, null]);
    expect(asked).toBe(3);
    server.close();
  });

  test('has failed to start where the bridge does not come', async () => {
    // The same, with less patience.
    const soon = wait.replace('30000', '300');
    const waiting = spawn(process.execPath, ['-e', soon], { env: { PORT: '9' } });
    expect(await once(waiting, 'close')).toEqual([1, null]);
  });
});
