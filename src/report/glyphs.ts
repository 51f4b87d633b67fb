import type { Mark } from "./progress.ts";

/** The characters of a board: one set for terminals that show UTF-8, one for all others. */
export type Glyphs = Readonly<{
  /** Of a bar's cell. */
  cells: Readonly<Record<Mark, string>>;
  /** In front of a batch or a target. */
  signs: Readonly<Record<Mark, string>>;
  /** Frames for what is moving. */
  spinner: readonly string[];
  cut: string;
  dot: string;
  arrow: string;
}>;

export const UNICODE: Glyphs = {
  cells: {
    updated: "█",
    changing: "▓",
    failed: "✖",
    unknown: "?",
    undoing: "▒",
    "rolled-back": "▄",
    waiting: "░",
  },
  signs: {
    updated: "✔",
    changing: "●",
    failed: "✖",
    unknown: "?",
    undoing: "↺",
    "rolled-back": "↶",
    waiting: "○",
  },
  spinner: ["◐", "◓", "◑", "◒"],
  cut: "…",
  dot: "·",
  arrow: "→",
};

export const ASCII: Glyphs = {
  cells: {
    updated: "#",
    changing: ">",
    failed: "x",
    unknown: "?",
    undoing: "~",
    "rolled-back": "<",
    waiting: ".",
  },
  signs: {
    updated: "+",
    changing: "*",
    failed: "x",
    unknown: "?",
    undoing: "~",
    "rolled-back": "<",
    waiting: ".",
  },
  spinner: ["|", "/", "-", "\\"],
  cut: "...",
  dot: "|",
  arrow: "->",
};
