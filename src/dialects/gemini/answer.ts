// Whole answers of the Gemini dialect.
export { readAnswer } from './read-stream.ts';
export { writeAnswer } from './write-stream.ts';
