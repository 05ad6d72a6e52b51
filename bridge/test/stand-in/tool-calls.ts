import type { StandInSession } from './model';

/** A function call of the model, as it comes at the end of its item. */
export function callTool(
  session: StandInSession,
  responseId: string,
  callId: string,
  name: string,
  input: unknown,
  status = 'completed',
): void {
  session.send({
    type: 'response.output_item.done',
    response_id: responseId,
    output_index: 0,
    item: {
      id: `item_${callId}`,
      type: 'function_call',
      status,
      call_id: callId,
      name,
      arguments: typeof input === 'string' ? input : JSON.stringify(input),
    },
  });
}

/** What the bridge has answered to function calls so far, by call. */
export function outputsOf(session: StandInSession): Record<string, string> {
  return Object.fromEntries(
    session.received.flatMap(({ type, item }) => {
      if (type !== 'conversation.item.create') return [];
      const { call_id: callId, output } = item as { call_id?: string; output?: string };
      return callId === undefined ? [] : [[callId, output ?? '']];
    }),
  );
}
