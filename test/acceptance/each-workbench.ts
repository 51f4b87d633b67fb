import { afterEach, beforeEach, expect } from "vitest";
import { strays, Workbench } from "./workbench.ts";

/** Gives each test of the file a workbench of its own; none may leave a process behind. */
export function eachWorkbench(use: (bench: Workbench) => void): void {
  let bench: Workbench;
  beforeEach(() => {
    bench = new Workbench();
    use(bench);
  });
  afterEach(() => {
    const left = strays(bench.folder);
    bench.remove();
    expect(left).toEqual([]);
  });
}
