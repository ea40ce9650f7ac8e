// Reads members of a client's body and remembers the first one that has the wrong type, so that readers stay straight
// and the caller gets one fault with the member's path. `null` counts as not sent, as the providers have it.
import { fault } from '../canonical/fault.ts';
import type { Fault } from '../canonical/fault.ts';
import type { Json, JsonObject } from '../lib/json.ts';
import { isJsonObject } from '../lib/json.ts';

/** One reading of one body. */
export class BodyCheck {
  /** The first thing that was wrong. */
  fault: Fault | null = null;

  /** Remembers that the value at the path is not what it must be. */
  invalid(path: string, expected: string): undefined {
    this.fault ??= fault('parameter_invalid', `Invalid value for '${path}': expected ${expected}.`, { param: path });
    return undefined;
  }

  /** A string. */
  string(object: JsonObject, key: string, path = key): string | undefined {
    const value = object[key];
    if (value === undefined || value === null) return undefined;
    return typeof value === 'string' ? value : this.invalid(path, 'a string');
  }

  /** A finite number. */
  number(object: JsonObject, key: string, path = key): number | undefined {
    const value = object[key];
    if (value === undefined || value === null) return undefined;
    return typeof value === 'number' && Number.isFinite(value) ? value : this.invalid(path, 'a number');
  }

  /** A boolean. */
  boolean(object: JsonObject, key: string, path = key): boolean | undefined {
    const value = object[key];
    if (value === undefined || value === null) return undefined;
    return typeof value === 'boolean' ? value : this.invalid(path, 'a boolean');
  }

  /** An object. */
  object(object: JsonObject, key: string, path = key): JsonObject | undefined {
    const value = object[key];
    if (value === undefined || value === null) return undefined;
    return isJsonObject(value) ? value : this.invalid(path, 'an object');
  }

  /** An array. */
  array(object: JsonObject, key: string, path = key): Json[] | undefined {
    const value = object[key];
    if (value === undefined || value === null) return undefined;
    return Array.isArray(value) ? value : this.invalid(path, 'an array');
  }

  /** A string or an array of strings, as an array. */
  strings(object: JsonObject, key: string, path = key): string[] | undefined {
    const value = object[key];
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'string') return [value];
    if (!Array.isArray(value)) return this.invalid(path, 'a string or an array of strings');
    const strings: string[] = [];
    for (const [index, item] of value.entries()) {
      if (typeof item === 'string') strings.push(item);
      else this.invalid(`${path}[${index}]`, 'a string');
    }
    return strings;
  }
}
