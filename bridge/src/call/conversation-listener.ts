import type { Base64Slice } from '@realtime-phone/protocol/base64';
import type { CodedError } from '@realtime-phone/protocol/errors';
import type { HandOverStep } from './hand-over';
import type { Cut } from './heard';
import type { Saying } from './transcript';

/** What a conversation reports to its call. */
export interface ConversationListener {
  /**
   * @param payload mu-law, good only during the call.
   * @param startsInMs how long it is until it is heard.
   */
  onAgentAudio(payload: Base64Slice, bytes: number, startsInMs: number): void;
  /** A clip of the bridge's own, likewise. */
  onClip(payload: Base64Slice, startsInMs: number): void;
  /** What was not heard is about to be cleared. */
  onClear(): void;
  /** The consent sentence has been heard to its end, or never will be. */
  onConsent(wasHeard: boolean): void;
  onBargeIn(cuts: readonly Cut[]): void;
  onLateDelta(): void;
  onSaying(saying: Saying): void;
  /** A step for the record, in the words of the log. */
  onNote(what: string, details?: object): void;
  /** The agent has ended the call, and its goodbye has been heard. */
  onGoodbye(): void;
  /** The stream is to end for a step of Twilio's, after which the call may come back. */
  onHandOver(step: HandOverStep): void;
  onOutcome(outcome: unknown): void;
  /** A fault that the call survives. */
  onToolFault(fault: CodedError): void;
  /** The model fails the call. */
  onFault(fault: CodedError): void;
  /** A response failed, and is asked for once more. */
  onAskedAgain(fault: CodedError): void;
  /** Nobody speaks now, and nothing is owed. */
  onQuiet(): void;
}
