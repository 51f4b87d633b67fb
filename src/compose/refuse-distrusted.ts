import { open } from "node:fs/promises";
import { ChangeError } from "../errors.ts";
import type { ActionInputs } from "../inputs.ts";
import { findDistrust, needsEvent } from "../run-trust.ts";

/** GitHub's payloads end at 25 MB; what does not fit is not read, and so not trusted. */
const EVENT_BYTES_MAX = 26_214_400;

/** Throws RUN_REFUSED where strangers' content would be carried out. To validate holds no secret and changes nothing. */
export async function refuseDistrusted({ phase, run }: ActionInputs): Promise<void> {
  if (phase === "validate") return;
  const event = needsEvent(run) ? await readEvent(run.eventPath) : null;
  const why = findDistrust(run, event);
  if (why === null) return;
  throw new ChangeError("RUN_REFUSED", `This run may only validate. ${why}`, {
    hint: "Run it on push, workflow_dispatch, release or schedule, after what it carries out was reviewed and merged.",
  });
}

async function readEvent(file: string | null): Promise<unknown> {
  if (file === null) return null;
  try {
    const handle = await open(file);
    try {
      const { size } = await handle.stat();
      return size > EVENT_BYTES_MAX ? null : JSON.parse(await handle.readFile("utf8"));
    } finally {
      await handle.close();
    }
  } catch {
    return null;
  }
}
