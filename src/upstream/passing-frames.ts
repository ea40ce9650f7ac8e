// Frames of a stream whose dialect is the client's own: they pass as they came, but for the model's name and the usage that
// the client did not ask for.
import { estimateBytes } from '../accounting/token-estimate.ts';
import { applyPatches } from '../lib/patch.ts';
import { contentLength } from './content-length.ts';
import { dialectOf } from '../dialects/registry.ts';
import { dialectTraits, type DialectTraits } from '../dialects/traits.ts';
import { findMember, outlineAt } from '../lib/json-members.ts';
import { fault, type Fault } from '../canonical/fault.ts';
import { providerFault } from './failure.ts';
import { parseFrame } from '../lib/sse.ts';
import { parseJsonObject } from '../lib/json.ts';
import { placeOf, valueAt } from '../lib/place.ts';
import { newMeter, type FrameHandler, type FrameResult } from './frames.ts';
import type { Call } from './call.ts';
import type { Dialect, Glancer } from '../dialects/dialect.ts';
import type { Usage } from '../canonical/usage.ts';
import type { Deployment } from '../routing/deployment.ts';

const nothing: FrameResult = { out: null, fault: null };
const dataField = Buffer.from('data:');
// A frame of this size holds a picture or a sound, which are not paid by their bytes.
const largeFrameBytes = 16 * 1024;
const bytesPerToken = 4;

/** Passes frames and reads usage, finish reasons and errors from them. */
export class PassingFrames implements FrameHandler {
  readonly meter = newMeter();
  private readonly dialect: Dialect;
  private readonly glance: Glancer;
  private readonly model: Buffer;
  private readonly hideUsage: boolean;
  private readonly traits: DialectTraits;
  private sequence = 0;
  private endable = false;
  /** Bytes of a frame beside its content, by the last frame that was parsed; null until two with content were: the first has more than the others. */
  private envelopeBytes: number | null = null;
  /** The head of the last frame up to the end of the model's name, and what it becomes. */
  private seenHead: Buffer | null = null;
  private newHead: Buffer | null = null;

  constructor(private readonly call: Call, private readonly deployment: Deployment) {
    this.dialect = dialectOf(call.inbound);
    this.traits = dialectTraits[call.inbound];
    this.glance = this.dialect.createGlancer();
    this.model = Buffer.from(JSON.stringify(call.model));
    this.hideUsage = !call.includeUsage;
  }

  frame(bytes: Buffer): FrameResult {
    const { meter } = this;
    if (this.envelopeBytes !== null && this.isQuiet(bytes)) {
      meter.contentCharacters += bytes.length > largeFrameBytes ? estimateBytes(bytes) * bytesPerToken : Math.max(1, bytes.length - this.envelopeBytes);
      this.sequence++;
      return { out: this.renamed(bytes), fault: null };
    }
    const frame = parseFrame(bytes);
    if (!frame) return { out: bytes, fault: null };
    const json = frame.data.startsWith('{') ? parseJsonObject(frame.data) : undefined;
    const seen = this.glance(json, frame);
    this.sequence++;
    if (seen.usage) meter.usage = seen.usage;
    if (seen.finishReason !== undefined) meter.finishReason = seen.finishReason;
    if (seen.terminal) meter.terminal = true;
    if (seen.endable !== undefined) this.endable = seen.endable;
    if (seen.content) {
      const length = contentLength(json);
      if (meter.contentSeen) this.envelopeBytes = bytes.length - length;
      meter.contentSeen = true;
      meter.contentCharacters += length;
    }
    if (seen.fault) return { out: null, fault: providerFault(seen.fault, this.deployment) };
    if (seen.usageOnly && this.hideUsage) return nothing;
    if (!json) return { out: bytes, fault: null };
    const out = this.renamed(seen.usage ? this.priced(bytes, seen.usage) : bytes);
    const { closing } = this.traits;
    return { out: seen.terminal && closing ? Buffer.concat([out, closing]) : out, fault: null };
  }

  finish(): FrameResult {
    if (this.meter.terminal || this.endable) return nothing;
    return { out: null, fault: providerFault(fault('upstream_stream_broken', 'The provider ended the stream before the answer was complete.'), this.deployment) };
  }

  renderFault(reason: Fault): Buffer {
    return Buffer.from(this.dialect.renderStreamFault(reason, this.sequence));
  }

  /** True for a frame with nothing but more content, told by what it lacks: such frames are not parsed. */
  private isQuiet(bytes: Buffer): boolean {
    const { tellingWords } = this.traits;
    if (tellingWords === null) return false;
    for (const word of tellingWords) if (bytes.indexOf(word) !== -1) return false;
    return true;
  }

  /** The frame with the cost inside its usage, when that is wanted and known. */
  private priced(bytes: Buffer, usage: Usage): Buffer {
    const costUsd = this.call.costOfUsage?.(usage) ?? null;
    const place = costUsd === null ? null : valueAt(bytes, this.traits.usageInFrame, bytes.indexOf(0x7b, bytes.indexOf(dataField)));
    const inner = place && outlineAt(bytes, place.start);
    if (!inner || inner.members.length === 0 || findMember(inner, 'cost')) return bytes;
    return applyPatches(bytes, [{ start: inner.close, end: inner.close, text: `,"cost":${costUsd}` }]);
  }

  private renamed(bytes: Buffer): Buffer {
    const { modelInFrame, framesWithModel } = this.traits;
    if (modelInFrame.length === 0 || (framesWithModel && bytes.indexOf(framesWithModel) === -1)) return bytes;
    const { seenHead, newHead } = this;
    if (seenHead && newHead && bytes.length > seenHead.length && seenHead.compare(bytes, 0, seenHead.length) === 0) {
      return Buffer.concat([newHead, bytes.subarray(seenHead.length)]);
    }
    const data = bytes.indexOf(dataField);
    const start = bytes.indexOf(0x7b, data);
    const place = start === -1 ? null : placeOf(bytes, modelInFrame, start);
    if (!place) return bytes;
    // The frames of a stream begin alike up to the model's name: the next one with the same head needs no search.
    this.seenHead = Buffer.from(bytes.subarray(0, place.end));
    this.newHead = Buffer.concat([bytes.subarray(0, place.start), this.model]);
    return Buffer.concat([this.newHead, bytes.subarray(place.end)]);
  }
}
