import type { TwimlElement } from './document';
import { quote, type TwimlFinding } from './finding';

const START_TRACKS = ['inbound_track', 'outbound_track', 'both_tracks'];

/**
 * The `track` of a `<Stream>`: `<Connect>` takes only `inbound_track`, `<Start>` one of three.
 * Source: https://www.twilio.com/docs/api/errors/31941
 */
export function checkStreamTrack(
  { attributes, line }: TwimlElement,
  parent: 'Connect' | 'Start',
): TwimlFinding[] {
  const { track } = attributes;
  const allowed = parent === 'Connect' ? ['inbound_track'] : START_TRACKS;
  if (track === undefined || allowed.includes(track)) return [];
  return [
    {
      code: 31941,
      id: 'stream-track',
      level: 'error',
      message: `a <Stream> in <${parent}> cannot have track=${quote(track)}`,
      remedy:
        parent === 'Connect'
          ? 'leave the attribute out: a two-way stream carries the caller’s side in, and what you send out'
          : `use one of ${START_TRACKS.join(', ')}; it is one word, never a list`,
      line,
    },
  ];
}
