import { keepPromises } from "../simulation/keep-promises.ts";

keepPromises({ from: 10_000, seeds: 20_000, each: 1_000, timeoutMs: 3_600_000 });
