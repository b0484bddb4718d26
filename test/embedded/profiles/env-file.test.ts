import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EnvFile } from "../../../src/embedded/profiles/env-file.ts";
import { temporaryDirectory } from "../../support/postgres.ts";

async function written(file: EnvFile): Promise<string> {
  const path = join(await temporaryDirectory(), "profile.env");
  await file.write(path);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  return await readFile(path, "utf8");
}

describe("EnvFile reads", () => {
  test.each([
    ["A=1", { A: "1" }],
    ["  A = 1  ", { A: "1" }],
    ["export A=1", { A: "1" }],
    ["export\tA=1", { A: "1" }],
    ["exported=1", { exported: "1" }],
    ["# A=1", {}],
    ["A", {}],
    ["=1", {}],
    ["A=", { A: "" }],
    ["A=a=b==", { A: "a=b==" }],
    ['A="1"', { A: "1" }],
    ["A='1'", { A: "1" }],
    [`A=""1""`, { A: '"1"' }],
    [`A="1'`, { A: `"1'` }],
    ['A="', { A: '"' }],
    // A key is not cut: after a value nothing is a comment.
    ["A=sk-1#2 # 3", { A: "sk-1#2 # 3" }],
    ["A=$HOME\\n", { A: "$HOME\\n" }],
    ["A=1\r\nB=2\r\n", { A: "1", B: "2" }],
    ["\uFEFFA=1", { A: "1" }],
    ["A=1\nB=2\nA=3", { A: "3", B: "2" }],
    ["", {}],
  ])("%j as Hindsight does", (text, values) => {
    expect(new EnvFile(text).values).toEqual(values);
  });

  test("a name that every object has something for", () => {
    const { values } = new EnvFile("__proto__=1\nconstructor=2");
    expect(Object.entries(values)).toEqual([
      ["__proto__", "1"],
      ["constructor", "2"],
    ]);
  });
});

describe("EnvFile changes", () => {
  test("one line, and leaves comments and order as they are", async () => {
    const file = new EnvFile('# mine\nexport A=1\n\nB="2" \n# A=0\nnonsense');
    file.set("A", "new");
    file.set("C", "3");
    expect(await written(file)).toBe('# mine\nA=new\n\nB="2" \n# A=0\nnonsense\nC=3\n');
    expect(file.remove("B")).toBe(true);
    expect(file.remove("B")).toBe(false);
    expect(await written(file)).toBe("# mine\nA=new\n\n# A=0\nnonsense\nC=3\n");
  });

  test("the line that counts, of several", () => {
    const file = new EnvFile("A=1\nA=2");
    file.set("A", "3");
    expect(file.values).toEqual({ A: "3" });
    file.remove("A");
    expect(file.values).toEqual({});
  });

  test("no name that could not be read back", () => {
    for (const name of ["", "A B", "A=B", "1A", "#A", "A\nB"]) {
      expect(() => new EnvFile().set(name, "1")).toThrow(expect.objectContaining({ code: "INVALID_OPTION" }));
    }
  });

  test("no value of several lines, and does not repeat it", () => {
    for (const value of ["s3cret\nB=1", "s3cret\r", "s3cret\0"]) {
      const setting = () => new EnvFile().set("A", value);
      expect(setting).toThrow(expect.objectContaining({ code: "INVALID_OPTION" }));
      expect(setting).not.toThrow("s3cret");
    }
  });

  test("any value of one line is read back as it was", async () => {
    const oneLine = fc.string({ unit: "binary" }).filter((value) => !/[\0\r\n]/.test(value));
    const quoted = fc.stringMatching(/^[ "'#=\\a\t]*$/);
    const path = join(await temporaryDirectory(), "profile.env");
    await fc.assert(
      fc.asyncProperty(fc.oneof(oneLine, quoted), async (value) => {
        const file = new EnvFile("B=1");
        file.set("A", value);
        await file.write(path);
        expect(new EnvFile(await readFile(path, "utf8")).values).toEqual({ A: value, B: "1" });
      }),
      { numRuns: 100 },
    );
  });
});
