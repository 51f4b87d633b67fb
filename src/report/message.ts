/** What people are told through a webhook, before any format. All of it is plain text, bounded and one line each. */
export type Message = {
  level: "critical" | "warning" | "info" | "success";
  title: string;
  text: string;
  fields: readonly (readonly [string, string])[];
  url: string | null;
};
