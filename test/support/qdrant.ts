// A vector database for tests: the part of Qdrant's interface that the semantic cache uses, in memory, with the answers that its documentation
// shows (https://api.qdrant.tech/api-reference).
import { arrayAt, isJsonObject, numberAt, objectAt, parseJsonObject, stringAt, type JsonObject } from '../../src/lib/json.ts';

/** A running database. */
export interface TestQdrant {
  url: string;
  /** How its collection was made; null: not yet. */
  collection(): JsonObject | null;
  points(): number;
  stop(): Promise<void>;
}

interface Point {
  vector: number[];
  payload: JsonObject;
}

const done = (result: unknown, status = 200): Response => Response.json({ result, status: 'ok', time: 0.000123 }, { status });

/** Starts one. Requests without the key are refused. */
export function startQdrant(apiKey: string): TestQdrant {
  const points = new Map<string, Point>();
  let made: JsonObject | null = null;
  const search = (body: JsonObject): Response => {
    const asked = numbers(body['vector']);
    const [scope, range] = arrayAt(objectAt(body, 'filter'), 'must').filter(isJsonObject);
    const wanted = stringAt(objectAt(scope, 'match'), 'value');
    const after = numberAt(objectAt(range, 'range'), 'gt') ?? 0;
    const found = [...points].map(([id, { vector, payload }]) => ({ id, version: 1, score: cosine(vector, asked), payload }))
      .filter(({ score, payload }) => score >= (numberAt(body, 'score_threshold') ?? 0) && payload['litellm_cache_key'] === wanted && (numberAt(payload, 'expires_ms') ?? 0) > after);
    return done(found.toSorted((one, other) => other.score - one.score).slice(0, 1));
  };
  const server = Bun.serve({
    port: 0, hostname: '127.0.0.1',
    async fetch(request) {
      if (request.headers.get('api-key') !== apiKey) return new Response('Must provide an API key or an Authorization bearer token', { status: 401 });
      const body = parseJsonObject(await request.text()) ?? {};
      switch (`${request.method} ${new URL(request.url).pathname}`) {
        case 'GET /collections/weir/exists': return done({ exists: made !== null });
        case 'PUT /collections/weir':
          made = body;
          return done(true);
        case 'PUT /collections/weir/index': return done({ operation_id: 1, status: 'acknowledged' });
        case 'PUT /collections/weir/points':
          for (const point of body['points'] as JsonObject[]) points.set(String(point['id']), { vector: numbers(point['vector']), payload: objectAt(point, 'payload') ?? {} });
          return done({ operation_id: 2, status: 'completed' });
        case 'POST /collections/weir/points/search': return search(body);
        case 'POST /collections/weir/points/delete':
          if (isJsonObject(body['filter'])) points.clear();
          return done({ operation_id: 3, status: 'completed' });
        default: return Response.json({ status: { error: 'Not found' }, time: 0 }, { status: 404 });
      }
    },
  });
  return { url: `http://127.0.0.1:${server.port}`, collection: () => made, points: () => points.size, stop: () => server.stop(true) };
}

const numbers = (value: unknown): number[] => (Array.isArray(value) ? value.map(Number) : []);
const length = (vector: number[]): number => Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
const cosine = (one: number[], other: number[]): number => one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0) / (length(one) * length(other));
