import {
  ADMIN_TOKEN,
  BRIDGE_SECRET,
  PUBLIC_DOMAIN,
  startTestBridge,
  type TestBridge,
  TWILIO_AUTH_TOKEN,
} from '../../../bridge/test/stand-in/bridge';
import type { Check, Result } from '../../check';
import { BRIDGE_CHECKS } from '../../checks/bridge/part';
import type { Facts } from '../../examination';
import { makeAuthority, type ServerCertificate, type TestAuthority } from './authority';
import { type ProxyFaults, startBreakingProxy } from './breaking-proxy';
import { examineSetUp } from './examination';

/** Nothing listens there, so that a model session is tried and fails in silence. */
const NO_MODEL = 'ws://127.0.0.1:9/v1/realtime';

/** What an operator of this bridge has in `.env`. */
export const ENVIRONMENT: Readonly<Record<string, string>> = {
  PUBLIC_DOMAIN,
  BRIDGE_SECRET,
  TWILIO_AUTH_TOKEN,
  ADMIN_TOKEN,
  BRIDGE_URL: `https://${PUBLIC_DOMAIN}`,
};

/** One set-up of a bridge and what is in front of it. */
export interface BridgeSetUp {
  /** Faults of the proxy; it serves TLS with a good certificate unless another is given. */
  readonly proxy?: ProxyFaults;
  /** Without TLS in front. */
  readonly plain?: boolean;
  /** Of the doctor. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Of the bridge. */
  readonly bridge?: Readonly<Record<string, string>>;
  readonly facts?: Facts;
  readonly checks?: readonly Check[];
  /** What is done with the bridge before it is examined. */
  readonly before?: (bridge: TestBridge) => unknown;
  /** What is looked at afterwards. */
  readonly after?: (bridge: TestBridge) => void | Promise<void>;
}

let known: Promise<{ authority: TestAuthority; good: ServerCertificate }> | undefined;

/** The authority that the doctor of these tests trusts, and a good certificate of it. */
export function trustedAuthority() {
  known ??= makeAuthority().then(async (authority) => ({
    authority,
    good: await authority.issue(),
  }));
  return known;
}

/** Starts a real bridge and the proxy in front, and examines them by the public name. */
export async function examineBridge(setUp: BridgeSetUp = {}): Promise<Result[]> {
  const { checks = BRIDGE_CHECKS, environment = {}, facts = {}, plain = false } = setUp;
  const { authority, good } = await trustedAuthority();
  const bridge = await startTestBridge(NO_MODEL, setUp.bridge);
  const faults = { ...(plain ? {} : { certificate: good }), ...setUp.proxy };
  const proxy = await startBreakingProxy(bridge.url, faults);
  try {
    await setUp.before?.(bridge);
    const results = await examineSetUp(checks, {
      environment: { ...ENVIRONMENT, ...environment },
      hosts: { [PUBLIC_DOMAIN]: proxy.url },
      ca: authority.root,
      facts,
    });
    await setUp.after?.(bridge);
    return results;
  } finally {
    await proxy.close();
    await bridge.stop();
  }
}

/** Every finding, as `fault certificate-expired at bridge.certificate`. */
export function findingsOf(results: readonly Result[]): string[] {
  return results.flatMap(({ id: check, findings }) =>
    findings.map(({ level, id }) => `${level} ${id} at ${check}`),
  );
}
