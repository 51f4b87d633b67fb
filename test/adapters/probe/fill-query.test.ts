import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fillQuery } from "../../../src/adapters/probe/fill-query.ts";

const values = (name: string) => ({ host: "10.0.0.1", name, zone: null, version: "4.2.0" });
const fill = (query: string, name = "web-01") => fillQuery(query, values(name));

describe("a query with a target's values", () => {
  it.each([
    ['up{i="{name}"}', "web-01", 'up{i="web-01"}'],
    ['up{i="{name}",v="{version}"}', "a", 'up{i="a",v="4.2.0"}'],
    ['up{i="{name}"}', 'a"} or vector(1) #', 'up{i="a\\"} or vector(1) #"}'],
    ["up{i='{name}'}", "a'b\"c", "up{i='a\\'b\"c'}"],
    ['up{i="{name}"}', "a\\", 'up{i="a\\\\"}'],
    ['up{i="{name}"}', "a\nb\u0000", 'up{i="a\\u000ab\\u0000"}'],
    ['up{i=~"{host}:.*"}', "x", 'up{i=~"10\\\\.0\\\\.0\\\\.1:.*"}'],
    ['up{i!~ "{name}|x"}', ".*", 'up{i!~ "\\\\.\\\\*|x"}'],
    ["up{i=`{name}`}", "a\\d", "up{i=`a\\d`}"],
    ['up{i="\\"{name}"}', 'a"', 'up{i="\\"a\\""}'],
    ["cpu_{name}_percent", "web_01", "cpu_web_01_percent"],
    ['# it\'s {host} "\nup{i="{name}"}', 'a"', '# it\'s {host} "\nup{i="a\\""}'],
    ["sum by (a) (x{})", "web-01", "sum by (a) (x{})"],
  ])("%j with the name %j is %j", (query, name, text) => {
    expect(fill(query, name)).toEqual({ ok: true, text });
  });

  it.each([
    ["cpu_{name}", "a or vector(1)"],
    ["cpu_{name}", "web-01"],
    ["up{i=`{name}`}", "a`b"],
    ['up{i="{name}"}', "half \ud83d"],
    ['up{i="{zone}"}', "x"],
  ])("%j does not take the name %j", (query, name) => {
    expect(fill(query, name).ok).toBe(false);
  });

  it("is left by no value, whatever it holds", () => {
    const nasty = fc.string({ unit: fc.constantFrom(..."\"'`\\{}#\n ab.*") });
    fc.assert(
      fc.property(nasty, fc.constantFrom('"', "'", "`"), (name, quote) => {
        const filled = fill(`up{i=${quote}{name}${quote}} + 1`, name);
        if (!filled.ok) return;
        const inside = filled.text.slice(`up{i=${quote}`.length, -`${quote}} + 1`.length);
        // What an independent reader of the string would find before its end.
        const end = quote === "`" ? inside.indexOf("`") : inside.replace(/\\./gs, "__").indexOf(quote);
        expect(end).toBe(-1);
      }),
    );
  });
});
