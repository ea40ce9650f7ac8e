// The limits within which a configuration file is read. They are far above real files and keep a mistake
// (a log file given as configuration, an alias bomb) from taking the process down.

/** Largest configuration file in bytes. Ten thousand deployments take about 3 MB. */
export const MAX_FILE_SIZE_BYTES = 8 * 1024 * 1024;
/** Deepest nesting of lists and maps. Real files stay below ten. */
export const MAX_DEPTH = 64;
/** Most values in all files together, counted after aliases are expanded. */
export const MAX_NODES = 500_000;
/** Most files that one configuration may include, directly or not. */
export const MAX_FILES = 100;
/** Most problems that are reported; the rest is only counted. */
export const MAX_PROBLEMS = 100;
