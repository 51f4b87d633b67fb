import * as z from "zod";
import { withHint } from "./hints.ts";
import { exactlyOneOf } from "./one-of.ts";
import { EnvironmentName, Handle } from "./text.ts";

const Approval = exactlyOneOf(
  z.strictObject({
    environment: EnvironmentName.optional().meta({
      description: "The reviewers of this protected environment.",
      examples: ["production"],
    }),
    "pull-request": withHint(z.literal(true), "true").optional().meta({
      description:
        "Or the reviews of the pull request that brought this plan; works where an account has no required reviewers.",
    }),
    count: z.int().min(1).max(50).prefault(1).meta({ description: "How many people must approve." }),
    from: z
      .array(Handle)
      .min(1)
      .optional()
      .meta({
        description: "Whose approval counts. Default: anyone whom the environment or the repository accepts.",
        examples: [["@org/cab"]],
      }),
    not: z.array(Handle).prefault(["initiator", "author"]).meta({
      description:
        "Whose approval does not count: `initiator` (started the run), `author` (wrote the commit), or a user.",
    }),
    "allow-admin-bypass": z.boolean().prefault(false).meta({
      description: "Accept an environment whose administrators can skip its reviewers.",
    }),
  }),
  ["environment", "pull-request"],
);

export const ApprovalsSection = z
  .array(Approval)
  .meta({ description: "Who must have approved exactly this plan; every entry must be met." });
