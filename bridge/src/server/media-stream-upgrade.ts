import { readStreamPath } from '@realtime-phone/protocol/bridge-node';
import { isCallSid } from '@realtime-phone/protocol/call-sid';
import { CodedError } from '@realtime-phone/protocol/errors';
import { fitsTwilioSignature } from '@realtime-phone/protocol/twilio-signature';
import type { Logger } from 'pino';
import { acceptedSecrets } from '../accepted-secrets';
import type { Call } from '../call/call';
import type { Calls } from '../call/calls';
import type { Config } from '../config';
import type { LastErrors } from '../diagnostics/last-errors';
import { MediaStream } from '../media-stream/media-stream';
import { PendingSockets } from '../media-stream/pending-sockets';
import { Scratch } from '../media-stream/scratch';
import type { Metrics } from '../metrics';
import { answerError } from './answers';
import { networkOf } from './ip-address';
import type { KnownRequest, UpgradeDecision } from './web';

type UpgradeRequest = Omit<KnownRequest, 'body'>;

/**
 * Decides on each upgrade to a media stream. The signature covers the exact public address, and
 * the address carries the CallSid, so it belongs to one call alone; the token in `start` is the
 * second lock. Before both have opened nothing reaches a model.
 * Source: https://www.twilio.com/docs/usage/security#validating-requests
 */
export function createMediaStreamUpgrade(
  calls: Calls,
  config: Config,
  log: Logger,
  metrics: Metrics,
  lastErrors: LastErrors,
) {
  const pending = new PendingSockets(
    config.MAX_PENDING_SOCKETS,
    config.MAX_PENDING_SOCKETS_PER_ADDRESS,
  );
  const authTokens = acceptedSecrets(config, 'TWILIO_AUTH_TOKEN');
  const scratch = new Scratch();
  const limits = {
    startMs: config.START_MS,
    idleMs: config.STREAM_IDLE_MS,
    maxFrameBytes: config.MAX_FRAME_BYTES,
    maxQueuedBytes: config.MAX_STREAM_QUEUE_BYTES,
    maxCustomParameters: config.MAX_CUSTOM_PARAMETERS,
  };

  const admit = (request: UpgradeRequest): Call => {
    const signature = request.headers['x-twilio-signature'];
    if (signature === undefined || signature === '')
      throw new CodedError('twilio_signature_missing');
    const url = `wss://${config.PUBLIC_DOMAIN}${request.target}`;
    if (!fitsTwilioSignature(authTokens, signature, url)) {
      // What somebody put into a query may be a token, and Twilio puts nothing there.
      const shown = url.replace(/\?.*$/s, '?…').slice(0, 300);
      throw new CodedError('twilio_signature_invalid', `checked over ${shown}`);
    }
    const { callSid = '', node } = readStreamPath(request.path) ?? {};
    const own = config.BRIDGE_NODE;
    if (node !== undefined && own !== undefined && node !== own)
      throw new CodedError(
        'node_other',
        `the address is of node ${node.slice(0, 32)}, this is ${own}`,
      );
    const call = calls.expect(callSid);
    pending.check(networkOf(request.client));
    return call;
  };

  return {
    /** True for a path that is a media stream's. */
    serves: (path: string): boolean => readStreamPath(path) !== undefined,

    decide(request: UpgradeRequest): UpgradeDecision {
      const callSid = readStreamPath(request.path)?.callSid;
      const streamLog = log.child({ callSid: isCallSid(callSid) ? callSid : undefined });
      streamLog.info(
        {
          client: request.client,
          path: request.path.slice(0, 200),
          headers: Object.keys(request.headers),
        },
        'media-stream connection attempt',
      );
      const warn = (fault: CodedError, what: string) => {
        // Where the call is known it is in its record now, and among the last errors under its name.
        if (isCallSid(callSid)) void calls.noteRefusal(callSid, fault);
        lastErrors.noteFault(fault);
        metrics.refused.inc({ code: fault.code });
        streamLog.warn(
          { code: fault.code, detail: fault.detail, remedy: fault.fault.remedy },
          what,
        );
      };
      let call: Call;
      try {
        call = admit(request);
      } catch (error) {
        if (!(error instanceof CodedError)) throw error;
        warn(error, 'media-stream refused');
        return { refuse: answerError(error) };
      }
      return {
        accept: (socket) => {
          const leave = pending.enter(networkOf(request.client));
          streamLog.info('media-stream accepted');
          call.noteStream();
          let claimed = false;
          const stream = new MediaStream(
            socket,
            {
              onStart: (start) => {
                call.claim(stream, start);
                claimed = true;
                leave();
                return call;
              },
              onEnd: (fault) => {
                leave();
                if (claimed) call.endStream(fault);
                else if (fault !== undefined) warn(fault, 'media-stream closed before its start');
              },
            },
            limits,
            scratch,
          );
          return stream;
        },
      };
    },
  };
}
