import type { TwilioErrorEntry, TwilioErrorTable } from './entry';

/** Assumed: about ConversationRelay by its number; what each means was not found in a text. */
const UNEXPLAINED: TwilioErrorEntry = {
  name: 'ConversationRelay: not explained here',
  level: 'error',
  cause: 'a ConversationRelay code whose meaning we could not establish',
  remedy: 'read Twilio’s page; this product uses <Stream>, not ConversationRelay',
};

/** ConversationRelay, which speaks another protocol than Media Streams. */
export const CONVERSATION_RELAY_ERRORS: TwilioErrorTable = {
  64100: UNEXPLAINED,
  64101: UNEXPLAINED,
  64102: {
    name: 'ConversationRelay: cannot connect',
    level: 'error',
    cause: 'the WebSocket address of <ConversationRelay> could not be reached',
    remedy: 'check host, path and certificate',
  },
  64103: UNEXPLAINED,
  64104: UNEXPLAINED,
  64105: {
    name: 'ConversationRelay: closed by the server',
    level: 'error',
    cause: 'the server closed the WebSocket while the call went on',
    remedy: 'see the server’s log; end the session with its own message',
  },
  64106: {
    name: 'ConversationRelay: invalid argument',
    level: 'error',
    cause: 'an attribute does not fit another, as a voice that lacks the language',
    remedy: 'choose a voice of that provider and language',
  },
  64107: {
    name: 'ConversationRelay: invalid message',
    level: 'error',
    cause: 'the server sent a message that ConversationRelay does not know',
    remedy: 'its messages have a type, not an event as Media Streams have',
  },
  64108: UNEXPLAINED,
  64109: {
    name: 'ConversationRelay: too many sessions',
    level: 'error',
    cause: 'the account has reached its limit of sessions at one time',
    remedy: 'ask Twilio for more, or queue the calls',
  },
};
