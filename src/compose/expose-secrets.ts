import * as core from "@actions/core";
import type { ActionInputs } from "../inputs.ts";

/** Before anything else: whatever is printed from here on, the runner masks these in it. */
export function maskSecrets({ token, planSecrets }: Pick<ActionInputs, "token" | "planSecrets">): void {
  const secrets = [...(token === null ? [] : [token]), ...planSecrets.values()];
  // Output comes in lines, so each line of a secret is one too.
  const parts = secrets.flatMap((secret) => [secret, ...secret.split(/\r?\n/)]);
  for (const part of new Set(parts)) if (part.trim().length >= 4) core.setSecret(part);
}

/** Makes the plan's secrets what they are for it: variables of this process, which its steps inherit. */
export function exposeSecrets(
  { planSecrets }: Pick<ActionInputs, "planSecrets">,
  env: NodeJS.ProcessEnv,
): void {
  for (const [name, value] of planSecrets) env[name] = value;
}
