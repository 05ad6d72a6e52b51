import { clip } from '../clips/clips';
import type { Model } from '../model/model-server';
import { startModel } from '../model/model-server';
import { RealtimeClient } from '../model/realtime-client';

let model: Model;
let client: RealtimeClient;

beforeEach(async () => {
  model = await startModel({ firstAudioMs: 0, audioRate: Infinity });
  client = await RealtimeClient.connect(`${model.url}?model=m`);
  const format = { type: 'audio/pcmu' };
  const audio = { input: { format }, output: { format } };
  client.send({ type: 'session.update', session: { type: 'realtime', audio } });
  await client.until('session.updated');
});

afterEach(() => model.close());

const LENGTH_MS = Math.floor(clip('agent-greeting').durationMs);

const text = (role: string, id?: string) => ({
  type: 'message',
  role,
  id,
  content: [{ type: role === 'assistant' ? 'output_text' : 'input_text', text: 'Hello.' }],
});

const createItem = (item: object, previous_item_id?: string) =>
  client.send({ type: 'conversation.item.create', event_id: 'mine', item, previous_item_id });

const refusal = async () => (await client.until('error')).error;

/** Lets the model greet; gives the id of what it said. */
async function greet(): Promise<string> {
  client.send({ type: 'response.create' });
  const { item_id } = await client.until('response.output_audio.done');
  await client.until('response.done');
  return String(item_id);
}

const truncate = (item_id: string, audio_end_ms: number, content_index = 0) =>
  client.send({ type: 'conversation.item.truncate', item_id, content_index, audio_end_ms });

test('an item is added and done, after the one that it names', async () => {
  createItem(text('system', 'item_a'));
  expect(await client.until('conversation.item.done')).toMatchObject({
    previous_item_id: null,
    item: { id: 'item_a', status: 'completed', object: 'realtime.item' },
  });
  createItem(text('user', 'item_b'));
  expect(await client.until('conversation.item.done')).toMatchObject({
    previous_item_id: 'item_a',
  });
  createItem(text('assistant', 'item_c'), 'item_a');
  expect(await client.until('conversation.item.added')).toMatchObject({
    previous_item_id: 'item_a',
  });
  createItem(text('user', 'item_d'), 'root');
  expect(await client.until('conversation.item.added')).toMatchObject({
    previous_item_id: null,
  });
});

test.each([
  [
    'audio of the assistant',
    { type: 'message', role: 'assistant', content: [{ type: 'output_audio', audio: '' }] },
    'invalid_value',
    'item.content[0].type',
  ],
  [
    'the output of a call that nobody made',
    { type: 'function_call_output', call_id: 'call_x', output: '{}' },
    'invalid_value',
    'item.call_id',
  ],
  [
    'an output that is not text',
    { type: 'function_call_output', call_id: 'call_x', output: {} },
    'invalid_value',
    'item.output',
  ],
  ['an item with no type', { role: 'user' }, 'missing_required_parameter', 'item.type'],
])('conversation.item.create refuses %s', async (_, item, code, param) => {
  createItem(item);
  expect(await refusal()).toMatchObject({ code, param, event_id: 'mine' });
});

test('an item after one that is not there is refused, and so is an id twice', async () => {
  createItem(text('user'), 'item_none');
  expect(await refusal()).toMatchObject({ param: 'previous_item_id' });
  createItem(text('user', 'item_a'));
  createItem(text('user', 'item_a'));
  expect(await refusal()).toMatchObject({ param: 'item.id' });
});

test('an item is deleted once', async () => {
  createItem(text('user', 'item_a'));
  client.send({ type: 'conversation.item.delete', item_id: 'item_a' });
  expect(await client.until('conversation.item.deleted')).toMatchObject({ item_id: 'item_a' });
  client.send({ type: 'conversation.item.delete', item_id: 'item_a' });
  expect(await refusal()).toMatchObject({ code: 'item_delete_invalid_item_id' });
  client.send({ type: 'conversation.item.retrieve', item_id: 'item_a' });
  expect(await refusal()).toMatchObject({ code: 'item_retrieve_invalid_item_id' });
});

test('a truncation to what was heard is confirmed, and drops the transcript', async () => {
  const itemId = await greet();
  truncate(itemId, 1_000);
  expect(await client.until('conversation.item.truncated')).toMatchObject({
    item_id: itemId,
    content_index: 0,
    audio_end_ms: 1_000,
  });
  client.send({ type: 'conversation.item.retrieve', item_id: itemId });
  const { item } = await client.until('conversation.item.retrieved');
  expect(item).toMatchObject({ content: [{ type: 'output_audio' }] });
  expect(JSON.stringify(item)).not.toContain('transcript');
  expect(model.sessions[0]?.record.truncations).toEqual([{ itemId, audioEndMs: 1_000 }]);
});

test('a truncation to the very end is good, one beyond it is refused and changes nothing', async () => {
  const itemId = await greet();
  truncate(itemId, LENGTH_MS + 1);
  expect(await refusal()).toMatchObject({
    message: `Audio content of ${LENGTH_MS}ms is already shorter than ${LENGTH_MS + 1}ms`,
  });
  expect(client.all('conversation.item.truncated')).toEqual([]);
  truncate(itemId, LENGTH_MS);
  await client.until('conversation.item.truncated');
});

test('a truncated item is only as long as it was cut', async () => {
  const itemId = await greet();
  truncate(itemId, 500);
  truncate(itemId, 600);
  expect(await refusal()).toMatchObject({
    message: 'Audio content of 500ms is already shorter than 600ms',
  });
});

test.each([
  ['half a millisecond', 0.5],
  ['less than nothing', -1],
])('a truncation to %s is refused', async (_, audioEndMs) => {
  truncate(await greet(), audioEndMs);
  expect(await refusal()).toMatchObject({ code: 'invalid_value', param: 'audio_end_ms' });
});

test('only the audio of the model can be truncated', async () => {
  truncate('item_none', 0);
  expect(await refusal()).toMatchObject({ code: 'item_truncate_invalid_item_id' });
  createItem(text('assistant', 'item_a'));
  truncate('item_a', 0);
  expect(await refusal()).toMatchObject({ code: 'unsupported_content_type' });
  truncate(await greet(), 0, 1);
  expect(await refusal()).toMatchObject({ code: 'unsupported_content_type' });
});

test('a text of the user is answered like a turn', async () => {
  createItem(text('user'));
  client.send({ type: 'response.create' });
  await client.until('response.done');
  expect(client.audio().equals(clip('agent-booked').audio)).toBe(true);
});
