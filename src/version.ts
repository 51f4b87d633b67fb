/** The action's own version: part of what is approved, and the same as in package.json (a test compares). */
export const ACTION_VERSION = "1.0.0";
