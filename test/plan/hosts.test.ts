import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HostEntry } from "../../src/plan/host-pair.ts";
import { expandHosts, HOST_PROBLEMS_MAX } from "../../src/plan/hosts.ts";

const targetsOf = (...entries: HostEntry[]) => {
  const result = expandHosts(entries);
  return result.ok ? result.targets : result;
};
const namesOf = (...entries: HostEntry[]) => {
  const result = expandHosts(entries);
  return result.ok ? result.targets.map((target) => target.name) : result;
};
const faultsOf = (...entries: HostEntry[]) => {
  const result = expandHosts(entries);
  return result.ok ? [] : result.problems.map(({ index, field, code }) => `${index} ${field} ${code}`);
};

describe("a list of hosts", () => {
  it("becomes targets in its own order", () => {
    expect(
      targetsOf({ name: "web-01", host: "10.0.0.11", zone: "a" }, { name: "db", host: "db.example.com" }),
    ).toEqual([
      { name: "web-01", host: "10.0.0.11", zone: "a" },
      { name: "db", host: "db.example.com", zone: null },
    ]);
  });

  it("takes a name as the address and an address as the name where only one is written", () => {
    expect(targetsOf({ name: "web-01" }, { host: "10.0.0.2", zone: null })).toEqual([
      { name: "web-01", host: "web-01", zone: null },
      { name: "10.0.0.2", host: "10.0.0.2", zone: null },
    ]);
  });

  it.each([
    "web-01",
    "a",
    "A.b_c-d",
    "10.0.0.1",
    "x".repeat(253),
    "fd00::1",
    "2001:db8:0:0:0:0:2:1",
    "::ffff:10.0.0.1",
    "web.example.com.",
    "8101",
  ])("accepts the address %s", (host) => {
    expect(targetsOf({ name: "n", host })).toEqual([{ name: "n", host, zone: null }]);
  });
});

describe("a range", () => {
  it("keeps the padding of its ends and expands name and host in step", () => {
    expect(targetsOf({ name: "web-[08:10]", host: "web-[08:10].example.com", zone: "b" })).toEqual([
      { name: "web-08", host: "web-08.example.com", zone: "b" },
      { name: "web-09", host: "web-09.example.com", zone: "b" },
      { name: "web-10", host: "web-10.example.com", zone: "b" },
    ]);
  });

  it("may start and pad differently in the name and in the host", () => {
    expect(targetsOf({ name: "web-[01:02]", host: "10.0.0.[99:100]" })).toEqual([
      { name: "web-01", host: "10.0.0.99", zone: null },
      { name: "web-02", host: "10.0.0.100", zone: null },
    ]);
  });

  it("pads nothing where its ends have no leading zero", () => {
    expect(namesOf({ name: "n[9:11]x" })).toEqual(["n9x", "n10x", "n11x"]);
    expect(namesOf({ name: "n[0:1]" })).toEqual(["n0", "n1"]);
    expect(namesOf({ name: "n[00:01]" })).toEqual(["n00", "n01"]);
  });

  it("of one number is one target", () => {
    expect(namesOf({ name: "n[7:7]" })).toEqual(["n7"]);
  });

  it("in the host alone names the targets too", () => {
    expect(namesOf({ host: "10.0.0.[1:2]" })).toEqual(["10.0.0.1", "10.0.0.2"]);
  });

  it("expands to as many distinct names as it counts, each as wide as its ends", () => {
    const ends = fc.tuple(fc.integer({ min: 0, max: 9_000 }), fc.integer({ min: 0, max: 200 }));
    fc.assert(
      fc.property(ends, fc.integer({ min: 1, max: 6 }), ([first, more], width) => {
        const [from, to] = [first, first + more].map((n) => String(n).padStart(width, "0"));
        fc.pre(from?.length === to?.length);
        const names = namesOf({ name: `web-[${from}:${to}]` });
        expect(names).toEqual(
          Array.from({ length: more + 1 }, (_, index) => `web-${String(first + index).padStart(width, "0")}`),
        );
      }),
    );
  });

  it("of a hundred thousand is the most there can be, over all entries", () => {
    expect(namesOf({ name: "n[1:100000]" })).toHaveLength(100_000);
    expect(faultsOf({ name: "a[1:99999]" }, { name: "b" }, { name: "c" })).toEqual([
      "2 name targets-too-many",
    ]);
  });

  it("too large to hold is refused before anything is allocated", () => {
    expect(faultsOf({ name: "web-[1:999999999]" })).toEqual(["0 name targets-too-many"]);
    expect(faultsOf({ host: "web-[1:999999999999999]" })).toEqual(["0 host targets-too-many"]);
  });
});

