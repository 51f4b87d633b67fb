import { expect, it } from "vitest";
import { canonicalHost } from "../../src/plan/host-text.ts";

it.each([
  ["Web-1.Example.COM.", "web-1.example.com"],
  ["10.0.0.2", "10.0.0.2"],
  ["2001:DB8:0:0::1", "[2001:db8::1]"],
  ["::ffff:10.0.0.2", "10.0.0.2"],
  ["::FFFF:c0a8:0102", "192.168.1.2"],
])("%s is the address %s", (host, canonical) => {
  expect(canonicalHost(host)).toBe(canonical);
});
