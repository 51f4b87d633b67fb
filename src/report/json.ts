/**
 * JSON that is safe to print where a runner reads along: no invisible character stands in it as
 * itself, and neither does what a runner would take for a command. It parses to the same value.
 */
export function renderJson(value: unknown, indent = 0): string {
  const text = JSON.stringify(value, null, indent) ?? "null";
  return text
    .replaceAll("##[", "\\u0023#[")
    .replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\u007f-\u009f]/gu, escapeUnits);
}

function escapeUnits(found: string): string {
  const units = Array.from({ length: found.length }, (_, index) => found.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}
