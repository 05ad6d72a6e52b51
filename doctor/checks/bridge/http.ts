import { readAdmissionNote } from '@realtime-phone/protocol/admission-note';
import { type Check, type Finding, oneFinding, skip } from '../../check';
import { type Answer, asUnreachable, Unreachable } from '../../reach';
import { bridgeCodeOf } from '../../stranger';
import { explainConnection } from './connection';
import { explainHttp2 } from './http2';
import { type BridgePlace, requirePlace } from './place';
import { explainStranger } from './refusals';
import { type BridgeState, readHealth, readState } from './state';

/** The Functions wait so long for an admission. */
const FUNCTIONS_MS = 1_500;
const LIMIT_MS = 8_000;

/** Whether the bridge answers HTTP, the bridge itself, and takes calls. */
export const checkHttp: Check = {
  id: 'bridge.http',
  title: 'The bridge answers, and takes calls',
  needs: ['bridge.certificate'],
  run: async (examination) => {
    const place = requirePlace(examination);
    try {
      const { code } = readAdmissionNote(examination.facts.twiml ?? '') ?? {};
      const refused = code === 'bridge_full' || code === 'bridge_draining';
      return await judge(place, await askAll(place), refused);
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      const isOwnPort = place.real.protocol === 'http:';
      const http2 = isOwnPort ? undefined : await explainHttp2(place);
      return oneFinding(http2 ?? explainConnection(error, whatOf(place)));
    }
  },
};

type Answers = Readonly<Record<'health' | 'ready' | 'stream', Answer>>;

async function askAll({ host, reach }: BridgePlace): Promise<Answers> {
  const ask = (path: string) =>
    reach.ask({ url: `https://${host}${path}`, limitMs: LIMIT_MS }).catch((error: unknown) => {
      throw asUnreachable(error);
    });
  const [health, ready, stream] = await Promise.all([
    ask('/healthz'),
    ask('/readyz'),
    ask('/media-stream/doctor'), // without an upgrade: the bridge says so
  ]);
  return { health, ready, stream };
}

/** @param refused whether the Functions were told already that no call is let in. */
async function judge(place: BridgePlace, { health, ready, stream }: Answers, refused: boolean) {
  const state = readState(ready);
  const isBridge = readHealth(health) && state !== undefined;
  const tookMs = Math.min(health.tookMs, ready.tookMs, stream.tookMs);
  if (isBridge) {
    const noRoom = judgeState(state);
    if (noRoom !== undefined && refused) return skip(`${noRoom.found}, as the TwiML says`);
    const finding = noRoom ?? judgeTime(tookMs);
    if (finding !== undefined) return oneFinding(finding);
    return { found: `${state.calls} of ${state.capacity} calls, answered in ${tookMs} ms` };
  }
  if (bridgeCodeOf(stream) === 'upgrade_required') return oneFinding(healthHidden(health));
  const http2 = [403, 426, 505].includes(health.status) ? await explainHttp2(place) : undefined;
  return oneFinding(http2 ?? explainStranger(health, `https://${place.host}/healthz`));
}

function whatOf({ host, real, isByName }: BridgePlace): string {
  return isByName ? host : real.host;
}

function judgeState({ draining, accepting, calls, capacity }: BridgeState): Finding | undefined {
  if (draining) {
    return {
      level: 'fault',
      id: 'bridge-draining',
      found: `the bridge is draining, with ${calls} calls left`,
      why: 'it lets no new call in: each new caller hears the fallback',
      remedy:
        'wait for the release to end (DRAIN_S at most); if none is going on: systemctl status bridge, then start it again',
    };
  }
  if (accepting) return undefined;
  return {
    level: 'fault',
    id: 'bridge-full',
    found: `the bridge is full: ${calls} of ${capacity} calls`,
    why: 'it lets no new call in until one ends: each new caller hears the fallback',
    remedy:
      'raise MAX_CALLS and start the bridge again; if nobody is calling, GET /calls shows which calls hold on',
  };
}

function judgeTime(tookMs: number): Finding | undefined {
  if (tookMs <= FUNCTIONS_MS) return undefined;
  return {
    level: 'fault',
    id: 'answer-late',
    found: `the bridge answered after ${tookMs} ms`,
    why: `the Functions wait ${FUNCTIONS_MS} ms for an admission; after that the caller hears the fallback`,
    remedy:
      'look where the time goes: a tunnel far away, a proxy that holds requests back, a server that sleeps until it is asked, or one that is overloaded',
  };
}

function healthHidden({ status }: Answer): Finding {
  return {
    level: 'warning',
    id: 'health-hidden',
    found: `the bridge is there, but /healthz and /readyz do not get to it (${status})`,
    why: 'calls may work; whether the bridge is up, full or draining cannot be seen from outside',
    remedy: 'let the proxy pass /healthz and /readyz too, as deploy/Caddyfile does',
  };
}
