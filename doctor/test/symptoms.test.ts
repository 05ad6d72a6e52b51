import { TOPICS } from '@realtime-phone/protocol/twilio-errors/catalogue';
import { STREAM_ERRORS } from '@realtime-phone/protocol/twilio-errors/streams';
import { WEBHOOK_ERRORS } from '@realtime-phone/protocol/twilio-errors/webhooks';
import { SYMPTOMS } from '../symptoms/symptoms';

const named = SYMPTOMS.flatMap(({ causes }) => causes).flatMap(({ twilio = [] }) => twilio);

test('the symptoms name only codes of the catalogue', () => {
  const known = TOPICS.flatMap((topic) => Object.keys(topic).map(Number));
  expect(named.filter((code) => !known.includes(code))).toEqual([]);
});

test('every code of a stream or a webhook is in a symptom', () => {
  const needed = [STREAM_ERRORS, WEBHOOK_ERRORS].flatMap((topic) => Object.keys(topic).map(Number));
  expect(needed.filter((code) => !named.includes(code))).toEqual([]);
});
