import { guardedLookup, isRefused } from "../adapters/probe/guarded-lookup.ts";
import { postMessage } from "../adapters/webhook/post-message.ts";
import type { Clock } from "../ports.ts";
import type { Message, MessageFormat } from "../report/message.ts";
import { hideSecret, redact } from "./secrets.ts";

/** As the plan's `notify.to` has it: the variable that holds the address, and what is understood there. */
export type Destination = Readonly<{ webhook: string; format: MessageFormat }>;
/** Where a message did not get to, by the name of the variable, and why. Fit for a record. */
export type Undelivered = Readonly<{ webhook: string; detail: string }>;

/**
 * Tells every destination at once. Never rejects: what could not be delivered is the answer, for the
 * journal, and stops nothing.
 */
export function createNotifier(
  destinations: readonly Destination[],
  world: Readonly<{ clock: Clock; env: Readonly<Record<string, string | undefined>> }>,
): (message: Message, signal: AbortSignal) => Promise<readonly Undelivered[]> {
  const guard = { lookup: guardedLookup, isRefused };
  const send = async ({ webhook, format }: Destination, message: Message, signal: AbortSignal) => {
    const url = world.env[webhook.replace(/^env:/, "")]?.trim() ?? "";
    if (url === "") return { webhook, detail: "the variable is not set here" };
    hideSecret(url);
    const sent = await postMessage({ url, format, message }, { clock: world.clock, guard }, signal);
    return sent.ok ? null : { webhook, detail: sent.detail };
  };
  return async (message, signal) => {
    const masked = maskMessage(message);
    const sent = await Promise.all(destinations.map((destination) => send(destination, masked, signal)));
    return sent.filter((failure) => failure !== null);
  };
}

function maskMessage({ level, title, text, fields, url }: Message): Message {
  return {
    level,
    title: redact(title),
    text: redact(text),
    fields: fields.map(([name, value]) => [redact(name), redact(value)]),
    url: url === null ? null : redact(url),
  };
}
