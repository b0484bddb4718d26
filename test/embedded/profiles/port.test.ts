import { describe, expect, test } from "vitest";
import { allocatePort } from "../../../src/embedded/profiles/port.ts";

describe("allocatePort", () => {
  test("gives a directory the same port always, in a range of our own", () => {
    const port = allocatePort("app", new Set());
    expect(allocatePort("app", new Set([port + 1]))).toBe(port);
    for (const name of ["app", "myapp", "default", "a", "z".repeat(64)]) {
      const own = allocatePort(name, new Set());
      expect(own).toBeGreaterThanOrEqual(28_000);
      expect(own).toBeLessThanOrEqual(28_999);
    }
  });

  test("gives each of a thousand directories a port, and says so when there are no more", () => {
    const taken = new Set<number>();
    for (let index = 0; index < 1_000; index++) taken.add(allocatePort(`profile-${index}`, taken));
    expect(taken.size).toBe(1_000);
    expect(Math.min(...taken)).toBe(28_000);
    expect(Math.max(...taken)).toBe(28_999);
    expect(() => allocatePort("one-more", taken)).toThrow(
      expect.objectContaining({ code: "PROFILE_PORTS_EXHAUSTED" }),
    );
  });
});
