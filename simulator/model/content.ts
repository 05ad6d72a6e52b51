import type { AudioFormat } from './audio-format';
import { bytesPerMs } from './audio-format';
import { newId } from './ids';
import type { ContentPart, Item } from './item';

/** What one item of a response says. Audio is in the format of the response already. */
export type Content =
  | { readonly kind: 'audio'; readonly audio: Buffer; readonly transcript: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'tool'; readonly name: string; readonly arguments: string };

/** What goes into one delta: some words, and the audio that goes with them. */
export interface Piece {
  readonly text: string;
  readonly audio: Buffer;
}

/** The content cut into deltas; the words of a transcript are spread over the audio. */
export function piecesOf(content: Content, format: AudioFormat, deltaMs: number): Piece[] {
  const none = Buffer.alloc(0);
  if (content.kind === 'tool') return [{ text: content.arguments, audio: none }];
  if (content.kind === 'text') return wordsOf(content.text).map((text) => ({ text, audio: none }));
  const length = deltaMs * bytesPerMs(format);
  const count = Math.ceil(content.audio.length / length);
  const words = wordsOf(content.transcript);
  return Array.from({ length: count }, (_, at) => ({
    audio: content.audio.subarray(at * length, (at + 1) * length),
    text: words
      .slice(Math.ceil((at * words.length) / count), Math.ceil(((at + 1) * words.length) / count))
      .join(''),
  }));
}

/** Words with the space before them, as the API sends them. */
function wordsOf(text: string): string[] {
  return text.match(/\s*\S+/g) ?? [];
}

/** The item as it is when it begins. */
export function openItem(content: Content): Item {
  const base = { id: newId('item'), object: 'realtime.item', status: 'in_progress' } as const;
  return content.kind === 'tool'
    ? { ...base, type: 'function_call', name: content.name, call_id: newId('call'), arguments: '' }
    : { ...base, type: 'message', role: 'assistant', content: [] };
}

/** The item when it ends, with what was said of it. */
export function closedItem(item: Item, content: Content, said: string, completed: boolean): Item {
  const status = completed ? 'completed' : 'incomplete';
  if (content.kind === 'tool') return { ...item, status, arguments: said };
  const part: ContentPart =
    content.kind === 'audio'
      ? { type: 'output_audio', transcript: said }
      : { type: 'output_text', text: said };
  return { ...item, status, content: [part] };
}