describe("a mistake in an entry", () => {
  it.each<[string, HostEntry, string[]]>([
    ["nothing to call it by", { zone: "a" }, ["0 name host-missing"]],
    ["a reversed range", { name: "web-[40:01]" }, ["0 name range-reversed"]],
    ["several ranges", { name: "web-[1:2]-[1:2]" }, ["0 name range-several"]],
    ["letters as a range", { name: "web-[a:f]" }, ["0 name range-malformed"]],
    ["a range without an end", { name: "web-[1:]" }, ["0 name range-malformed"]],
    ["a range that is left open", { name: "web-[1:2" }, ["0 name range-malformed"]],
    ["a range that is never opened", { name: "web-1:2]" }, ["0 name range-malformed"]],
    ["brackets the wrong way round", { name: "web-]1:2[" }, ["0 name range-malformed"]],
    ["a bracket within a range", { name: "web-[[1:2]" }, ["0 name range-malformed"]],
    ["a negative end", { name: "web-[-1:2]" }, ["0 name range-malformed"]],
    ["more digits than a number holds", { name: `n[1:${"9".repeat(16)}]` }, ["0 name range-malformed"]],
    ["uneven padding", { name: "web-[01:100]" }, ["0 name range-padding"]],
    ["a host that counts differently", { name: "a[1:3]", host: "b[1:2]" }, ["0 host range-mismatch"]],
    ["a host without the name's range", { name: "a[1:3]", host: "b" }, ["0 host range-mismatch"]],
    ["a name without the host's range", { name: "a", host: "b[1:3]" }, ["0 host range-mismatch"]],
    ["an empty name", { name: "" }, ["0 name target-name-invalid"]],
    ["a name with a space", { name: "web 01" }, ["0 name target-name-invalid"]],
    ["a name that a program takes for an option", { name: "-oProxyCommand" }, ["0 name target-name-invalid"]],
    ["a name that climbs out of a folder", { name: "..", host: "a" }, ["0 name target-name-invalid"]],
    ["a name with a line break", { name: "web\n" }, ["0 name target-name-invalid"]],
    ["a name of another alphabet", { name: "wéb" }, ["0 name target-name-invalid"]],
    ["a name of a once-step", { name: "before" }, ["0 name target-name-invalid"]],
    ["a name that grows too long", { name: `${"x".repeat(252)}[9:10]` }, ["0 name target-name-invalid"]],
    ["a text that is far too long", { name: "x".repeat(100_000) }, ["0 name range-malformed"]],
    ["an IPv6 address for a name", { host: "fd00::1" }, ["0 host target-name-invalid"]],
    ["a user in the address", { name: "a", host: "root@a" }, ["0 host target-host-invalid"]],
    ["a port in the address", { name: "a", host: "a.example.com:22" }, ["0 host target-host-invalid"]],
    ["an address that is an option", { name: "a", host: "-oProxyCommand=x" }, ["0 host target-host-invalid"]],
    [
      "an IPv4 address past its end",
      { name: "a[1:9]", host: "10.0.0.[248:256]" },
      ["0 host target-host-invalid"],
    ],
    ["an IPv4 address that may be octal", { name: "a", host: "10.0.0.010" }, ["0 host target-host-invalid"]],
    ["an IPv4 address of three parts", { name: "a", host: "10.0.1" }, ["0 host target-host-invalid"]],
    ["an empty part", { name: "a", host: "web..example" }, ["0 host target-host-invalid"]],
    [
      "an IPv6 address of nine parts",
      { name: "a", host: "1:2:3:4:5:6:7:8:9" },
      ["0 host target-host-invalid"],
    ],
    [
      "an IPv6 address with an interface",
      { name: "a", host: "fe80::1%eth0" },
      ["0 host target-host-invalid"],
    ],
    ["a zone with a space", { name: "a", zone: "rack 3" }, ["0 zone target-zone-invalid"]],
    [
      "several at once",
      { name: "a b", host: "c d", zone: "" },
      ["0 name target-name-invalid", "0 host target-host-invalid", "0 zone target-zone-invalid"],
    ],
  ])("%s is found and placed", (_what, entry, expected) => {
    expect(faultsOf(entry)).toEqual(expected);
  });

  it("comes with a message and what to write instead", () => {
    expect(targetsOf({ name: "web-[40:01]" })).toEqual({
      ok: false,
      problems: [
        {
          index: 0,
          field: "name",
          code: "range-reversed",
          message: 'The range in "web-[40:01]" runs backwards.',
          hint: "Write [01:40].",
        },
      ],
    });
  });

  it("does not hide those of other entries", () => {
    expect(faultsOf({ name: "a b" }, { name: "ok" }, { zone: "x" }, { name: "ok" })).toEqual([
      "0 name target-name-invalid",
      "2 name host-missing",
      "3 name target-name-duplicate",
    ]);
  });

  it("is reported at most so often that the report can be held", () => {
    const many = Array.from({ length: 5_000 }, () => ({ name: "a b" }));
    expect(faultsOf(...many)).toHaveLength(HOST_PROBLEMS_MAX);
  });
});

describe("a target that is listed twice", () => {
  it.each<[string, HostEntry[], string[]]>([
    [
      "by name",
      [
        { name: "a", host: "x" },
        { name: "a", host: "y" },
      ],
      ["1 name target-name-duplicate"],
    ],
    ["by a range", [{ name: "n2" }, { name: "n[1:3]" }], ["1 name target-name-duplicate"]],
    [
      "by address",
      [
        { name: "a", host: "x" },
        { name: "b", host: "x" },
      ],
      ["1 host target-host-duplicate"],
    ],
    [
      "by an address that is a name",
      [{ name: "a", host: "b" }, { name: "b" }],
      ["1 name target-host-duplicate"],
    ],
    [
      "in another case",
      [
        { name: "a", host: "X.org" },
        { name: "b", host: "x.ORG." },
      ],
      ["1 host target-host-duplicate"],
    ],
    [
      "in another notation",
      [
        { name: "a", host: "fd00::1" },
        { name: "b", host: "FD00:0::0:1" },
      ],
      ["1 host target-host-duplicate"],
    ],
  ])("%s is found", (_how, entries, expected) => {
    expect(faultsOf(...entries)).toEqual(expected);
  });

  it("is named with the target that has the address already", () => {
    const result = expandHosts([
      { name: "a", host: "x" },
      { name: "b", host: "x" },
    ]);
    expect(result.ok ? [] : result.problems.map((problem) => problem.message)).toEqual([
      'The address "x" already belongs to the target "a".',
    ]);
  });
});
