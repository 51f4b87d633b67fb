import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { writeMessage } from "../../src/adapters/git/message.ts";
import { describeEvent } from "../../src/report/describe-event.ts";
import { renderJson } from "../../src/report/json.ts";
import { openLog, renderLines } from "../../src/report/lines.ts";
import { annotateIssues, renderIssuesText } from "../../src/report/plan-report.ts";
import { renderMessage } from "../../src/report/render-message.ts";
import { buildResult } from "../../src/report/result.ts";
import { CORPUS } from "./corpus.ts";
import { faultsOver } from "./faults.ts";
import { findLive } from "./markdown-reader.ts";
import { findUnseemly, readLog } from "./runner-reader.ts";
import { BENIGN, issuesWith, openJobLog, printed, tellWith } from "./stage.ts";

const OURS = /^(group|endgroup|stop-commands)$/;
const commandsIn = (log: string) =>
  [readLog(log), readLog(log, { deaf: true })].flatMap(({ obeyed, paused }) => [
    ...obeyed.filter(({ name }) => !OURS.test(name)).map(({ name }) => `commands ${name}`),
    ...(paused ? ["leaves the runner paused"] : []),
  ]);

it("the corpus has more than 300 different entries", () => {
  expect(new Set(CORPUS.map(({ bytes }) => bytes.toString("hex"))).size).toBeGreaterThan(400);
});

describe("the log", () => {
  it("obeys nothing that a command prints, and shows it behind the command's name", () => {
    const faults = faultsOver(({ bytes }) => {
      const { log, tail } = printed([bytes, Buffer.from("\n")]);
      const foreign = log
        .split("\n")
        .filter((line) => !/^(::(stop-commands::)?[0-9a-f]{32,}(::)?)?$/.test(line));
      const bare = foreign.filter((line) => !/^web-01 \|( |$)/.test(line));
      return [...commandsIn(log), ...findUnseemly(log + tail), ...bare.map((line) => `stands bare: ${line}`)];
    });
    expect(faults).toEqual([]);
  });

  it("is no longer for what a command prints than the limit, and says what is left out", () => {
    const { log } = printed([Buffer.alloc(5_000_000, "x"), Buffer.from("\n")]);
    expect(log.length).toBeLessThan(10_000);
    expect(log).toContain("more");
  });

  it("obeys nothing that an event says", () => {
    const faults = faultsOver(({ text }) => {
      const { log, display, written } = openJobLog();
      const tale = tellWith(text);
      for (const event of tale.events) display.observer.onEvent(event, tale.state);
      display.close();
      log.resume();
      return [...commandsIn(written()), ...findUnseemly(written())];
    });
    expect(faults).toEqual([]);
  });

  it("has as many lines of an event whatever the event says", () => {
    const linesOf = (text: string) => {
      const tale = tellWith(text);
      return tale.events.map((event) => renderLines(event, tale.state, openLog()).length);
    };
    const expected = linesOf(BENIGN);
    expect(
      faultsOver(({ text }) => (linesOf(text).join() === expected.join() ? [] : ["other lines"])),
    ).toEqual([]);
  });

  it("obeys nothing of a plan's problems", () => {
    const faults = faultsOver(({ text }) => {
      const { log, written } = openJobLog();
      log.info(renderIssuesText(issuesWith(text), text.slice(0, 100), text));
      log.resume();
      return [...commandsIn(written()), ...findUnseemly(written())];
    });
    expect(faults).toEqual([]);
  });
});

describe("an annotation", () => {
  it("is exactly one, of the kind and with the properties that are ours", () => {
    const faults = faultsOver(({ text }) => {
      const { log, written } = openJobLog();
      for (const level of ["error", "warning", "notice"] as const) {
        log.annotate(level, text, { title: text, file: text, startLine: 3 });
      }
      const { obeyed } = readLog(written());
      const wrong = obeyed.filter(({ properties }) => Object.keys(properties).join() !== "title,file,line");
      const data = obeyed.flatMap((one) => [one.data, ...Object.values(one.properties)]);
      const inner = data.flatMap((told) => commandsIn(told));
      return [
        ...(obeyed.map(({ name }) => name).join() === "error,warning,notice" ? [] : ["is another command"]),
        ...wrong.map(() => "has other properties"),
        ...(obeyed.some((one) => one.data.length > 8_100) ? ["is too long"] : []),
        ...inner,
        ...findUnseemly(data.join("")),
      ];
    });
    expect(faults).toEqual([]);
  });

  it("of a plan's problem is one too, and beyond ten of a kind a line of the log", () => {
    const faults = faultsOver(({ text }) => {
      const { log, written } = openJobLog();
      for (const { level, message, title, file } of annotateIssues(issuesWith(text), text)) {
        for (let n = 0; n < 12; n += 1) log.annotate(level, message, { title, file });
      }
      log.resume();
      const { obeyed } = readLog(written());
      return obeyed.filter(({ name }) => name === "error").length === 10 ? [] : [`gave ${obeyed.length}`];
    });
    expect(faults).toEqual([]);
  });
});

