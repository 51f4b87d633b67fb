import * as z from "zod";
import { ApplySection } from "./apply.ts";
import { ApprovalsSection } from "./approvals.ts";
import { BackupsSection } from "./backups.ts";
import { ChangeSection } from "./change.ts";
import { HealthSection } from "./health.ts";
import { NotifySection } from "./notify.ts";
import { PreflightSection } from "./preflight.ts";
import { PrepareSection } from "./prepare.ts";
import { RequiresSection } from "./requires.ts";
import { RollbackSection } from "./rollback.ts";
import { ScheduleSection } from "./schedule.ts";
import { StrategySection } from "./strategy.ts";
import { TargetsSection } from "./targets.ts";
import { TeamSection } from "./team.ts";
import { OnWarningSection, TriggersSection } from "./triggers.ts";
import { VerifySection } from "./verify.ts";

/**
 * Strict everywhere: a misspelt `rollback` must fail the review, not vanish from the change. An
 * absent list is an empty one, so that both have the same digest.
 */
export const PlanDocument = z
  .strictObject({
    "change-plan": z.literal(1).meta({ description: "What this file is, and the version of its language." }),
    change: ChangeSection,
    team: TeamSection.optional(),
    schedule: ScheduleSection.optional(),
    requires: RequiresSection.prefault([]),
    approvals: ApprovalsSection.prefault([]),
    preflight: PreflightSection.prefault([]),
    backups: BackupsSection.prefault([]),
    prepare: PrepareSection.prefault([]),
    targets: TargetsSection,
    strategy: StrategySection,
    apply: ApplySection,
    health: HealthSection.prefault({}),
    triggers: TriggersSection.prefault([]),
    "on-warning": OnWarningSection.optional(),
    verify: VerifySection.prefault([]),
    rollback: RollbackSection.prefault({}),
    notify: NotifySection.optional(),
  })
  .meta({
    title: "Change plan",
    description: "One file that says who, when, what, how it is checked and how it is undone.",
  });

/** A valid plan: keys as in the file, durations in milliseconds, defaults filled in. */
export type PlanDocument = z.infer<typeof PlanDocument>;
