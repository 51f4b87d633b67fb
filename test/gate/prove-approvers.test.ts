import { describe } from "vitest";
import {
  approval,
  approved,
  decideEach,
  environment,
  facts,
  people,
  request,
  run,
} from "./approval-setup.ts";

const PRODUCTION = "No approval of the environment `production` counts.";
const fromCab = request({ approvals: [approval({ from: ["@Org/cab"] })] });
const bypassed = request({ approvals: [approval({ from: ["@org/cab"], "allow-admin-bypass": true })] });
const onlyCab = [environment({ reviewers: ["Org/CAB"] })];

describe("the gate, asked who approved", () => {
  decideEach([
    {
      when: "takes a user of `from`, whatever the letters",
      request: request({ approvals: [approval({ from: ["@Rita"] })] }),
      opens: "rita@production",
    },
    {
      when: "refuses a reviewer who is not in `from`",
      request: request({ approvals: [approval({ from: ["walter"] })] }),
      refuses: ["approver-not-allowed", `${PRODUCTION} \`rita\` is not one of \`walter\`.`, "`from`"],
    },
    {
      when: "takes a member of a team in `from`",
      request: fromCab,
      facts: facts({ people: people({ "org/cab rita": "yes" }) }),
      opens: "rita@production",
    },
    {
      when: "refuses somebody outside the team in `from`",
      request: fromCab,
      facts: facts({ people: people({ "org/cab rita": "no" }) }),
      refuses: [
        "approver-not-allowed",
        `${PRODUCTION} \`rita\` is not one of \`org/cab\`.`,
        "add the person",
      ],
    },
    {
      when: "refuses where GitHub does not tell who is in the team",
      request: fromCab,
      facts: facts({ people: people({ "org/cab rita": "unknown" }) }),
      refuses: [
        "membership-unknown",
        `${PRODUCTION} GitHub does not tell whether \`rita\` is in \`org/cab\`.`,
        "`members: read`",
      ],
    },
    {
      when: "refuses where nobody has asked who is in the team",
      request: fromCab,
      refuses: [
        "membership-unknown",
        `${PRODUCTION} GitHub does not tell whether \`rita\` is in \`org/cab\`.`,
        "The job's own token cannot see teams",
      ],
    },
    {
      when: "needs no look at a team that GitHub itself lets approve alone",
      request: fromCab,
      facts: facts({ environments: onlyCab }),
      opens: "rita@production",
    },
    {
      when: "needs a look at the team where administrators may bypass",
      request: bypassed,
      facts: facts({ environments: [{ ...onlyCab[0]!, adminsMayBypass: true }] }),
      refuses: [
        "membership-unknown",
        `${PRODUCTION} GitHub does not tell whether \`rita\` is in \`org/cab\`.`,
        "members: read",
      ],
    },
    {
      when: "takes a bypassing administrator who is in `from`",
      request: bypassed,
      facts: facts({
        environments: [{ ...onlyCab[0]!, adminsMayBypass: true }],
        people: people({ "org/cab rita": "yes" }),
      }),
      opens: "rita@production",
    },
    {
      when: "takes either of two teams",
      request: request({ approvals: [approval({ from: ["@org/cab", "@org/ops"] })] }),
      facts: facts({ people: people({ "org/cab rita": "unknown", "org/ops rita": "yes" }) }),
      opens: "rita@production",
    },
    {
      when: "refuses the one who started the run",
      facts: facts({ decisions: [approved("Iris")] }),
      refuses: ["approver-is-initiator", `${PRODUCTION} \`Iris\` started this run.`, "Somebody else"],
    },
    {
      when: "takes the one who started the run where the plan says so",
      request: request({ approvals: [approval({ not: ["author"] })] }),
      facts: facts({ decisions: [approved("iris")] }),
      opens: "iris@production",
    },
    {
      when: "refuses the one who re-ran it, in whatever attempt",
      facts: facts({ run: run({ triggeredBy: ["iris", "rita", "iris"] }) }),
      refuses: [
        "approver-re-ran",
        `${PRODUCTION} \`rita\` has re-run this run, and counts as one who started it.`,
        "Start a new run",
      ],
    },
    {
      when: "takes an approval of an earlier attempt when somebody else re-ran it",
      facts: facts({ run: run({ triggeredBy: ["iris", "bob"] }) }),
      opens: "rita@production",
    },
    {
      when: "refuses the author of the commit",
      facts: facts({ decisions: [approved("anna")] }),
      refuses: [
        "approver-is-author",
        `${PRODUCTION} \`anna\` wrote what is to be approved.`,
        "Somebody else",
      ],
    },
    {
      when: "refuses one of several authors",
      facts: facts({ run: run({ authors: ["anna", "rita"] }) }),
      refuses: ["approver-is-author", `${PRODUCTION} \`rita\` wrote what is to be approved.`, "`not`"],
    },
    {
      when: "takes the author where the plan says so",
      request: request({ approvals: [approval({ not: [] })] }),
      facts: facts({ decisions: [approved("anna")] }),
      opens: "anna@production",
    },
    {
      when: "refuses where an author has no account that GitHub knows",
      facts: facts({ run: run({ authors: [null] }) }),
      refuses: [
        "author-unknown",
        `${PRODUCTION} GitHub knows no account behind an author, so \`rita\` may have written what is to be approved.`,
        "e-mail address that belongs to a GitHub account",
      ],
    },
    {
      when: "refuses where no author was found at all",
      facts: facts({ run: run({ authors: [] }) }),
      refuses: [
        "author-unknown",
        `${PRODUCTION} GitHub knows no account behind an author, so \`rita\` may have written what is to be approved.`,
        "`author`",
      ],
    },
    {
      when: "takes an approval by whomever where the author does not matter",
      request: request({ approvals: [approval({ not: ["initiator"] })] }),
      facts: facts({ run: run({ authors: [null] }) }),
      opens: "rita@production",
    },
    {
      when: "refuses a user whom `not` names",
      request: request({ approvals: [approval({ not: ["@rita"] })] }),
      refuses: ["approver-excluded", `${PRODUCTION} The plan's \`not\` excludes \`rita\`.`, "Somebody else"],
    },
    {
      when: "refuses a member of a team that `not` names",
      request: request({ approvals: [approval({ from: ["rita"], not: ["@org/web"] })] }),
      facts: facts({ people: people({ "org/web rita": "yes" }) }),
      refuses: [
        "approver-excluded",
        `${PRODUCTION} The plan's \`not\` excludes \`rita\` as a member of \`org/web\`.`,
        "Somebody else",
      ],
    },
    {
      when: "refuses where GitHub does not tell who is in a team that `not` names",
      request: request({ approvals: [approval({ not: ["@org/web"] })] }),
      refuses: [
        "membership-unknown",
        `${PRODUCTION} GitHub does not tell whether \`rita\` is in \`org/web\`.`,
        "members: read",
      ],
    },
    {
      when: "takes somebody outside a team that `not` names",
      request: request({ approvals: [approval({ not: ["@org/web"] })] }),
      facts: facts({ people: people({ "org/web rita": "no" }) }),
      opens: "rita@production",
    },
    {
      when: "refuses an app",
      facts: facts({ decisions: [approved("robot[bot]", { human: false })] }),
      refuses: [
        "approver-not-a-person",
        `${PRODUCTION} \`robot[bot]\` is an app, not a person.`,
        "name the app in `from`",
      ],
    },
    {
      when: "takes an app that `from` names",
      request: request({ approvals: [approval({ from: ["robot[bot]"] })] }),
      facts: facts({ decisions: [approved("robot[bot]", { human: false })] }),
      opens: "robot[bot]@production",
    },
    {
      when: "refuses an account that is gone",
      facts: facts({ decisions: [approved(null)] }),
      refuses: ["approver-not-a-person", `${PRODUCTION} \`ghost\` is an app, not a person.`, "a person"],
    },
    {
      when: "says of each person why the approval does not count",
      facts: facts({ decisions: [approved("iris"), approved("anna")] }),
      refuses: [
        "approver-is-initiator",
        `${PRODUCTION} \`iris\` started this run. \`anna\` wrote what is to be approved.`,
        "Somebody else",
      ],
    },
  ]);
});

