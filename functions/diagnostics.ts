import { prefersHtml } from '../protocol/diagnostics/accept';
import { renderDiagnostics } from '../protocol/diagnostics/page';
import { PAGE_HEADERS } from '../protocol/diagnostics/style';
import { answerFault, answerJson, toResponse } from './answer/answer';
import { logFault } from './log/log';
import { describeReport } from './report/page';
import { makeReport } from './report/report';
import { readHeader } from './request/header';
import type { TwilioFunction } from './request/call-handler';

/**
 * Public: versions, which variables are set, and how one signed request to the bridge goes; as JSON,
 * or as a page where the client would rather have one. Of the request it reads nothing but `Accept`,
 * so it never signs what a stranger sends.
 */
export const handler: TwilioFunction = async (context, event, callback) => {
  try {
    const report = await makeReport(context);
    const answer = prefersHtml(readHeader(event, 'accept'))
      ? {
          status: 200,
          contentType: 'text/html; charset=utf-8',
          headers: PAGE_HEADERS,
          body: renderDiagnostics(describeReport(report)),
        }
      : { ...answerJson(report), headers: { 'cache-control': 'no-store', vary: 'Accept' } };
    callback(null, toResponse(answer));
  } catch (error) {
    logFault('function failed', error, { route: 'diagnostics' });
    callback(null, toResponse(answerFault('internal_error', 500)));
  }
};
