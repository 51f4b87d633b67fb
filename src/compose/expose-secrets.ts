import type { ActionInputs } from "../inputs.ts";
import { runnerLog } from "./runner-log.ts";
import { hideSecret } from "./secrets.ts";

/** Before anything else: whatever is printed from here on, neither we nor the runner show these in it. */
export function maskSecrets({ token, planSecrets }: Pick<ActionInputs, "token" | "planSecrets">): void {
  const secrets = [...(token === null ? [] : [token]), ...planSecrets.values()];
  for (const secret of secrets) {
    hideSecret(secret);
    // Short or not, the runner itself may hide it.
    runnerLog.mask(secret);
  }
}

/** Makes the plan's secrets what they are for it: variables of this process, which its steps inherit. */
export function exposeSecrets(
  { planSecrets }: Pick<ActionInputs, "planSecrets">,
  env: NodeJS.ProcessEnv,
): void {
  for (const [name, value] of planSecrets) env[name] = value;
}
