import type { DisplayStream, Pane } from "./display.ts";

/** For pipes and CI logs: nothing is ever redrawn. */
export function openPlain(stream: DisplayStream): Pane {
  let closed = false;
  // A reader that went away (`| head`) must not end the change.
  stream.on("error", () => {
    closed = true;
  });
  return {
    print: (line) => {
      if (!closed) stream.write(`${line}\n`);
    },
    command: (line) => {
      if (closed) return;
      if (stream.command === undefined) stream.write(`${line}\n`);
      else stream.command(line);
    },
    touch: () => {},
    close: () => {
      closed = true;
    },
  };
}
