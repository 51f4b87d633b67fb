import { quoteLine } from "./clean.ts";

/** `850 ms`, `1.2 s`, `2 min 5 s`, `3 h 4 min`, `2 d 3 h`. */
export function formatMs(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 59_950) return `${Number((ms / 1_000).toFixed(1))} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) return pair([Math.floor(seconds / 60), "min"], [seconds % 60, "s"]);
  const minutes = Math.round(seconds / 60);
  if (minutes < 1_440) return pair([Math.floor(minutes / 60), "h"], [minutes % 60, "min"]);
  const hours = Math.round(minutes / 60);
  return pair([Math.floor(hours / 24), "d"], [hours % 24, "h"]);
}

/** `2026-11-27 18:04:05 UTC`. */
export function formatAt(ms: number): string {
  return `${isoSeconds(ms).replace("T", " ")} UTC`;
}

/** `18:04:05`, UTC. */
export function formatClock(at: string): string {
  return isoSeconds(Date.parse(at)).slice(11);
}

/** `0:07`, `12:34`, `1:02:03`: a running time that keeps its width. */
export function formatElapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (part: number) => String(part).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** `1 target`, `1,200 targets`. */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : noun.endsWith("ch") ? "es" : "s"}`;
}

export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/gu, ",");
}

/** A measured value, with as many digits as a person reads. */
export function formatValue(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** `512 B`, `1.4 MB`: powers of ten, as disks are sold. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1_000;
    unit++;
  }
  return `${Number(value.toPrecision(3))} ${units[unit]}`;
}

/** The first names, and how many more there are. */
export function listNames(names: readonly string[], shown = 8): string {
  const first = names
    .slice(0, names.length <= shown + 1 ? shown + 1 : shown)
    .map((name) => quoteLine(name, 60));
  const left = names.length - first.length;
  return left > 0 ? `${first.join(", ")} and ${formatCount(left)} more` : first.join(", ");
}

function isoSeconds(ms: number): string {
  return Number.isFinite(ms) && Math.abs(ms) < 8.64e15 ? new Date(ms).toISOString().slice(0, 19) : "unknown";
}

function pair(big: [number, string], small: [number, string]): string {
  const head = `${big[0]} ${big[1]}`;
  return small[0] === 0 ? head : `${head} ${small[0]} ${small[1]}`;
}
