import { type StandInCall, startStandInCall } from './stand-in/call';

const TOOLS = `tools:
  - type: mcp
    server_label: tables
    server_url: https://tables.example.com/mcp
`;

describe('An MCP server that the model asks', () => {
  let call: StandInCall;

  beforeEach(async () => {
    call = await startStandInCall(TOOLS);
  });
  afterEach(() => call.close());

  const asks = () => call.session.received.filter(({ type }) => type === 'response.create').length;
  const mcp = (step: string, itemId = 'mcp_1') =>
    call.session.send({ type: `response.mcp_call.${step}`, item_id: itemId, output_index: 0 });
  const errors = async () =>
    ((await call.bridge.operator('/calls/CA1')).body.errors as { code: string }[])
      .map(({ code }) => code)
      .filter((code) => code !== 'model_error');

  it('is handed to the model with the approval that nobody can give', () => {
    expect(call.session.received[0]).toMatchObject({
      session: { tools: [{ type: 'mcp', server_label: 'tables', require_approval: 'never' }] },
    });
  });

  it('answers after the response that asked, and the model is asked to go on, once', async () => {
    call.respond('r1', 100);
    mcp('in_progress');
    mcp('in_progress', 'mcp_2');
    call.finish('r1');
    mcp('completed');
    await call.settle();
    expect(asks()).toBe(0);
    mcp('completed', 'mcp_2');
    await call.session.waitFor('response.create');
    await call.settle();
    expect(asks()).toBe(1);
  });

  it('answers within the response: what goes on by itself is not asked for, what does not is', async () => {
    call.respond('r1');
    mcp('in_progress');
    mcp('completed');
    call.session.send({
      type: 'response.output_audio.delta',
      response_id: 'r1',
      item_id: 'i1',
      content_index: 0,
      delta: Buffer.alloc(800, 7).toString('base64'),
    });
    call.finish('r1');
    await call.settle();
    expect(asks()).toBe(0);
    call.respond('r2');
    mcp('in_progress', 'mcp_2');
    mcp('completed', 'mcp_2');
    call.finish('r2');
    await call.session.waitFor('response.create');
  });

  it('is forgotten where the caller cut the response that asked', async () => {
    call.respond('r1', 100);
    mcp('in_progress');
    call.speechStarted();
    call.finish('r1', 'cancelled');
    mcp('completed');
    call.speechStopped();
    call.respond('r2', 100);
    call.finish('r2');
    await call.settle();
    expect(asks()).toBe(0);
  });

  it('fails: the record says so, and the model talks about it', async () => {
    call.respond('r1');
    mcp('in_progress');
    call.finish('r1');
    mcp('failed');
    await call.session.waitFor('response.create');
    expect(await errors()).toEqual(['mcp_call_failed']);
  });

  it('has no list of tools: the record says so, and the call goes on', async () => {
    call.session.send({ type: 'mcp_list_tools.failed', item_id: 'mcp_0' });
    await call.settle();
    expect(await errors()).toEqual(['mcp_tools_unavailable']);
  });
});
