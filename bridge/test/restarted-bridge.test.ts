import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { signRequest } from '@realtime-phone/protocol/request-signature';
import { type AgentsFolder, makeAgentsFolder } from './stand-in/agents';
import { BRIDGE_SECRET, startTestBridge, type TestBridge } from './stand-in/bridge';
import { CALL_SID, type StandInCallsApi, startCallsApi } from './stand-in/calls-api';
import { type StandInModel, startStandInModel } from './stand-in/model';
import { callTool } from './stand-in/tool-calls';
import { connectTwilio } from './stand-in/twilio';

const AGENT = `variables: { guest: { type: string, default: Kim } }
greeting: Hello, {{guest}}.
tools:
  - send_digits
  - type: transfer_call
    destinations: { staff: "+15550100003" }
`;

/**
 * What a bridge knows of the calls of one that fell: it has the store alone. Here the other one has
 * not ended, but nobody asks it any more, as when a proxy finds it gone.
 */
describe('A bridge that is asked about the call of one that fell', () => {
  let folder: string;
  let agents: AgentsFolder;
  let model: StandInModel;
  let api: StandInCallsApi;
  let fallen: TestBridge;
  let other: TestBridge;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'restarted-'));
    agents = makeAgentsFolder(AGENT);
    model = await startStandInModel();
    api = await startCallsApi();
    fallen = await start('a');
    other = await start('b');
  });
  afterEach(async () => {
    await fallen.stop();
    await other.stop();
    api.close();
    model.close();
    agents.remove();
    rmSync(folder, { recursive: true });
  });

  const start = (node: string, more: Record<string, string> = {}) =>
    startTestBridge(model.url, {
      ...agents.environment,
      ...api.environment,
      ...{ BRIDGE_NODE: node, CALL_STORE: join(folder, 'calls.db') },
      ...more,
    });
  /** Asked in the name of the one that fell: so a proxy brings it. */
  const ask = async (path: string, content: object) => {
    const body = JSON.stringify(content);
    const request = { method: 'POST', path, body };
    const authorization = signRequest(BRIDGE_SECRET, request, Date.now() / 1_000);
    const response = await fetch(other.url + path, {
      ...request,
      headers: { authorization, 'bridge-node': 'a' },
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const next = async (reason: string, more: object = {}) =>
    (await ask('/calls/CA1/next', { reason, try: 0, ...more })).body;
  const beginCall = async () => {
    const { token } = await fallen.admit('CA1');
    const phone = connectTwilio(fallen.server.port, 'CA1', { token });
    await phone.opened;
    phone.start();
    await fallen.waitForLog('agent started');
    const session = model.sessions[0] ?? (await model.nextSession());
    return { phone, session };
  };
  const handOver = async (name: string, input: object) => {
    const { phone, session } = await beginCall();
    session.send({ type: 'response.created', response: { id: 'r1' } });
    callTool(session, 'r1', 'c1', name, input);
    session.send({ type: 'response.done', response: { id: 'r1', status: 'completed' } });
    await phone.closed;
    await isWritten(/call handed over/);
  };
  /** The store has it, and not only the memory of the one that fell. */
  const isWritten = async (what: RegExp) => {
    while (!what.test(JSON.stringify((await other.operator('/calls/CA1')).body))) await sleep(10);
  };
  const told = async (step: Record<string, unknown>) => {
    expect(step).toMatchObject({
      action: 'resume',
      streamUrl: 'wss://bridge.example.com/media-stream/b/CA1',
    });
    const session = model.sessions[1] ?? (await model.nextSession());
    const path = '/media-stream/b/CA1';
    const phone = connectTwilio(other.server.port, 'CA1', { path, token: String(step.token) });
    await phone.opened;
    phone.start();
    await session.waitFor('conversation.item.create');
    return JSON.stringify(session.received);
  };

  it('goes on with it, in the same record, which is its own from then on', async () => {
    const { session } = await beginCall();
    session.send({
      type: 'conversation.item.input_audio_transcription.completed',
      item_id: 'i1',
      transcript: 'A table, please.',
    });
    await isWritten(/A table, please/);
    expect(await told(await next('stream-ended'))).toMatch(/A table, please.*you are back/s);
    const { body } = await other.operator('/calls/CA1');
    expect(body).toMatchObject({
      node: 'b',
      resumptions: 1,
      errors: [{ code: 'bridge_fell' }],
      turns: [{ text: 'A table, please.' }],
    });
  });

  it('has it from then on, whatever node Twilio still names', async () => {
    await beginCall();
    await next('stream-ended');
    await fallen.stop();
    // One that was killed would have written nothing at its end; here the other has the last word.
    const parameters = { CallStatus: 'in-progress', SequenceNumber: '0' };
    await other.post('/calls/CA1/events', { source: 'call-status', parameters });
    await next('stream-ended', { try: 1 });
    fallen = await start('a');
    const body = JSON.stringify({
      source: 'call-status',
      parameters: { CallStatus: 'in-progress', SequenceNumber: '1' },
    });
    const request = { method: 'POST', path: '/calls/CA1/events', body };
    const authorization = signRequest(BRIDGE_SECRET, request, Date.now() / 1_000);
    const headers = { authorization, 'bridge-node': 'a' };
    const answer = await fetch(fallen.url + request.path, { ...request, headers });
    expect([answer.status, answer.headers.get('bridge-node')]).toEqual([409, 'b']);
  });

  it('knows its transfer: what Twilio shall do, and that it comes back', async () => {
    await handOver('transfer_call', { destination: 'staff' });
    expect(await next('stream-ended')).toMatchObject({
      ...{ action: 'dial', number: '+15550100003', callerId: '+15550100002' },
    });
    const step = await next('dial-ended', { dialCallStatus: 'no-answer' });
    expect(await told(step)).toMatch(/nobody answered/);
  });

  it('knows of a transfer that it is over where the caller was connected', async () => {
    await handOver('transfer_call', { destination: 'staff' });
    expect(await next('dial-ended', { dialCallStatus: 'completed' })).toEqual({ action: 'hangup' });
  });

  it('knows the digits that it was pressing', async () => {
    await handOver('send_digits', { digits: '1w2' });
    expect(await told(await next('digits-sent'))).toMatch(/You have pressed 1w2/);
  });

  it('goes on only with as many as it has room for, and says so, so that it is asked again', async () => {
    await beginCall();
    await other.stop();
    other = await start('b', { MAX_CALLS: '1' });
    await other.admit('CA2');
    const full = await ask('/calls/CA1/next', { reason: 'stream-ended', try: 0 });
    expect(full).toMatchObject({ status: 503, body: { code: 'bridge_full' } });
    const parameters = { CallStatus: 'completed' };
    await other.post('/calls/CA2/events', { source: 'call-status', parameters });
    expect((await next('stream-ended', { try: 1 })).action).toBe('resume');
  });

  it('gives the fallback where its agent is not there any more', async () => {
    await beginCall();
    agents.write('tested', 'variables: { guest: { type: integer } }\n');
    agents.write('others', '');
    await other.stop();
    other = await start('b');
    expect(await next('stream-ended')).toEqual({ action: 'fallback' });
  });

  it('lets in a call that it had placed, with its variables, once', async () => {
    const { body } = await fallen.operator('/calls/outbound', {
      to: '+15550100123',
      variables: { guest: 'Robin' },
    });
    const admission = { callSid: CALL_SID, callId: body.callId };
    const stranger = await ask('/calls', { ...admission, callSid: 'CA2' });
    expect(stranger.body.code).toBe('outbound_call_unknown');
    const { token } = (await ask('/calls', admission)).body;
    const path = `/media-stream/b/${CALL_SID}`;
    const phone = connectTwilio(other.server.port, CALL_SID, { path, token: String(token) });
    await phone.opened;
    phone.start();
    const session = model.sessions[0] ?? (await model.nextSession());
    expect(JSON.stringify(await session.waitFor('response.create'))).toContain('Hello, Robin.');
    const { callId, course } = (await other.operator(`/calls/${CALL_SID}`)).body;
    expect(callId).toBe(body.callId);
    expect((course as { what: string }[]).map(({ what }) => what)).toContain('call placed');
    const parameters = { CallStatus: 'completed' };
    await ask(`/calls/${CALL_SID}/events`, { source: 'call-status', parameters });
    expect((await ask('/calls', admission)).body.code).toBe('outbound_call_unknown');
  });
});
