// Streams of the Gemini dialect, read and written.
export { createReader } from './read-stream.ts';
export { createWriter } from './write-stream.ts';
