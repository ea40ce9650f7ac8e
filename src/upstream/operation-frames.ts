// Frames of operations that stream (images in parts, transcripts, speech as events): they pass as they came. The connection's end is the
// answer's end only after an event that says so.
import { dialectOf } from '../dialects/registry.ts';
import { fault, type Fault } from '../canonical/fault.ts';
import { newMeter, type FrameHandler, type FrameResult } from './frames.ts';
import { objectAt, parseJsonObject, stringAt } from '../lib/json.ts';
import { providerFault } from './failure.ts';
import { operationUsage } from './operation-usage.ts';
import { parseFrame } from '../lib/sse.ts';
import { readError } from '../dialects/openai-chat/fault.ts';
import type { Deployment } from '../routing/deployment.ts';
import type { OperationName } from '../providers/provider.ts';

const passed = (out: Buffer): FrameResult => ({ out, fault: null });
const finalEvent = /\.(completed|done)$/;

/** Passes frames and reads usage and errors from them. */
export class OperationFrames implements FrameHandler {
  readonly meter = newMeter();
  private finished = false;

  constructor(private readonly operation: OperationName, private readonly deployment: Deployment) {}

  frame(bytes: Buffer): FrameResult {
    const frame = parseFrame(bytes);
    if (!frame) return passed(bytes);
    if (frame.data === '[DONE]') {
      this.finished = true;
      return passed(bytes);
    }
    this.meter.contentSeen = true;
    const json = parseJsonObject(frame.data);
    const error = objectAt(json, 'error');
    if (error) return { out: null, fault: providerFault(readError(error), this.deployment) };
    const type = stringAt(json, 'type') ?? frame.event ?? '';
    // Sound and images in parts are large and hold no usage.
    if (!finalEvent.test(type)) return passed(bytes);
    this.finished = true;
    const usage = objectAt(json, 'usage');
    if (usage) this.meter.usage = operationUsage(this.operation, usage).usage;
    return passed(bytes);
  }

  finish(): FrameResult {
    if (this.finished) return { out: null, fault: null };
    return { out: null, fault: providerFault(fault('upstream_stream_broken', 'The provider ended the stream before the answer was complete.'), this.deployment) };
  }

  renderFault(reason: Fault): Buffer {
    return Buffer.from(dialectOf('openai-chat').renderStreamFault(reason, 0));
  }
}
