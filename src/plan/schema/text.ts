import * as z from "zod";
import { withHint } from "./hints.ts";

/** One line for people: names and titles. */
export const Label = withHint(
  z
    .string()
    .regex(/^\S.*$/u)
    .max(120),
  "one line of up to 120 characters",
);

/** Several lines for people. */
export const Prose = withHint(z.string().regex(/\S/u).max(4_000), "text of up to 4,000 characters");

/** What the shell is given. */
export const Command = withHint(
  z.string().regex(/\S/u).max(20_000),
  "the command as it would be typed into a shell, such as ./ops/migrate up",
);

/** A file, seen from the folder of the plan. */
export const FilePath = withHint(
  z
    .string()
    .regex(/^\S.*$/u)
    .max(1_000),
  "the path of a file, such as inventory/hosts.yml",
);

/** Safe in the name of a git ref, a file and an environment variable's value. */
export const Slug = withHint(
  z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*$/)
    .max(64),
  "up to 64 letters, digits, `-`, `_` and single dots, starting with a letter or a digit",
);

/** A GitHub environment. */
export const EnvironmentName = withHint(
  z
    .string()
    .regex(/^\S.*$/u)
    .max(255),
  "the name of an environment, such as production",
);

/** Secrets are never in a plan: this names the variable that holds one. */
export const EnvReference = withHint(
  z.string().regex(/^env:[A-Za-z_][A-Za-z0-9_]{0,254}$/),
  "`env:` and the name of a variable, such as env:SSH_KEY",
);

export const HttpUrl = withHint(
  z
    .string()
    .regex(/^https?:\/\/[^\s/?#]\S*$/u)
    .max(2_000),
  "an address that starts with http:// or https://",
);

/** A GitHub user or team. */
export const Handle = withHint(
  z
    .string()
    .regex(/^@?[A-Za-z0-9][A-Za-z0-9-]*(\[bot\]|\/[A-Za-z0-9_.-]+)?$/)
    .max(140),
  'a GitHub user such as octocat, or a team such as "@org/platform" (in quotes)',
);
