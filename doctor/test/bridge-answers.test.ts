import { BRIDGE_CHECKS } from '../checks/bridge/part';
import type { ProxyFaults } from './stage/breaking-proxy';
import { type BridgeSetUp, examineBridge, findingsOf } from './stage/bridge-set-up';

jest.setTimeout(30_000);

const html = { 'content-type': 'text/html' };
const page = '<!DOCTYPE html><title>You are about to visit</title>';

const answersAll = (status: number, headers: Record<string, string>, body = ''): ProxyFaults => ({
  answer: () => ({ status, headers, body }),
});

const answersUpgrades = (status: number, headers: Record<string, string>, body = '') => ({
  answer: (_: string, isUpgrade: boolean) => (isUpgrade ? { status, headers, body } : undefined),
});

describe('The doctor, where something else answers,', () => {
  it.each<[string, ProxyFaults, string]>([
    ['a page of a tunnel for people', answersAll(200, html, page), 'page-in-front'],
    ['a page with 511', answersAll(511, html, page), 'page-in-front'],
    ['a redirect', answersAll(301, { location: 'https://www.example.com/?x=1' }), 'redirected'],
    [
      'a redirect to a login',
      answersAll(302, { location: 'https://acme.cloudflareaccess.com/cdn-cgi/access/login' }),
      'login-in-front',
    ],
    ['a login of its own', answersAll(403, html, page), 'login-in-front'],
    ['a password', answersAll(401, { 'www-authenticate': 'Basic' }), 'login-in-front'],
    ['nothing behind a proxy (502)', answersAll(502, { server: 'nginx' }), 'nothing-behind-proxy'],
    ['nothing behind a proxy (503)', answersAll(503, html, page), 'nothing-behind-proxy'],
    ['nothing behind a proxy in time (504)', answersAll(504, {}), 'nothing-behind-proxy'],
    [
      'a tunnel that is closed',
      answersAll(404, { 'ngrok-error-code': 'ERR_NGROK_3200' }, page),
      'tunnel-closed',
    ],
    ['a limit of requests', answersAll(429, {}), 'rate-limited'],
    ['another program', answersAll(200, {}, '{"status":"ok"}'), 'not-the-bridge'],
    ['a path that is changed', { path: (path) => `/api${path}` }, 'not-the-bridge'],
    ['a proxy that holds requests back', { delayMs: 1_700 }, 'answer-late'],
  ])('names %s', async (_, proxy, id) => {
    const results = await examineBridge({ proxy });
    expect(findingsOf(results)).toEqual([`fault ${id} at bridge.http`]);
    expect(results.slice(4).map(({ because }) => because)).toEqual(
      BRIDGE_CHECKS.slice(4).map(() => 'bridge.http'),
    );
  });

  it('shows no query of a redirect, which may be a secret', async () => {
    const proxy = answersAll(302, { location: 'https://sso.example.com/login?token=hidden' });
    expect(JSON.stringify(await examineBridge({ proxy }))).not.toContain('hidden');
  });

  it('warns where calls pass and the state of the bridge is hidden', async () => {
    const results = await examineBridge({
      proxy: {
        answer: (path) => (/^\/(healthz|readyz)$/.test(path) ? { status: 404 } : undefined),
      },
      checks: BRIDGE_CHECKS.filter(({ id }) => id !== 'bridge.echo'),
    });
    expect(findingsOf(results)).toEqual(['warning health-hidden at bridge.http']);
  });

  it.each<[string, string, BridgeSetUp]>([
    ['draining', 'bridge-draining', { before: (bridge) => bridge.calls.drain(0) }],
    [
      'full',
      'bridge-full',
      { bridge: { MAX_CALLS: '1' }, before: (bridge) => bridge.admit('CA1') },
    ],
  ])('names a bridge that is %s', async (_, id, setUp) => {
    expect(findingsOf(await examineBridge(setUp))).toEqual([`fault ${id} at bridge.http`]);
  });
});

describe('The doctor, where plain requests pass and upgrades do not,', () => {
  it.each<[string, ProxyFaults, string]>([
    ['finds that Upgrade is dropped', { dropsUpgrade: true }, 'upgrade-dropped'],
    ['finds that they are cut', { cutsUpgrade: true }, 'upgrade-cut'],
    ['finds a 502 for them', answersUpgrades(502, { server: 'Caddy' }), 'upgrade-refused'],
    ['finds a page for them', answersUpgrades(200, html, page), 'page-in-front'],
    ['finds a challenge', answersUpgrades(403, { 'cf-mitigated': 'challenge' }), 'login-in-front'],
    ['finds that their path is unknown', answersUpgrades(404, html, page), 'upgrade-refused'],
  ])('%s', async (_, proxy, id) => {
    const results = await examineBridge({ proxy });
    expect(findingsOf(results)).toEqual([`fault ${id} at bridge.upgrade`]);
  });
});
