import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { issueFiles } from "../../src/adapters/issue-file.ts";
import { setOutputs, writeSummary } from "../../src/compose/action-outputs.ts";
import { maskedIssues } from "../../src/compose/masked-issues.ts";
import { createNotifier } from "../../src/compose/notifier.ts";
import { hideReferences, hideSecret, holdsSecret, redact } from "../../src/compose/secrets.ts";
import { describeEvent } from "../../src/report/describe-event.ts";
import { renderIssue } from "../../src/report/issue.ts";
import { renderSummary } from "../../src/report/summary.ts";
import { ENCODINGS, findLeaks, SECRETS } from "./leaks.ts";
import { openJobLog, PLACES, printed, redactorFor, tellWith } from "./stage.ts";

const CASES = SECRETS.flatMap((secret) =>
  Object.entries(ENCODINGS).map(([encoding, encode]) => ({ secret, encoding, written: encode(secret) })),
);
type Case = (typeof CASES)[number];

const FAULTS_SHOWN = 20;
function leaksOver(render: (written: string, secret: string) => string): string[] {
  const faults = CASES.flatMap(({ secret, encoding, written }: Case) =>
    findLeaks(render(written, secret), secret).map((how) => `${secret} in ${encoding} can be read ${how}`),
  );
  return faults.slice(0, FAULTS_SHOWN);
}

it("there are 20 secrets and 8 encodings at least, and the checker finds every one where nothing is hidden", () => {
  expect(SECRETS.length).toBeGreaterThanOrEqual(20);
  expect(Object.keys(ENCODINGS).length).toBeGreaterThanOrEqual(8);
  expect(CASES.filter(({ written, secret }) => findLeaks(`x ${written} y`, secret).length === 0)).toEqual([]);
});

describe("a secret that a command prints", () => {
  it("is in no line of the log and in no record, wherever its bytes are split", () => {
    const faults = CASES.flatMap(({ secret, encoding, written }) => {
      const hide = redactorFor(secret);
      const bytes = Buffer.from(`before ${written} after\n`);
      return Array.from({ length: bytes.length - 1 }, (_, at) => {
        const { log, tail, stdout } = printed([bytes.subarray(0, at + 1), bytes.subarray(at + 1)], hide);
        return findLeaks([log, tail, stdout].join("\n"), secret).map(
          (how) => `${secret} in ${encoding} at ${at}: ${how}`,
        );
      }).flat();
    });
    expect(faults.slice(0, FAULTS_SHOWN)).toEqual([]);
  });

  it("is in none when every byte comes by itself", () => {
    expect(
      leaksOver((written, secret) => {
        const bytes = Buffer.from(`before ${written} after\n`);
        const { log, tail } = printed(
          Array.from(bytes, (byte) => Buffer.from([byte])),
          redactorFor(secret),
        );
        return log + tail;
      }),
    ).toEqual([]);
  });

  it("is in none where it is a key of many lines, or base64 in columns", () => {
    const body = Array.from({ length: 12 }, (_, n) =>
      Buffer.alloc(48, `line ${n} of a key `).toString("base64"),
    );
    const key = ["-----BEGIN KEY-----", ...body, "-----END KEY-----", ""].join("\n");
    const hide = redactorFor(key);
    const { log } = printed([Buffer.from(`${key}\n`)], hide);
    expect(body.filter((line) => log.includes(line.slice(0, 12)))).toEqual([]);
    const columns =
      Buffer.from(key)
        .toString("base64")
        .match(/.{1,76}/g) ?? [];
    const { log: wrapped } = printed([Buffer.from(`${columns.join("\n")}\n`)], hide);
    expect(columns.filter((line) => line.length > 8 && wrapped.includes(line))).toEqual([]);
  });

  it("is in none where something unseen stands in it", () => {
    const hide = redactorFor("hunter2-hunter2");
    const { log, tail } = printed(
      [Buffer.from("hun\u200bter2-h\u2060unter\u00ad2 \u001b[1mhunter2\u001b[0m-hunter2\n")],
      hide,
    );
    expect(findLeaks(log + tail, "hunter2-hunter2")).toEqual([]);
  });
});

