/** A plan is written and reviewed by people; whatever passes these is an accident or an attack. */
export const PLAN_BYTES_MAX = 256 * 1024;
export const NESTING_MAX = 32;
export const NODES_MAX = 20_000;
export const ALIASES_MAX = 100;

/** Every node takes fewer than three; checked first, because composing is where the parser's time goes. */
export const TOKENS_MAX = 3 * NODES_MAX;

/** A file with more syntax errors than this has one cause. */
export const SYNTAX_ERRORS_MAX = 20;
