import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../bridge/src/config';
import { testWith } from './stage/programs';

const UNIT = join(__dirname, '..', 'bridge.service');
const unit = readFileSync(UNIT, 'utf8');
const valuesOf = (name: string) =>
  [...unit.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value]) => value);
const testWithSystemd = testWith('systemd-analyze');

/** From 0, shut, to 10, open. */
const MAX_EXPOSURE = 1.5;

describe('The systemd unit', () => {
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
    expect(valuesOf('EnvironmentFile')).toEqual(['/etc/realtime-phone/bridge.env']);
    expect(environment).toContain(`CALL_STORE=/var/lib/${String(valuesOf('StateDirectory')[0])}/`);
  });

  testWithSystemd('is sound to systemd-analyze verify (needs systemd)', () => {
    // The same unit, with the Node of this machine in the place where a server has it.
    const here = join(folder, 'bridge.service');
    writeFileSync(here, unit.replace('/usr/bin/node', process.execPath));
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', here], { encoding: 'utf8' });
    expect(stderr.split('\n').filter((line) => line.includes('bridge.service'))).toEqual([]);
    expect(status).toBe(0);
  });

  testWithSystemd('is shut to what the bridge does not need (needs systemd)', () => {
    const here = join(folder, 'bridge.service');
    copyFileSync(UNIT, here);
    const rated = execFileSync(
      'systemd-analyze',
      ['security', '--offline=true', `--threshold=${MAX_EXPOSURE * 10}`, '--no-pager', here],
      { encoding: 'utf8' },
    );
    const exposure = Number(/Overall exposure level for \S+: ([\d.]+)/.exec(rated)?.[1]);
    expect(exposure).toBeLessThanOrEqual(MAX_EXPOSURE);
    process.stdout.write(`systemd-analyze security: ${exposure}\n`);
  });
});
