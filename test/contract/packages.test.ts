import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ACTION_VERSION } from "../../src/version.ts";

type Manifest = Readonly<{
  version: string;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  allowScripts: Record<string, boolean>;
}>;
type Locked = Readonly<{
  optionalDependencies?: Record<string, string>;
  version?: string;
  resolved?: string;
  integrity?: string;
  hasInstallScript?: boolean;
}>;

const manifest: Manifest = JSON.parse(readFileSync("package.json", "utf8"));
const lock: { packages: Record<string, Locked> } = JSON.parse(readFileSync("package-lock.json", "utf8"));
const declared = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
const installed = Object.entries(lock.packages).filter(([place]) => place !== "");

it("the version that is part of what is approved is that of the package", () => {
  expect(ACTION_VERSION).toBe(manifest.version);
});

describe("the dependencies", () => {
  it("are declared by exact version", () => {
    expect(declared.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  it("are locked at the version that is declared, each with its checksum", () => {
    const drifted = declared.filter(
      ([name, version]) => lock.packages[`node_modules/${name}`]?.version !== version,
    );
    expect(drifted).toEqual([]);
    expect(installed.filter(([, entry]) => entry.integrity === undefined).map(([place]) => place)).toEqual(
      [],
    );
  });

  it("are locked for every system that they offer, without which `npm ci` refuses the lock file", () => {
    const wanted = installed.flatMap(([, entry]) => Object.keys(entry.optionalDependencies ?? {}));
    expect(wanted.length).toBeGreaterThan(0);
    expect(wanted.filter((name) => !(`node_modules/${name}` in lock.packages))).toEqual([]);
  });

  it("run no script when they are installed, but for node, which brings the action's runtime", () => {
    const scripted = installed.filter(([, entry]) => entry.hasInstallScript).map(([place]) => place);
    expect(scripted).toEqual(["node_modules/node"]);
    expect(manifest.allowScripts).toEqual({ node: true });
  });

  it("name no registry in the lock file, so that any mirror will do", () => {
    expect(installed.filter(([, entry]) => entry.resolved !== undefined).map(([place]) => place)).toEqual([]);
  });
});
