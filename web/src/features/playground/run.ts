// Asks one model, and shows what comes while it comes.
import { applyDelta, foldDeltas, GatewayBackend, type ChatAnswer, type ChatRequest } from '../../../../client/index.ts';
import { pageHeaders, wordsOf } from '../../api/gateway.ts';

/** How far one model is. */
export interface Run {
  state: 'running' | 'done' | 'failed' | 'stopped';
  answer: ChatAnswer;
  firstTokenMs: number | null;
  totalMs: number | null;
  failure: string | null;
  request: ChatRequest;
  /** What came over the wire, as text. */
  raw: string;
}

/** Calls back with each change, at most once per frame. */
export async function runModel(request: ChatRequest, signal: AbortSignal, onChange: (run: Run) => void): Promise<void> {
  const startedMs = performance.now();
  const run: Run = { state: 'running', answer: foldDeltas([]), firstTokenMs: null, totalMs: null, failure: null, request, raw: '' };
  let planned = false;
  const show = (): void => {
    if (planned) return;
    planned = true;
    requestAnimationFrame(() => {
      planned = false;
      onChange({ ...run, answer: { ...run.answer } });
    });
  };
  const backend = new GatewayBackend({ baseUrl: location.origin, fetch: async (url, init) => {
    const response = await fetch(url, init);
    void response.clone().text().then((text) => { run.raw = text; show(); }, () => undefined);
    return response;
  } });
  show();
  try {
    for await (const delta of backend.stream(request, { signal, headers: pageHeaders })) {
      if (run.firstTokenMs === null && (delta.type === 'text' || delta.type === 'reasoning' || delta.type === 'toolCall')) run.firstTokenMs = performance.now() - startedMs;
      applyDelta(run.answer, delta);
      show();
    }
    run.state = 'done';
  } catch (error) {
    run.state = signal.aborted ? 'stopped' : 'failed';
    run.failure = signal.aborted ? null : wordsOf(error);
  }
  run.totalMs = performance.now() - startedMs;
  show();
}