describe("a secret that reaches a record all the same", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "hostile-"));
  const summary = path.join(folder, "summary.md");
  const outputs = path.join(folder, "outputs");
  beforeAll(() => {
    for (const secret of SECRETS) expect(hideSecret(secret)).toBe(true);
    process.env.GITHUB_STEP_SUMMARY = summary;
    process.env.GITHUB_OUTPUT = outputs;
    writeFileSync(outputs, "");
  });
  afterAll(() => {
    delete process.env.GITHUB_STEP_SUMMARY;
    delete process.env.GITHUB_OUTPUT;
    rmSync(folder, { recursive: true, force: true });
  });
  /** Short enough to be shown whole: what is cut before it is hidden cannot be found any more. */
  const told = (written: string) => tellWith(written.slice(0, 120));

  it("does not leave the log of events", () => {
    expect(
      leaksOver((written) => {
        const { log, display, written: shown } = openJobLog(redact);
        const tale = told(written);
        for (const event of tale.events) display.observer.onEvent(event, tale.state);
        display.close();
        log.info(`x ${written}`);
        return shown();
      }),
    ).toEqual([]);
  });

  it("does not get into an annotation", () => {
    expect(
      leaksOver((written) => {
        const { log, written: shown } = openJobLog(redact);
        log.annotate("error", `a ${written} b`, { title: written, file: written });
        return decodeURIComponent(shown().replace(/%(?!0A|0D|25|3A|2C)/g, "%25"));
      }),
    ).toEqual([]);
  });

  it("does not get into a commit of the journal", () => {
    expect(
      leaksOver((written) => {
        const { events, change } = told(written);
        return events.map((event) => redact(describeEvent(event, change))).join("\n");
      }),
    ).toEqual([]);
  });

  it("does not get into the summary", () => {
    let from = 0;
    expect(
      leaksOver((written) => {
        const { state, timeline } = told(written);
        writeSummary(renderSummary(state, timeline, PLACES));
        const all = readFileSync(summary, "utf8");
        const text = all.slice(from);
        from = all.length;
        return text;
      }),
    ).toEqual([]);
  });

  it("does not get into the outputs", () => {
    let from = 0;
    expect(
      leaksOver((written) => {
        setOutputs(told(written).state, { journalRef: "refs/x", issueUrl: null, reportPath: null });
        const all = readFileSync(outputs, "utf8");
        const text = all.slice(from);
        from = all.length;
        return text;
      }),
    ).toEqual([]);
    const [first] = /^outcome<<.*\n(.*)$/m.exec(readFileSync(outputs, "utf8"))?.slice(1) ?? [];
    expect(first).toBe("rollback-incomplete");
  });

  it("does not get into the issue, a comment, or the reason why GitHub refused it", async () => {
    const issues = maskedIssues(issueFiles(folder), redact);
    const faults: string[] = [];
    for (const { secret, encoding, written } of CASES) {
      const { state, timeline } = told(written);
      const draft = renderIssue(state, timeline, PLACES);
      const { url } = await issues.publish(draft);
      await issues.closeBySuccess(draft.marker, `said ${written}`);
      const text = readFileSync(url, "utf8");
      expect(text).toContain(draft.marker);
      faults.push(...findLeaks(text, secret).map((how) => `${secret} in ${encoding}: ${how}`));
    }
    expect(faults.slice(0, FAULTS_SHOWN)).toEqual([]);
  });

  it("is told from a value that may be kept", () => {
    expect(CASES.filter(({ written }) => !holdsSecret(`v1 ${written}`))).toEqual([]);
    expect(holdsSecret("4.2.0")).toBe(false);
  });
});

describe("the variables that a plan names", () => {
  it("are hidden wherever they are named, and a message to a receiver that is not set says so by name", async () => {
    const env = {
      SSH_KEY: "a-private-key-1\nsecond-line-2",
      HOOK: "https://h.example/s/private",
      OTHER: "not-named-here",
    };
    hideReferences(
      { ssh: { key: "env:SSH_KEY" }, to: [{ webhook: "env:HOOK" }], text: "see env:OTHER" },
      env,
    );
    expect(redact("a-private-key-1, second-line-2, https://h.example/s/private, not-named-here")).toBe(
      "***, ***, ***, not-named-here",
    );
    const clock = { now: () => 0, sleep: async () => {} };
    const notify = createNotifier([{ webhook: "env:NOWHERE", format: "slack" }], { clock, env });
    const message = { level: "info", title: "x", text: "y", fields: [], url: null } as const;
    expect(await notify(message, new AbortController().signal)).toEqual([
      { webhook: "env:NOWHERE", detail: "the variable is not set here" },
    ]);
  });
});
