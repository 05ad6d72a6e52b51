import type { Model } from '../model/model-server';
import { startModel } from '../model/model-server';
import { RealtimeClient } from '../model/realtime-client';
import type { Script } from '../model/script';
import { RESTAURANT, RESTAURANT_FULL } from '../model/shipped-scripts';

let model: Model;
let client: RealtimeClient;

afterEach(() => model.close());

const INSTRUCTIONS = `You phone a restaurant.
  - guests: 4
  - date: 2027-01-31
  - time: 19:30
  - name: Morgan
Never invent.`;

async function connect(script: Script, audioRate = Infinity): Promise<void> {
  model = await startModel({ firstAudioMs: 0, audioRate, script });
  client = await RealtimeClient.connect(`${model.url}?model=m`);
  const format = { type: 'audio/pcmu' };
  const audio = { input: { format }, output: { format } };
  const session = { type: 'realtime', audio, instructions: INSTRUCTIONS };
  client.send({ type: 'session.update', session });
  await client.until('session.updated');
}

const create = (response?: object) => client.send({ type: 'response.create', response });

const say = (text: string) =>
  client.send({
    type: 'conversation.item.create',
    item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
  });

const give = (callId: unknown, output: string) =>
  client.send({
    type: 'conversation.item.create',
    item: { type: 'function_call_output', call_id: callId, output },
  });

/** The items of the next response, as its end has them. */
async function answer(response?: object): Promise<readonly Record<string, unknown>[]> {
  create(response);
  const done = (await client.until('response.done')).response as {
    output: Record<string, unknown>[];
  };
  return done.output;
}

test('one response can hold speech and several calls, each an item with its own place', async () => {
  await connect({
    replies: [
      [
        { text: 'I am looking.' },
        { tool: 'find_table', arguments: { guests: 4 } },
        { tool: 'find_guest', arguments: {} },
      ],
    ],
  });
  const output = await answer();
  expect(output.map(({ type, status }) => [type, status])).toEqual([
    ['message', 'completed'],
    ['function_call', 'completed'],
    ['function_call', 'completed'],
  ]);
  expect(output[1]?.call_id).not.toBe(output[2]?.call_id);
  const places = client.all('response.output_item.done').map(({ output_index }) => output_index);
  expect(places).toEqual([0, 1, 2]);
  const types = client.events.map(({ type }) => type);
  expect(types.indexOf('response.output_item.done')).toBeLessThan(
    types.lastIndexOf('response.output_item.added'),
  );
});

test('a response that is cancelled has its first items whole, and the rest never begins', async () => {
  const hello = { text: 'Hello, and thank you very much for calling Harbour Kitchen today.' };
  await connect({ replies: [[{ tool: 'first', arguments: {} }, hello, hello]] }, 2);
  create();
  await client.until('response.output_audio.delta');
  client.send({ type: 'response.cancel' });
  const { response } = await client.until('response.done');
  expect(response).toMatchObject({
    status: 'cancelled',
    output: [
      { type: 'function_call', status: 'completed' },
      { type: 'message', status: 'incomplete' },
    ],
  });
});

test('with tool_choice none nothing is called', async () => {
  await connect({ replies: [{ tool: 'find_table', arguments: {} }] });
  const output = await answer({ tool_choice: 'none', instructions: 'Say that you are looking.' });
  expect(output.map(({ type }) => type)).toEqual(['message']);
});

test('the result of a call that never was is refused', async () => {
  await connect({ replies: [{ tool: 'find_table', arguments: {} }] });
  give('call_of_nobody', '{}');
  expect(await client.until('error')).toMatchObject({ error: { param: 'item.call_id' } });
});

test('a tool of an MCP server with a field that there is not is refused', async () => {
  await connect({ replies: [{ text: 'A.' }] });
  const mcp = { type: 'mcp', server_label: 'tables', server_url: 'https://mcp.example.com' };
  const update = (tool: object) =>
    client.send({ type: 'session.update', session: { type: 'realtime', tools: [tool] } });
  update(mcp);
  expect((await client.until('session.updated')).session).toMatchObject({ tools: [mcp] });
  update({ ...mcp, url: 'https://mcp.example.com' });
  expect(await client.until('error')).toMatchObject({ error: { code: 'unknown_parameter' } });
});

describe('The restaurant script', () => {
  test('books what the instructions ask for, reports it and ends the call', async () => {
    await connect(RESTAURANT);
    say('Harbour Kitchen, good evening.');
    const [question] = await answer();
    expect(JSON.stringify(question)).toMatch(/Morgan.*4 on 2027-01-31 at 19:30/);
    say('Yes, we have a table then. Shall I book it?');
    await answer();
    say('Thank you. It is booked. See you then.');
    const [report] = await answer();
    expect(report).toMatchObject({ name: 'report_outcome' });
    expect(JSON.parse(String(report?.arguments))).toEqual({
      result: 'booked',
      date: '2027-01-31',
      time: '19:30',
      guests: 4,
      name: 'Morgan',
      notes: null,
    });
    give(report?.call_id, '{"ok":true}');
    expect((await answer()).map(({ type, name }) => name ?? type)).toEqual(['message', 'end_call']);
  });

  test('reports a refusal where the restaurant is full', async () => {
    await connect(RESTAURANT_FULL);
    expect(RESTAURANT_FULL.heard?.at(-1)).toMatch('fully booked');
    say('Harbour Kitchen, good evening.');
    await answer();
    say('I am sorry, we are fully booked that day.');
    const [report] = await answer();
    expect(JSON.parse(String(report?.arguments))).toMatchObject({ result: 'refused', date: null });
  });
});
