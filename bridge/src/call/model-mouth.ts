import type { Base64Slice } from '@realtime-phone/protocol/base64';
import type { ClientEvent } from '@realtime-phone/protocol/realtime/client-events';
import type { Listening } from './manners';

/** The model, as a conversation uses it. */
export interface ModelMouth {
  tell(event: ClientEvent): void;
  /** Takes audio as if the caller had sent it, mu-law. */
  append(audio: Base64Slice): void;
  /** Has the model listen in another way from now on. */
  listen(listening: Listening): void;
}
