import { expect, test } from "vitest";
import { clusterNames } from "../../../src/engine/entities/cluster.ts";

const MIN = 0.5;

test("spellings share the one that is mentioned most, then the shortest, then the first in order", () => {
  expect(clusterNames(["Orbit Labs", "Orbit Lab", "orbit labs"], MIN)).toEqual(
    new Map([
      ["orbit labs", "Orbit Labs"],
      ["orbit lab", "Orbit Labs"],
    ]),
  );
  expect(clusterNames(["Orbit Labs", "Orbit Lab"], MIN).get("orbit labs")).toBe("Orbit Lab");
  expect(clusterNames(["Wren!", "Wren?"], MIN).get("wren?")).toBe("Wren!");
});

test("belonging together is passed on, by way of a third", () => {
  const names = ["alexandr", "alexandra", "alexandrar"];
  expect(new Set(clusterNames(names, 0.7).values())).toEqual(new Set(["alexandr"]));
});

test("names that stand alone are left out, and so are too many", () => {
  expect(clusterNames(["Ada", "Bob"], MIN)).toEqual(new Map());
  expect(clusterNames(["Ada!", "ada?", ...Array.from({ length: 249 }, (_, n) => `n${n}`)], MIN)).toEqual(
    new Map(),
  );
});
