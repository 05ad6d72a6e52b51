import { readAdmissionGrant } from '@realtime-phone/protocol/admission';
import { NODE_HEADER, readStreamPath } from '@realtime-phone/protocol/bridge-node';
import { signRequest } from '@realtime-phone/protocol/request-signature';
import type { Finding } from '../../check';
import { type Answer, asUnreachable, Unreachable } from '../../reach';
import { bridgeCodeOf } from '../../stranger';
import { explainConnection } from './connection';
import type { BridgePlace } from './place';
import { explainStranger } from './refusals';
import { fieldsOf, textOf } from './state';

/** What came of asking for admission. */
export type Admission =
  | { readonly kind: 'granted'; readonly streamUrl: string }
  | { readonly kind: 'refused'; readonly finding: Finding };

/**
 * Asks the bridge to admit a call that is none, as the Functions do. It opens a model session, in
 * which nothing is said; release it. Never rejects.
 */
export async function admit(
  place: BridgePlace,
  secret: string,
  callSid: string,
): Promise<Admission> {
  const call = { callSid, from: 'doctor', to: 'doctor', direction: 'doctor' };
  const answer = await post(place, secret, '/calls', call).catch(asUnreachable);
  if (answer instanceof Unreachable)
    return { kind: 'refused', finding: explainConnection(answer, `https://${place.host}/calls`) };
  const grant = answer.status === 201 ? readAdmissionGrant(fieldsOf(answer.body)) : undefined;
  if (grant !== undefined) return { kind: 'granted', streamUrl: grant.streamUrl };
  return { kind: 'refused', finding: explainRefusal(answer, place.host) };
}

/**
 * Ends that call as Twilio's own status callback would: its place is free, and its record has no
 * fault. Where that fails it ends by itself, when its admission expires.
 * @param streamUrl as it was granted: it names the node that has the call, if there are several.
 */
export async function release(
  place: BridgePlace,
  secret: string,
  callSid: string,
  streamUrl: string,
): Promise<void> {
  const node = readStreamPath(new URL(streamUrl).pathname)?.node;
  const parameters = { CallSid: callSid, CallStatus: 'completed' };
  const event = { source: 'call-status', parameters };
  await post(place, secret, `/calls/${callSid}/events`, event, node).catch(() => undefined);
}

function post(
  { host, reach }: BridgePlace,
  secret: string,
  path: string,
  content: object,
  node?: string,
): Promise<Answer> {
  const body = JSON.stringify(content);
  const authorization = signRequest(secret, { method: 'POST', path, body }, Date.now() / 1_000);
  const headers = {
    authorization,
    'content-type': 'application/json',
    ...(node === undefined ? {} : { [NODE_HEADER]: node }),
  };
  return reach.ask({ url: `https://${host}${path}`, method: 'POST', headers, body });
}

const WHY = 'so are the admissions of the Functions: the caller hears the fallback';

function explainRefusal(answer: Answer, host: string): Finding {
  const code = bridgeCodeOf(answer);
  const address = `https://${host}/calls`;
  const fault = (id: string, found: string, remedy: string, why = WHY): Finding => {
    return { level: 'fault', id, found, why, remedy };
  };
  switch (code) {
    case undefined:
      return explainStranger(answer, address);
    case 'request_signature_invalid':
      return fault(
        'bridge-secret-differs',
        'the bridge refuses a request signed with the BRIDGE_SECRET that is set here',
        'set one BRIDGE_SECRET in the environment of the bridge, in .env here and on the Functions; start the bridge again and run npm run deploy',
        'two values are in use: where the Functions have this one the bridge lets no call in, and the caller hears the fallback',
      );
    case 'request_expired':
      return fault(
        'clock-skew',
        `the clocks of this machine and of the bridge differ: ${textOf(answer.body, 'message')}`,
        'set both clocks by NTP: timedatectl set-ntp true; a laptop that slept, a container or a virtual machine may be behind',
        'signatures are good for 60 s: if it is the clock of the bridge that is wrong, it lets no call in',
      );
    case 'request_unsigned':
      return fault(
        'authorization-stripped',
        'the header Authorization does not get to the bridge',
        'let the proxy pass Authorization: take out proxy_set_header Authorization in nginx, or a basic auth that uses it up',
      );
    case 'agent_unknown':
    case 'agent_variable_missing':
      return fault(
        'agent-unfit',
        `the bridge admits no call for its agent: ${textOf(answer.body, 'message')}`,
        'set AGENT to an agent that needs no variables of its own, such as receptionist, and start the bridge again',
      );
    default:
      return fault(
        'admission-refused',
        `the bridge admits no call: ${code}, ${textOf(answer.body, 'message')}`,
        textOf(answer.body, 'remedy') || 'see the log of the bridge',
      );
  }
}
