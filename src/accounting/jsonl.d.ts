// A `.jsonl` file that is imported with `{ type: 'file' }` gives its path, also inside the one-file executable.
declare module '*.jsonl' {
  const path: string;
  export default path;
}
