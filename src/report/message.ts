export type MessageLevel = "critical" | "warning" | "info" | "success";

/** What people are told in a chat. Any text in it may come from outside. */
export type Message = Readonly<{
  level: MessageLevel;
  title: string;
  text: string;
  fields: readonly (readonly [name: string, value: string])[];
  url: string | null;
}>;
export type MessageFormat = "json" | "slack" | "teams";

export const LEVEL_MARKS: Readonly<Record<MessageLevel, string>> = {
  critical: "🔴",
  warning: "🟠",
  info: "🔵",
  success: "🟢",
};
