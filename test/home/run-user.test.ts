import { describe, expect, test } from "vitest";
import { findRunUser, isMapped, runUser } from "../../src/home/run-user.ts";

const ROOT = "root:x:0:0:root:/root:/bin/bash";
const POSTGRES = "postgres:x:101:104::/var/lib/postgresql:/bin/bash";

describe("findRunUser", () => {
  test.each([
    [
      "nobody, if there is one",
      `${ROOT}\n${POSTGRES}\nnobody:x:65534:65533:nobody:/:/sbin/nologin\n`,
      { name: "nobody", uid: 65534, gid: 65533 },
    ],
    ["postgres otherwise", `${ROOT}\n${POSTGRES}\n`, { name: "postgres", uid: 101, gid: 104 }],
    [
      "macOS's negative ids as unsigned ones",
      "nobody:*:-2:-2:Unprivileged User:/var/empty:/usr/bin/false",
      { name: "nobody", uid: 4294967294, gid: 4294967294 },
    ],
    ["nobody who is root", "nobody:x:0:0::/:/bin/sh", undefined],
    ["none where there is none", ROOT, undefined],
  ])("takes %s", (_, passwd, expected) => {
    expect(findRunUser(passwd)).toEqual(expected);
  });
});

test("runUser is another user only where we are root", () => {
  if (process.getuid?.() === 0) expect(runUser()?.uid).toBeGreaterThan(0);
  else expect(runUser()).toBeUndefined();
});

describe("isMapped", () => {
  test.each([
    ["on the machine itself", "         0          0 4294967295\n", true],
    ["in a rootless container with a range of users", "0 1000 1\n1 100000 65536\n", true],
    ["in one where root is alone", "         0       1000          1\n", false],
    ["where there are no user namespaces", undefined, true],
  ])("nobody, %s", (_, idMap, expected) => {
    expect(isMapped(65_534, idMap)).toBe(expected);
  });
});
