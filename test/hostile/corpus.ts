import { COMMANDS } from "./commands.ts";
import { MARKUP } from "./markup.ts";

/** As a command prints it: bytes, not all of which are text. */
const BYTES: readonly Buffer[] = [
  Buffer.from([0xff, 0xfe, 0x3a, 0x3a]),
  Buffer.from([0xc3, 0x28]),
  Buffer.from([0xe2, 0x82]),
  Buffer.from([0xf0, 0x9f, 0x98]),
  Buffer.from([0xed, 0xa0, 0x80]),
  Buffer.from([0xf8, 0x88, 0x80, 0x80, 0x80]),
  Buffer.from([0xc0, 0xba, 0xc0, 0xba, 0x65]), // an overlong `::`
  Buffer.from([0xe0, 0x80, 0xa3, 0x23, 0x5b]), // an overlong `#`, then `#[`
  Buffer.from([0x80, 0x81, 0x9b, 0x33, 0x31, 0x6d]),
  Buffer.from([0xc2, 0x9b, 0x33, 0x31, 0x6d, 0x78]),
  Buffer.concat([Buffer.from([0xff]), Buffer.from("::error::after a bad byte")]),
  Buffer.concat([Buffer.from("\n"), Buffer.from([0xe2, 0x80]), Buffer.from("::error::torn")]),
  Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
  Buffer.from(Array.from({ length: 256 }, (_, byte) => 255 - byte)),
  Buffer.from("::error::wide", "utf16le"),
  Buffer.from("##[error]wide", "utf16le"),
];

export type Hostile = Readonly<{ name: string; text: string; bytes: Buffer }>;

/** Everything that a target, a command, a plan, GitHub or a person may say in the hope to be more than text. */
export const CORPUS: readonly Hostile[] = [
  ...[...COMMANDS, ...MARKUP].map((text) => ({ text, bytes: Buffer.from(text) })),
  ...BYTES.map((bytes) => ({ text: bytes.toString("utf8"), bytes })),
].map(({ text, bytes }, index) => ({ name: `${index} ${JSON.stringify(text.slice(0, 40))}`, text, bytes }));
