import { type AnnotationLevel, type AnnotationPlace, annotation, escapeText } from "./annotate.ts";
import { cleanLogLine } from "./clean-log-line.ts";
import { stopCommands } from "./stop-commands.ts";

/** GitHub shows so many of a kind per step. */
const ANNOTATIONS_MAX = 10;
/** Hiding a bracket on a line of its own would make the log unreadable. */
const MASKED_CHARS_MIN = 4;

/** The log of a job: every text in it is redacted, and nothing but our own commands is one. */
export type RunnerLog = Readonly<{
  /** What a display writes: whole lines, already made inert. */
  write(text: string): void;
  /** One of our own commands. */
  command(line: string): void;
  /** Text of several lines, which may hold anything. */
  info(text: string): void;
  /** More than GitHub shows of one kind become lines of the log. */
  annotate(level: AnnotationLevel, message: string, place?: AnnotationPlace): void;
  /** For the runner to hide, here and in what later steps print. */
  mask(secret: string): void;
  /** Lets the runner obey again: before other code gives it commands, and at the end. */
  resume(): void;
}>;

export function openRunnerLog(options: {
  write: (text: string) => void;
  redact: (text: string) => string;
  newToken: () => string;
}): RunnerLog {
  const { redact } = options;
  const log = stopCommands(options);
  const given: Record<AnnotationLevel, number> = { error: 0, warning: 0, notice: 0 };
  const info = (text: string) => {
    for (const line of text.split(/\r\n|[\n\r]/u)) log.write(`${redact(cleanLogLine(redact(line)))}\n`);
  };
  return {
    write: (text) => log.write(redact(text)),
    command: (line) => log.command(redact(line)),
    info,
    annotate(level, message, { title, file, ...place } = {}) {
      const told = {
        ...place,
        ...(title === undefined ? {} : { title: redact(title) }),
        ...(file === undefined ? {} : { file: redact(file) }),
      };
      given[level] += 1;
      if (given[level] > ANNOTATIONS_MAX) info(`${level}: ${message}`);
      else log.command(annotation(level, redact(message), told));
    },
    mask(secret) {
      // GitHub's runner hides each line by itself; others take the whole value only.
      const lines = secret.split(/[\n\r]+/u).filter((line) => line.length >= MASKED_CHARS_MIN);
      for (const part of new Set([secret, ...lines])) log.command(`::add-mask::${escapeText(part)}`);
    },
    resume: log.resume,
  };
}
