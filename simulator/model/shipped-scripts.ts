import { clip } from '../clips/clips';
import type { Script } from './script';

const hear = (...clips: readonly string[]) => clips.map((name) => clip(name).text);

/** The receptionist of a small restaurant, for a demo. */
export const RECEPTIONIST: Script = {
  greeting: { clip: 'agent-greeting' },
  replies: [{ clip: 'agent-booked' }, { clip: 'agent-goodbye' }],
  heard: hear('caller-book-table', 'caller-thanks', 'caller-goodbye'),
};

/** The same receptionist, with a caller who changes the booking in mid-sentence. */
export const RECEPTIONIST_INTERRUPTED: Script = {
  greeting: { clip: 'agent-greeting' },
  replies: [{ clip: 'agent-booked' }, { clip: 'agent-changed' }, { clip: 'agent-goodbye' }],
  heard: hear('caller-book-table', 'caller-interrupt', 'caller-thanks', 'caller-goodbye'),
};

const FAREWELL = [{ text: 'Thank you very much. Goodbye.' }, { tool: 'end_call', arguments: {} }];

/**
 * An agent that phones a restaurant for a guest, as its instructions have it in lines such as
 * `- date: 2027-01-31`. It reports what the restaurant says, and then ends the call.
 */
export const RESTAURANT: Script = {
  replies: [
    {
      text: 'Hello. I am an automated assistant, calling for {{name}}. Do you have a table for {{guests}} on {{date}} at {{time}}?',
    },
    { text: 'Yes, please: {{date}} at {{time}}, for {{guests}}, under the name {{name}}.' },
  ],
  cases: [
    {
      when: { heard_contains: 'It is booked' },
      say: {
        tool: 'report_outcome',
        arguments: {
          result: 'booked',
          date: '{{date}}',
          time: '{{time}}',
          guests: '{{guests}}',
          name: '{{name}}',
          notes: null,
        },
      },
    },
    {
      when: { heard_contains: 'fully booked' },
      say: {
        tool: 'report_outcome',
        arguments: {
          result: 'refused',
          date: null,
          time: null,
          guests: null,
          name: null,
          notes: 'They are fully booked that day.',
        },
      },
    },
    { when: { output_contains: '"ok":true' }, say: FAREWELL },
    { when: { output_contains: '"error"' }, say: FAREWELL },
  ],
  heard: hear('restaurant-hello', 'restaurant-offer', 'restaurant-confirmed'),
};

/** The same agent, and a restaurant that has no table left. */
export const RESTAURANT_FULL: Script = {
  ...RESTAURANT,
  heard: hear('restaurant-hello', 'restaurant-full'),
};

/** The scripts that can be asked for by name. */
export const SCRIPTS: ReadonlyMap<string, Script> = new Map([
  ['receptionist', RECEPTIONIST],
  ['receptionist-interrupted', RECEPTIONIST_INTERRUPTED],
  ['restaurant', RESTAURANT],
  ['restaurant-full', RESTAURANT_FULL],
]);