const two = request({ approvals: [approval({ count: 2 })] });

describe("the gate, asked how many approved", () => {
  decideEach([
    {
      when: "takes two people where two are asked for",
      request: two,
      facts: facts({ decisions: [approved("rita"), approved("bob")] }),
      opens: "rita@production bob@production",
    },
    {
      when: "refuses one where two are asked for",
      request: two,
      refuses: [
        "approvals-too-few",
        "The plan asks for 2 approvals of the environment `production`, and 1 count: `rita`.",
        "One approval opens an environment on GitHub.",
      ],
    },
    {
      when: "counts a person who approved twice once",
      request: two,
      facts: facts({ decisions: [approved("rita"), approved("Rita")] }),
      refuses: [
        "approvals-too-few",
        "The plan asks for 2 approvals of the environment `production`, and 1 count: `Rita`.",
        "several environments with different reviewers",
      ],
    },
    {
      when: "does not count the one who started the run as the second",
      request: two,
      facts: facts({ decisions: [approved("rita"), approved("iris")] }),
      refuses: [
        "approvals-too-few",
        "The plan asks for 2 approvals of the environment `production`, and 1 count: `rita`. `iris` started this run.",
        "`pull-request: true`",
      ],
    },
    {
      when: "names everybody who counted where more approved than was asked for",
      facts: facts({ decisions: [approved("rita"), approved("bob"), approved("iris")] }),
      opens: "rita@production bob@production",
    },
  ]);
});
