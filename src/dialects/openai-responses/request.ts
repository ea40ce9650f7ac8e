// Requests of the Responses dialect, read and written.
export { readRequest } from './read-request.ts';
export { writeRequest } from './write-request.ts';