/** The digest, and the address of the run, whole or cut. */
const OUR_WORDS = /(?:3f){6}|https:\/\/github\.com\/a[^\s)]*/g;

describe("a commit of the journal", () => {
  const messageOf = (text: string) => {
    const { events, change } = tellWith(text);
    return writeMessage(events, (event) => describeEvent(event, change));
  };

  it("has as many lines whatever its events say, and none that speaks for others", () => {
    const lines = messageOf(BENIGN).split("\n").length;
    const faults = faultsOver(({ text }) => {
      const message = messageOf(text);
      const own = message.split("\n").length === lines ? [] : ["has other lines"];
      // The digest and the address of the run are ours.
      return [
        ...own,
        ...findLive(message.replace(OUR_WORDS, "")),
        ...findUnseemly(message),
        ...commandsIn(message),
      ];
    });
    expect(faults).toEqual([]);
  });

  it("has no trailer from outside, as git reads it", () => {
    const all = CORPUS.filter(({ text }) => /-by|Change-Id/i.test(text)).map(({ text }) => messageOf(text));
    expect(all.length).toBeGreaterThan(3);
    const trailers = all.map((input) =>
      execFileSync("git", ["interpret-trailers", "--parse"], { input, encoding: "utf8" }),
    );
    expect(trailers.filter((found) => /^(signed|co-authored|reviewed)-|^change-id/im.test(found))).toEqual(
      [],
    );
  });
});

describe("a document for machines", () => {
  it("reads back as what was said, in one line that no runner and no terminal acts on", () => {
    const faults = faultsOver(({ text }) => {
      const result = buildResult(tellWith(text).state, {
        journalRef: null,
        issueUrl: null,
        reportPath: null,
      });
      const json = renderJson(result);
      expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(result)));
      return [
        ...(json.includes("\n") ? ["has several lines"] : []),
        ...commandsIn(json),
        ...findUnseemly(json),
      ];
    });
    expect(faults).toEqual([]);
  });

  it("of a changed prototype changes nobody's", () => {
    for (const { text } of CORPUS) JSON.parse(renderJson({ [text]: { [text]: text } }));
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe("a message to a chat", () => {
  const message = (text: string) => ({
    level: "critical" as const,
    title: text,
    text,
    fields: Array.from({ length: 12 }, () => [text, text] as const),
    url: text,
  });
  const stringsOf = (value: unknown): string[] => {
    if (typeof value === "string") return [value];
    return typeof value === "object" && value !== null ? Object.values(value).flatMap(stringsOf) : [];
  };

  it.each(["json", "slack", "teams"] as const)(
    "in the format %s is data, bounded, and mentions nobody",
    (format) => {
      const faults = faultsOver(({ text }) => {
        const body = renderMessage(message(text), format);
        const strings = stringsOf(JSON.parse(body)).filter((one) => !one.startsWith("http"));
        const size = Buffer.byteLength(body) < 28_000 ? [] : [`takes ${Buffer.byteLength(body)} bytes`];
        if (format === "json") return [...size, ...findUnseemly(strings.join("")), ...commandsIn(body)];
        const marked = strings.filter((one) => !/^<https?:[^<>|]*\|Where to look>$/.test(one));
        const live = marked.flatMap((one) => findLive(one));
        const tags = marked.flatMap((one) =>
          /<[!@#a-z]/i.test(one) && format === "slack" ? [`has a tag: ${one}`] : [],
        );
        return [...size, ...live, ...tags, ...findUnseemly(marked.join(""))];
      });
      expect(faults).toEqual([]);
    },
  );
});
