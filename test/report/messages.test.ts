import { describe, expect, it } from "vitest";
import type { Message } from "../../src/report/message.ts";
import { messageOf, noticeOf } from "../../src/report/messages.ts";
import type { ChangeEvent } from "../../src/rollout/events.ts";
import { evolve } from "../../src/rollout/evolve.ts";
import { openState } from "../../src/rollout/open-state.ts";
import { HOSTILE_CASES } from "./hostile.ts";
import type { Tale } from "./scenarios.ts";
import { SCENARIOS } from "./scenarios.ts";
import {
  tellBreach,
  tellDataLoss,
  tellSwitchedBack,
  tellWarning,
  tellWarningAnswered,
  WHOLE_SCENARIOS,
} from "./tales.ts";
import { wholeChange } from "./whole-change.ts";

/** What people are told while the tale goes on, with the event that it is about. */
function messagesOf(tale: Tale): readonly (readonly [ChangeEvent["kind"], Message])[] {
  const state = openState(tale.change);
  return tale.events.flatMap((event) => {
    const message = messageOf(event, evolve(state, event));
    return message === null ? [] : [[event.kind, message] as const];
  });
}

function levelsOf(tale: Tale): string[] {
  return messagesOf(tale).map(([kind, { level }]) => `${level} ${kind}`);
}

function fieldOf(message: Message | undefined, name: string): string | undefined {
  return message?.fields.find(([known]) => known === name)?.[1];
}

describe("messages about a change", () => {
  it("tell of the start, each phase, each batch, the warning, its answer and the outcome", () => {
    expect(levelsOf(tellWarningAnswered())).toEqual([
      "info attempt-started",
      "info window-awaited",
      "success gate-passed",
      "success phase-reached",
      "info batch-passed",
      "warning trigger-fired",
      "info commanded",
      "info batch-passed",
      "warning budget-passed",
      "success phase-reached",
      "success phase-reached",
      "success finished",
    ]);
  });

  it("leave out phases that the plan has nothing to do in", () => {
    expect(levelsOf(SCENARIOS.success())).toEqual([
      "info attempt-started",
      "info batch-passed",
      "info batch-passed",
      "info batch-passed",
      "success phase-reached",
      "success finished",
    ]);
  });

  it("tell of traffic that is switched, and of a switch back", () => {
    const titles = messagesOf(tellSwitchedBack()).map(([, { title }]) => title);
    expect(titles.filter((title) => title.includes("switched"))).toEqual([
      "[production] CHG-2026-0142 switched the traffic: Checkout 4.2.0",
      "[production] CHG-2026-0142 switched the traffic back: Checkout 4.2.0",
    ]);
  });

  it("call a warning that asks by its deadline, its answers and those who may give them", () => {
    const [kind, message] = messagesOf(tellWarning()).at(-1)!;
    expect(kind).toBe("trigger-fired");
    expect(message).toMatchObject({ level: "warning" });
    expect(message.title).toContain("waits for an answer");
    expect(fieldOf(message, "Answer by")).toBe("2026-11-27 19:15:25 UTC");
    expect(fieldOf(message, "Answers")).toBe("/continue, /hold, /rollback, /abort");
    expect(fieldOf(message, "Without an answer")).toBe("it is rolled back");
    expect(fieldOf(message, "For")).toBe("acme/platform");
    expect(fieldOf(message, "People")).toBe("octocat, acme/platform");
  });

  it("name whom the trigger is for, and tell of a second trigger as such", () => {
    const fired = messagesOf(tellBreach()).filter(([kind]) => kind === "trigger-fired");
    expect(fired.map(([, { level, title }]) => [level, title])).toEqual([
      ["critical", "[production] CHG-2026-0142 is being rolled back: Checkout 4.2.0"],
      ["critical", "[production] CHG-2026-0142 has another trigger: Checkout 4.2.0"],
    ]);
    expect(fieldOf(fired[0]?.[1], "For")).toBe("acme/security");
  });

  it("end with the outcome, and with what is owed by whom", () => {
    const [, message] = messagesOf(tellDataLoss()).at(-1)!;
    expect(message).toMatchObject({ level: "warning", url: "https://github.com/acme/shop/issues/7" });
    expect(message.text).toMatch(/^Rolled back: every touched target is verified back as it was\./u);
    expect(fieldOf(message, "Cause analysed")).toMatch(/^by 2026-11-28 .* UTC, acme\/platform$/u);
  });

  it("make a passed budget critical once it is about the way back", () => {
    const tale = tellDataLoss();
    const event = {
      kind: "budget-passed",
      at: "2026-11-27T19:00:00.000Z",
      budget: "rollback.restore",
      budgetMs: 1,
    } as const;
    expect(messageOf(event, tale.state)?.level).toBe("critical");
    expect(messageOf({ ...event, budget: "apply" }, tellWarning().state)?.level).toBe("warning");
  });

  it("give notice of when it starts, and of what", () => {
    const notice = noticeOf(openState(wholeChange()));
    expect(notice).toMatchObject({ level: "info", url: null });
    expect(notice.title).toBe("[production] CHG-2026-0142 starts in 30 min: Checkout 4.2.0");
    expect(fieldOf(notice, "Targets")).toBe("3 untouched of 3 targets");
  });
});

describe("outside text in messages", () => {
  it.each(HOSTILE_CASES)("stays one inert line: %s", (_, hostile) => {
    const base = wholeChange();
    const change = { ...base, id: hostile, title: hostile, summary: hostile, environment: hostile };
    const state = openState(change);
    const holder = { actor: hostile, where: hostile };
    const told = [noticeOf(state)];
    for (const tale of Object.values(WHOLE_SCENARIOS).map((tell) => tell())) {
      const told = openState({ ...tale.change, id: hostile, title: hostile, environment: hostile });
      for (const event of tale.events) {
        const reason = "reason" in event ? { ...event, reason: hostile.slice(0, 2_000) } : event;
        const message = messageOf(reason as ChangeEvent, evolve(told, reason as ChangeEvent));
        if (message !== null) expectInert(message);
      }
    }
    const start = { kind: "attempt-started", attempt: 1, change: hostile, environment: hostile } as const;
    const event = {
      ...start,
      at: "2026-11-27T18:00:00.000Z",
      version: hostile,
      digest: hostile,
      commit: null,
      holder,
    };
    told.push(messageOf(event, evolve(state, event))!);
    for (const message of told) expectInert(message);
  });
});

function expectInert({ title, text, fields, url }: Message): void {
  for (const line of [title, text, ...fields.flat()]) {
    expect(line).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|##\[|@\w|[\u202a-\u202e\u2066-\u2069]/u);
    expect([...line].length).toBeLessThan(1_500);
  }
  if (url !== null) expect(url).toMatch(/^https:\/\/github\.com\/acme\/shop\//u);
}
