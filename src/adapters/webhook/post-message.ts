import type { Clock } from "../../ports.ts";
import type { Message, MessageFormat } from "../../report/message.ts";
import { renderMessage } from "../../report/render-message.ts";
import { type AddressGuard, type Answer, postOnce } from "./post-once.ts";

export type Delivery = Readonly<{ ok: true }> | Readonly<{ ok: false; detail: string }>;
export type Order = Readonly<{ url: string; format: MessageFormat; message: Message }>;
export type Courier = Readonly<{ clock: Clock; guard: AddressGuard; timeoutMs?: number }>;

const TIMEOUT_MS = 10_000;
/** Before the second and the third try, where the receiver says nothing else. */
const PAUSES_MS = [1_000, 4_000];
const RETRY_AFTER_MS_MAX = 30_000;
/** An old connector of Teams answers 200 and says in words that it has failed. */
const FAILED_IN_WORDS = /\bHTTP error (\d{3})\b/;

type Try = Readonly<{ delivery: Delivery; again: boolean; afterMs: number | null }>;

/**
 * Posts one message; three tries at most, so a receiver whose answer was lost may get it twice. Never
 * rejects, and no detail holds the address, which is a secret, or a word of the receiver's own.
 */
export async function postMessage(order: Order, courier: Courier, signal: AbortSignal): Promise<Delivery> {
  const url = URL.canParse(order.url.trim()) ? new URL(order.url.trim()) : null;
  if (url === null || !/^https?:$/.test(url.protocol))
    return failed("the webhook's address is not one of http or https");
  const body = renderMessage(order.message, order.format);
  for (let tries = 0; ; tries += 1) {
    const { delivery, again, afterMs } = await tryOnce(url, { body, order, courier }, signal);
    const pauseMs = Math.max(PAUSES_MS[tries] ?? 0, afterMs ?? 0);
    if (delivery.ok || !again || tries === PAUSES_MS.length || signal.aborted) return delivery;
    if (pauseMs > RETRY_AFTER_MS_MAX)
      return failed(`${delivery.detail}; it asks to wait for more than ${RETRY_AFTER_MS_MAX / 1_000} s`);
    await courier.clock.sleep(pauseMs, signal);
    if (signal.aborted) return delivery;
  }
}

type Trial = Readonly<{ body: string; order: Order; courier: Courier }>;

async function tryOnce(url: URL, { body, order, courier }: Trial, signal: AbortSignal): Promise<Try> {
  const { clock, guard, timeoutMs = TIMEOUT_MS } = courier;
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await postOnce(url, { body, guard }, AbortSignal.any([signal, deadline]));
    return judge(answer, order.format, clock.now());
  } catch (error) {
    if (signal.aborted) return { delivery: failed("cancelled"), again: false, afterMs: null };
    if (deadline.aborted)
      return { delivery: failed(`no answer within ${timeoutMs} ms`), again: true, afterMs: null };
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (code === "ADDRESS_REFUSED")
      return {
        delivery: failed("the webhook leads to an address that no message goes to"),
        again: false,
        afterMs: null,
      };
    const word = /^[A-Z_]{2,60}$/.test(code) ? ` (${code})` : "";
    return { delivery: failed(`the receiver could not be reached${word}`), again: true, afterMs: null };
  }
}

function judge({ status, retryAfter, body }: Answer, format: MessageFormat, nowMs: number): Try {
  const worded = format === "teams" ? FAILED_IN_WORDS.exec(body)?.[1] : undefined;
  const meant = worded === undefined ? status : Number(worded);
  if (meant >= 200 && meant < 300) return { delivery: { ok: true }, again: false, afterMs: null };
  const isRedirect = meant >= 300 && meant < 400;
  const told = isRedirect ? `HTTP ${meant}: redirects are not followed` : `HTTP ${meant}`;
  const again = meant === 429 || meant >= 500;
  return { delivery: failed(told), again, afterMs: again ? readRetryAfter(retryAfter, nowMs) : null };
}

/** Seconds or a date; null for neither. */
function readRetryAfter(text: string | null, nowMs: number): number | null {
  if (text === null) return null;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - nowMs);
}

function failed(detail: string): { ok: false; detail: string } {
  return { ok: false, detail };
}
