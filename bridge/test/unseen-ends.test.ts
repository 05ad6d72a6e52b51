import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openBase } from '../src/records/open-base';
import { type AgentsFolder, makeAgentsFolder } from './stand-in/agents';
import { startTestBridge, type TestBridge } from './stand-in/bridge';
import { type StandInModel, startStandInModel } from './stand-in/model';
import { callTool } from './stand-in/tool-calls';
import { connectTwilio, type StandInTwilio } from './stand-in/twilio';

const GIVEN_UP_MS = 130_000;
const MAX_CALL_S = 600;

/** The one that fell has not ended here, but nobody hears of its calls any more. */
describe('The record of a call whose end nobody saw', () => {
  let folder: string;
  let agents: AgentsFolder;
  let model: StandInModel;
  let phone: StandInTwilio;
  const bridges: TestBridge[] = [];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'unseen-'));
    agents = makeAgentsFolder(
      'tools: [{ type: transfer_call, destinations: { staff: "+15550100003" } }]\n',
    );
    model = await startStandInModel();
  });
  afterEach(async () => {
    phone.socket.terminate();
    await Promise.all(bridges.splice(0).map((bridge) => bridge.stop()));
    model.close();
    agents.remove();
    rmSync(folder, { recursive: true });
  });

  const place = () => join(folder, 'calls.db');
  const start = async (node: string) => {
    const bridge = await startTestBridge(model.url, {
      ...agents.environment,
      ...{ BRIDGE_NODE: node, CALL_STORE: place(), MAX_CALL_S: String(MAX_CALL_S) },
      ...{
        RECORD_WEBHOOK_URL: 'http://127.0.0.1:9/',
        RECORD_WEBHOOK_SECRET: 'a secret of records',
      },
    });
    bridges.push(bridge);
    return bridge;
  };
  /** A bridge with a call, whose record is written. */
  const fall = async () => {
    const fallen = await start('a');
    const { token } = await fallen.admit('CA1');
    phone = connectTwilio(fallen.server.port, 'CA1', { token });
    await phone.opened;
    phone.start();
    await fallen.waitForLog('agent started');
    return fallen;
  };
  const sweep = (bridge: TestBridge, afterMs: number) =>
    bridge.calls.unseenEnds.sweep(Date.now() + afterMs);
  /** Waits until what is needed to go on is in the file, and has this. */
  const written = async (what: string) => {
    const base = await openBase(place());
    while ((await base.readResumeData('CA1'))?.includes(`"${what}"`) !== true) await pause(20);
    await base.close();
  };
  const recordAt = async (bridge: TestBridge) => (await bridge.operator('/calls/CA1')).body;

  it('is ended once Twilio has long given up, and is due for the webhook', async () => {
    await fall();
    const restarted = await start('a');
    expect(await sweep(restarted, 0)).toBe(0);
    expect(await recordAt(restarted)).not.toHaveProperty('end');
    expect(await sweep(restarted, GIVEN_UP_MS)).toBe(1);
    const record = await recordAt(restarted);
    expect(record).toMatchObject({ end: { by: 'bridge', code: 'bridge_fell' } });
    expect(record).toHaveProperty('endedAt');
    await restarted.stop();
    const base = await openBase(place());
    expect(await base.readResumeData('CA1')).toBeUndefined();
    expect((await base.listDue(9)).map(({ callSid }) => callSid)).toEqual(['CA1']);
    await base.close();
  });

  it('is left to the bridge that has the call', async () => {
    const bridge = await fall();
    expect(await sweep(bridge, GIVEN_UP_MS)).toBe(0);
    const other = await start('b');
    expect(await sweep(other, GIVEN_UP_MS)).toBe(0);
    // No call lasts so long.
    expect(await sweep(other, MAX_CALL_S * 1_000 + GIVEN_UP_MS)).toBe(1);
  });

  it('is left alone while the caller may be with somebody else', async () => {
    const fallen = await fall();
    const session = model.sessions[0];
    session?.send({ type: 'response.created', response: { id: 'r1' } });
    if (session !== undefined)
      callTool(session, 'r1', 'c1', 'transfer_call', { destination: 'staff' });
    session?.send({ type: 'response.done', response: { id: 'r1', status: 'completed' } });
    await phone.closed;
    await written('handOver');
    expect(await sweep(fallen, GIVEN_UP_MS)).toBe(0);
    const restarted = await start('a');
    expect(await sweep(restarted, GIVEN_UP_MS)).toBe(0);
    expect(await sweep(restarted, MAX_CALL_S * 1_000 + GIVEN_UP_MS)).toBe(1);
  });
});
