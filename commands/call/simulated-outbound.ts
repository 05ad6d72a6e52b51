import { createServer } from 'node:net';
import { clip } from '../../simulator/clips/clips';
import { type CallReport, type CallerStep } from '../../simulator/phone/phone-call';
import { startCallsApi } from '../../simulator/twilio-api/calls-api';
import { addressesOf, makeRun, startParts } from '../start/parts';
import { type FollowedRecord, followCall, placeOutbound } from './operator';
import type { OutboundOptions } from './outbound-options';

const ACCOUNT_SID = 'AC0123456789abcdef0123456789abcdef';
const RESTAURANT_NUMBER = '+15550100123';

/** A simulated outbound call: what the phone saw, and what the bridge kept. */
export interface SimulatedOutbound {
  readonly report: CallReport;
  readonly record: FollowedRecord;
}

/**
 * Starts bridge, Functions, simulated model and a stand-in of Twilio's Calls API on free ports of
 * this machine, places the call through them, and ends them all.
 * @throws OperatorFault where the bridge refuses the order.
 */
export async function callSimulatedRestaurant(
  options: OutboundOptions,
  environment: NodeJS.ProcessEnv,
  onLine: (line: string) => void,
  interrupted: AbortSignal,
): Promise<SimulatedOutbound> {
  const [bridgePort, functionsPort, modelPort] = await findFreePorts();
  const run = makeRun({ bridgePort, functionsPort, modelPort }, undefined);
  const { bridge } = addressesOf(run);
  const api = await startCallsApi({
    accountSid: ACCOUNT_SID,
    authToken: run.authToken,
    phone: {
      hosts: { [run.publicDomain]: `http://127.0.0.1:${bridgePort}` },
      script: restaurant(options.full),
      afterScript: 'stay',
      maxMs: 90_000,
    },
  });
  const parts = startParts(
    run,
    {
      ...environment,
      TWILIO_API_URL: api.url,
      TWILIO_ACCOUNT_SID: ACCOUNT_SID,
      TWILIO_PHONE_NUMBER: '+15550100199',
      CALL_STORE: ':memory:',
    },
    ['--script', options.full ? 'restaurant-full' : 'restaurant'],
  );
  const stop = async () => {
    await api.close();
    await Promise.all(parts.map((part) => part.stop()));
  };
  try {
    await Promise.all(parts.map(({ listening }) => listening));
    const taken = api.nextCall();
    const operated = { url: bridge.replace('localhost', '127.0.0.1'), adminToken: run.adminToken };
    const { callId } = await placeOutbound(operated, { ...options, to: RESTAURANT_NUMBER });
    const phone = await taken;
    interrupted.addEventListener('abort', () => phone.hangUp());
    await followCall(operated, callId, onLine, interrupted);
    const report = await phone.finished;
    // The last status event comes after the end of the record.
    return { report, record: await followCall(operated, callId, () => undefined, interrupted) };
  } finally {
    await stop();
  }
}

function restaurant(full: boolean): CallerStep[] {
  const say = (name: string): CallerStep => ({ say: clip(name).audio, name });
  const hearOut: CallerStep = { wait: 'agent-finished' };
  return full
    ? [say('restaurant-hello'), hearOut, say('restaurant-full')]
    : [
        say('restaurant-hello'),
        hearOut,
        say('restaurant-offer'),
        hearOut,
        say('restaurant-confirmed'),
      ];
}

async function findFreePorts(): Promise<[number, number, number]> {
  const servers = [createServer(), createServer(), createServer()];
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) =>
          server.listen(0, '127.0.0.1', () => {
            const address = server.address();
            resolve(typeof address === 'object' && address !== null ? address.port : 0);
          }),
        ),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports as [number, number, number]; // one of each server
}
