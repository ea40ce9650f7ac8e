// A JSON body as bytes, with its outline; values are parsed only when somebody asks for them.
import { findMember, isOtherModel, memberValue, outlineOf, type Outline } from './json-members.ts';
import { isJsonObject, type JsonObject } from './json.ts';

/** A request body that holds one JSON object. */
export class JsonBody {
  private whole: JsonObject | null | undefined;

  private constructor(readonly bytes: Buffer, readonly outline: Outline) {}

  /** Reads bytes; null when they are not one JSON object. A body with repeated or escaped keys, or with `model` in capitals, is written anew, so that everyone sees the same. */
  static read(bytes: Buffer): JsonBody | null {
    const outline = outlineOf(bytes);
    if (!outline) return null;
    const body = new JsonBody(bytes, outline);
    if (!outline.ambiguous) return body;
    const whole = body.object();
    return whole ? JsonBody.read(Buffer.from(JSON.stringify(Object.fromEntries(Object.entries(whole).filter(([key]) => !isOtherModel(key)))))) : null;
  }

  /** The same body for another request: what is parsed of it is parsed anew, since whoever asked for it may have changed it. */
  again(): JsonBody {
    return new JsonBody(this.bytes, this.outline);
  }

  /** True when the body has this member, whatever its value. */
  has(key: string): boolean {
    return findMember(this.outline, key) !== undefined;
  }

  /** The parsed value of one member; undefined when it is missing or not JSON. */
  get(key: string): unknown {
    return memberValue(this.bytes, findMember(this.outline, key));
  }

  /** The first byte of a member's value: enough to tell its type. */
  kindOf(key: string): 'missing' | 'string' | 'object' | 'array' | 'null' | 'boolean' | 'number' {
    const member = findMember(this.outline, key);
    if (!member) return 'missing';
    const first = this.bytes[member.valueStart];
    if (first === 0x22) return 'string';
    if (first === 0x7b) return 'object';
    if (first === 0x5b) return 'array';
    if (first === 0x6e) return 'null';
    return first === 0x74 || first === 0x66 ? 'boolean' : 'number';
  }

  /** The first byte of a list's first item; `]` for an empty list, undefined where there is no list. */
  firstItem(key: string): number | undefined {
    const member = findMember(this.outline, key);
    if (!member || this.bytes[member.valueStart] !== 0x5b) return undefined;
    let at = member.valueStart + 1;
    while (this.bytes[at] === 0x20 || this.bytes[at] === 0x0a || this.bytes[at] === 0x0d || this.bytes[at] === 0x09) at++;
    return this.bytes[at];
  }

  /** The whole body, parsed once; null when some value inside is not JSON. */
  object(): JsonObject | null {
    if (this.whole === undefined) {
      try {
        const value: unknown = JSON.parse(this.bytes.toString('utf8', this.outline.open));
        this.whole = isJsonObject(value) ? value : null;
      } catch {
        this.whole = null;
      }
    }
    return this.whole;
  }
}

/** Bytes as the body of a request or response; the platform's types want to know that no other thread shares them. */
export const asBody = (bytes: Buffer): Uint8Array<ArrayBuffer> => bytes as Uint8Array<ArrayBuffer>;
