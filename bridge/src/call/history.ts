import type { ClientItem } from '@realtime-phone/protocol/realtime/client-events';
import type { Turn } from '../records/call-record';
import type { ToolAnswer } from '../records/resume-data';

/** Something that was said, as far as it was heard. */
export type SaidTurn = Pick<Turn, 'who' | 'text'>;

/** What happened in a conversation: somebody said something, or an item such as a tool's answer. */
export type Happened = SaidTurn | ClientItem;

/**
 * The conversation so far as items of a new session: audio of the assistant cannot be put into one,
 * so what was said is text. Answers of tools whose call is not there are left out, since they would
 * be refused.
 * Source: https://platform.openai.com/docs/api-reference/realtime-client-events/conversation/item/create
 * @param most so many of the last ones.
 */
export function describeHistory(happened: readonly Happened[], most = Infinity): ClientItem[] {
  const items = happened.slice(-most).map((one) => ('type' in one ? one : describeTurn(one)));
  const calls = new Set<string>();
  return items.filter((item) => {
    if (item.type === 'function_call') calls.add(item.call_id);
    return item.type !== 'function_call_output' || calls.has(item.call_id);
  });
}

/** So much of what happened is told again; what came before is not needed to go on. */
const REMEMBERED = 100;

/** What stands in a record and beside it of a conversation, in order, as items of a new session. */
export function describePast(
  turns: readonly Turn[],
  toolAnswers: readonly ToolAnswer[],
): ClientItem[] {
  const happened = [
    ...turns.map((turn) => ({ atMs: turn.atMs, items: [turn] as const })),
    ...toolAnswers.map((answer) => ({ atMs: answer.atMs, items: describeAnswer(answer) })),
  ];
  happened.sort((one, other) => one.atMs - other.atMs);
  return describeHistory(
    happened.flatMap(({ items }): readonly Happened[] => items),
    REMEMBERED,
  );
}

/** A tool's call and its answer, as the model had them. */
function describeAnswer({ callId, name, arguments: input, output }: ToolAnswer) {
  return [
    { type: 'function_call', call_id: callId, name, arguments: input },
    { type: 'function_call_output', call_id: callId, output },
  ] as const;
}

/** Something that the model has to know, and nobody said. */
export function tell(text: string): ClientItem {
  return { type: 'message', role: 'system', content: [{ type: 'input_text', text }] };
}

/** One turn as an item. */
export function describeTurn({ who, text }: SaidTurn): ClientItem {
  return who === 'caller'
    ? { type: 'message', role: 'user', content: [{ type: 'input_text', text }] }
    : { type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] };
}
