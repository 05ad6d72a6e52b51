import type { TwilioClient } from '../twilio-account/client';
import type { AccountInstance } from 'twilio/lib/rest/api/v2010/account';
import type { OwnedNumber } from '../twilio-account/owned-number';
import type { Pointing } from '../twilio-account/pointing';
import type { Talk } from './model/talk';
import type { FindModel, ModelTarget } from './model/target';
import type { Answer, Reach } from './reach';
import type { Settings } from './settings';

/** What earlier checks found and later ones build on. */
export interface Facts {
  account?: AccountInstance;
  number?: OwnedNumber;
  /** What answers its calls: its own addresses, or those of its TwiML app. */
  pointing?: Pointing;
  /** Where the number should point, by FUNCTIONS_URL or the latest deploy; asked once. */
  soughtFunctions?: Promise<string | undefined>;
  /** Without a slash at the end. */
  functionsUrl?: string;
  /** What Twilio asks when the number is called. */
  voiceUrl?: string;
  voiceMethod?: 'GET' | 'POST';
  /** What `/diagnostics` of the Functions said. */
  functionsDiagnostics?: Readonly<Record<string, unknown>>;
  /** The answer of `GET /diagnostics` of the Functions, as it came. */
  functionsAnswer?: Answer;
  /** The TwiML that the voice address gave. */
  twiml?: string;
  /** What it was called. */
  twimlContentType?: string;
  /** The address of its `<Stream>`, if it has one. */
  streamUrl?: string;
  /** What became of an idle socket: asked at the end, so that the others do not wait for it. */
  idleSocket?: Promise<{ readonly isOpen: boolean; readonly afterMs: number }>;
  /** What the bridge opens for the agent that answers. */
  model?: ModelTarget;
  /** The one session that was opened with the model; every check of the model looks at it. */
  modelTalk?: Promise<Talk>;
}

/** What the variables of the bridge have against them: one line a fault, the name first. */
export type VariableFaults = (environment: NodeJS.ProcessEnv) => readonly string[];

/** One set-up that is examined: what is configured, how it is reached, what is known by now. */
export interface Examination {
  readonly settings: Settings;
  readonly reach: Reach;
  /** @throws CommandError where the credentials are missing or ill-shaped. */
  readonly openTwilio: () => TwilioClient;
  readonly findVariableFaults: VariableFaults;
  /** Why this machine cannot load the bridge's native server, in a line; undefined where it can. */
  readonly findNativeFault: () => string | undefined;
  /** Where `.env` and `.env.functions` are. */
  readonly folder: string;
  readonly findModel: FindModel;
  readonly facts: Facts;
  /** Ends everything that waits. */
  readonly interrupted: AbortSignal;
}
