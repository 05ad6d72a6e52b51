import type { ResponseRequest } from './responses';

/** So much of what was said shows the model where it was. */
const TAIL_CHARACTERS = 400;

/**
 * Asks the model to go on where it was cut off in the middle of a response. The instructions of a
 * response take the place of those of the session, so they are said again.
 * Source: https://platform.openai.com/docs/api-reference/realtime-client-events/response/create
 * @param asked what the response was asked for with.
 * @param instructions those of the agent.
 * @param said the words that came before it was cut off.
 */
export function askToGoOn(
  asked: ResponseRequest,
  instructions: string,
  said: string,
): ResponseRequest {
  const from =
    said === ''
      ? 'The caller has heard its beginning.'
      : `The caller has heard: "${said.slice(-TAIL_CHARACTERS)}"`;
  return {
    response: {
      ...asked.response,
      instructions: [
        asked.response?.instructions ?? instructions,
        `You were cut off in the middle of this answer by a fault of the line. ${from}`,
        'Go on from exactly there, in the middle of the sentence if it is one. Repeat nothing, do not greet again, and do not mention the fault. If nothing is left to say, say nothing.',
      ].join('\n\n'),
    },
  };
}
