import { type StandInCall, startStandInCall } from './stand-in/call';
import { callTool, outputsOf } from './stand-in/tool-calls';
import { startToolServer, type ToolServer } from './stand-in/tool-server';

describe('The tools of an agent', () => {
  let call: StandInCall;
  let server: ToolServer;

  afterEach(async () => {
    await call.close();
    server.close();
  });

  const begin = async (
    answer: Parameters<typeof startToolServer>[0],
    more = 'filler_ms: null',
  ): Promise<void> => {
    server = await startToolServer(answer);
    call = await startStandInCall(
      `tools:
  - type: http
    name: find_table
    description: Finds a free table.
    url: ${server.url}/tables
    headers: { authorization: "Bearer \${TABLES_KEY}" }
    timeout_ms: 400
    ${more}
    parameters:
      type: object
      properties: { guests: { type: integer } }
      required: [guests]
`,
      { TABLES_KEY: 'key-of-the-tables' },
    );
  };
  const ok: Parameters<typeof startToolServer>[0] = (_request, response) =>
    response.end('{"free":true}');
  const asks = () => call.session.received.filter(({ type }) => type === 'response.create');
  const errors = async () =>
    ((await call.bridge.operator('/calls/CA1')).body.errors as { code: string }[])
      .map(({ code }) => code)
      .filter((code) => code !== 'model_error');

  it('are told to the model, and their keys are not', async () => {
    await begin(ok);
    const [update] = call.session.received;
    expect(update).toMatchObject({
      session: { tools: [{ type: 'function', name: 'find_table' }], tool_choice: 'auto' },
    });
    expect(JSON.stringify(update)).not.toContain('key-of-the-tables');
  });

  it('are asked with their key, and the model goes on with the answer', async () => {
    await begin(ok);
    call.respond('r1');
    callTool(call.session, 'r1', 'c1', 'find_table', { guests: 4 });
    call.finish('r1');
    await call.session.waitFor('response.create');
    expect(outputsOf(call.session)).toEqual({ c1: '{"free":true}' });
    expect(server.requests).toEqual([
      { method: 'POST', url: '/tables', key: 'Bearer key-of-the-tables' },
    ]);
  });

  it('that are called two at once are all answered before one response.create', async () => {
    await begin(ok);
    call.respond('r1');
    callTool(call.session, 'r1', 'c1', 'find_table', { guests: 2 });
    callTool(call.session, 'r1', 'c2', 'find_table', { guests: 4 });
    call.finish('r1');
    await call.session.waitFor('response.create');
    await call.settle();
    const types = call.session.received.map(({ type }) => type);
    expect(Object.keys(outputsOf(call.session)).sort()).toEqual(['c1', 'c2']);
    expect(types.lastIndexOf('conversation.item.create')).toBeLessThan(
      types.indexOf('response.create'),
    );
    expect(asks()).toHaveLength(1);
  });

  it('of a response that was cut short are not run', async () => {
    await begin(ok);
    call.respond('r1');
    callTool(call.session, 'r1', 'c1', 'find_table', { guests: 4 });
    call.finish('r1', 'cancelled');
    await call.settle();
    expect(server.requests).toEqual([]);
    expect(outputsOf(call.session)).toEqual({});
  });

  it('that still run when the caller hangs up are given up, and nobody is told', async () => {
    await begin(() => undefined);
    call.respond('r1');
    callTool(call.session, 'r1', 'c1', 'find_table', { guests: 4 });
    call.finish('r1');
    while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    call.phone.send({ event: 'stop', stop: { callSid: 'CA1' } });
    await call.bridge.waitForLog('call ended');
    await server.gaveUp;
    expect(await errors()).toEqual([]);
    expect(outputsOf(call.session)).toEqual({});
  });

  it('never hold up audio, and a slow one is bridged by a word of the agent', async () => {
    await begin((_request, response) => {
      setTimeout(() => response.end('{}'), 250);
    }, 'filler_ms: 50');
    call.respond('r1');
    callTool(call.session, 'r1', 'c1', 'find_table', { guests: 4 });
    call.finish('r1');
    expect(await call.session.waitFor('response.create')).toMatchObject({
      response: { tool_choice: 'none' },
    });
    call.respond('filler', 100);
    call.phone.media(Buffer.alloc(160, 5));
    await call.session.waitFor('input_audio_buffer.append');
    await call.phone.waitFor('mark');
    await call.session.waitFor('conversation.item.create');
    await call.settle();
    expect(asks()).toHaveLength(1);
    call.finish('filler');
    await call.session.waitFor('response.create', 2);
  });

  it('that refuse a request with a reason have the model tell it', async () => {
    await begin((_request, answer) => answer.writeHead(409).end('{"free_at":"20:00"}'));
    call.respond('r1');
    callTool(call.session, 'r1', 'c1', 'find_table', { guests: 4 });
    call.finish('r1');
    await call.session.waitFor('response.create');
    expect(JSON.parse(outputsOf(call.session).c1 ?? '')).toEqual({
      error: 'the system refused the request',
      reason: { free_at: '20:00' },
    });
    expect(await errors()).toEqual(['tool_failed']);
  });

  it.each<[string, Parameters<typeof startToolServer>[0], string]>([
    ['hangs', () => undefined, 'tool_unreachable'],
    ['answers 500', (_q, a) => a.writeHead(500).end('{}'), 'tool_failed'],
    ['answers 5 MB', (_q, a) => a.end(Buffer.alloc(5_000_000, 0x20)), 'tool_failed'],
    ['answers no JSON', (_q, a) => a.end('<html>'), 'tool_failed'],
    [
      'points elsewhere',
      (_q, a) => a.writeHead(302, { location: 'http://x/' }).end(),
      'tool_failed',
    ],
    ['breaks off', (_q, a) => a.destroy(), 'tool_unreachable'],
  ])(
    'that %s: the record says so, and the model can talk about it',
    async (_what, answer, code) => {
      await begin(answer);
      call.respond('r1');
      callTool(call.session, 'r1', 'c1', 'find_table', { guests: 4 });
      call.finish('r1');
      await call.session.waitFor('response.create');
      expect(outputsOf(call.session).c1).toMatch(/^\{"error":".+"\}$/);
      expect(await errors()).toEqual([code]);
      call.respond('r2', 100);
      await call.phone.waitFor('mark');
    },
  );

  it.each([
    ['find_table', '{"guests":"four"}', 'tool_arguments_invalid'],
    ['find_table', '{"gue', 'tool_arguments_invalid'],
    ['find_chair', '{}', 'tool_unknown'],
    ['end_call', '{}', 'tool_unknown'],
  ])('are refused where the model calls %s with %s', async (name, input, code) => {
    await begin(ok);
    call.respond('r1');
    callTool(call.session, 'r1', 'c1', name, input);
    call.finish('r1');
    await call.session.waitFor('response.create');
    expect(outputsOf(call.session).c1).toMatch(/^\{"error":".+"\}$/);
    expect(await errors()).toEqual([code]);
    expect(server.requests).toEqual([]);
  });
});
