import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fillHost, fillUrl, type Values } from "../../../src/adapters/probe/fill-template.ts";

const values: Values = { host: "10.0.0.1", name: "web-01", zone: "a", version: "2.0" };

describe("a URL with placeholders", () => {
  it.each([
    ["http://{host}:8080/healthz", {}, "http://10.0.0.1:8080/healthz"],
    ["https://{name}.example.com/", {}, "https://web-01.example.com/"],
    ["http://{host}/", { host: "::1" }, "http://[::1]/"],
    ["http://{host}:80/", { host: "[::1]" }, "http://[::1]:80/"],
    ["http://{host}/", { host: "10.0.0.1:81" }, "http://10.0.0.1:81/"],
    [
      "http://h/{name}/{zone}?v={version}",
      { name: "a/b?c#d&e=f %", version: "1+1 é" },
      "http://h/a%2Fb%3Fc%23d%26e%3Df%20%25/a?v=1%2B1%20%C3%A9",
    ],
    ["http://h/{name}", { name: "{version}" }, "http://h/%7Bversion%7D"],
    ["http://h/{name}", { name: "$&$1\n\r\0" }, "http://h/%24%26%241%0A%0D%00"],
    ["http://h/{name}", { name: "..\\..\\x" }, "http://h/..%5C..%5Cx"],
    ["http://h/../x/{name}", {}, "http://h/../x/web-01"],
    ["http://h/?q={name}", { name: ".." }, "http://h/?q=.."],
    ["http://h/{other}", {}, "http://h/{other}"],
  ])("%s with %j becomes %s", (template, more, text) => {
    expect(fillUrl(template, { ...values, ...more })).toEqual({ ok: true, text });
  });

  it.each([
    ["http://{host}/", { host: "evil.example.com/x?" }],
    ["http://{host}/", { host: "user@evil.example.com" }],
    ["http://{host}/", { host: "a b" }],
    ["http://{host}/", { host: "" }],
    ["http://{host}/", { host: "-oProxyCommand" }],
    ["http://{host}/", { host: "a\r\nhost: b" }],
    ["http://{host}.example.com/", { host: "evil.example.com#" }],
    ["http://{name}.example.com/", { name: "한국" }],
    ["http://h{version}/", { version: "/x" }],
    ["http://h/{zone}", { zone: null }],
    ["http://h/a/{name}/b", { name: ".." }],
    ["http://h/a/{name}{zone}", { name: ".", zone: "." }],
    ["http://h/a/%2e{name}", { name: "." }],
    ["http://h/{name}", { name: "\ud800" }],
    ["{name}", { name: "http://h/" }],
    ["ftp://{host}/", {}],
    ["file:///etc/passwd", {}],
    ["javascript:alert(1)", {}],
    ["{version}://h/", { version: "http" }],
  ])("%s with %j is refused", (template, more) => {
    expect(fillUrl(template, { ...values, ...more })).toEqual({ ok: false, reason: expect.any(String) });
  });

  it("always leads to the host and the folder that the plan names, whatever the values", () => {
    const any = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(..."./\\%2e?#@:[]{}&= \n") }));
    fc.assert(
      fc.property(any, any, any, (name, zone, version) => {
        const template = "http://safe.example.com:80/a/{name}{zone}/b?v={version}";
        const filled = fillUrl(template, { host: "h", name, zone, version });
        if (!filled.ok) return;
        const url = new URL(filled.text);
        expect(url.host).toBe("safe.example.com");
        expect(url.username + url.password + url.hash).toBe("");
        expect(url.pathname.split("/")).toEqual(["", "a", encodeURIComponent(name + zone), "b"]);
        expect([...url.searchParams]).toEqual([["v", Buffer.from(version).toString()]]);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("a host with placeholders", () => {
  it.each([
    ["{host}", {}, "10.0.0.1"],
    ["{host}", { host: "fd00::1" }, "fd00::1"],
    ["{name}.{zone}.example.com", {}, "web-01.a.example.com"],
  ])("%s with %j becomes %s", (template, more, text) => {
    expect(fillHost(template, { ...values, ...more })).toEqual({ ok: true, text });
  });

  it.each(["a:80", "a b", "a/b", "", "user@a", "a\n"])("does not take %j", (host) => {
    expect(fillHost("{host}", { ...values, host })).toMatchObject({ ok: false });
  });
});
