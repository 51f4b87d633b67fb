import type { Handlers } from "./answer.ts";
import { commitHandlers } from "./commits.ts";
import { deploymentHandlers } from "./deployments.ts";
import { environmentHandlers } from "./environments.ts";
import { issueHandlers } from "./issues.ts";
import { peopleHandlers } from "./people.ts";

/** The operations that the fake carries out. Everything else in the description answers 501. */
export const handlers: Handlers = {
  ...commitHandlers,
  ...deploymentHandlers,
  ...environmentHandlers,
  ...issueHandlers,
  ...peopleHandlers,
};
