interface NamedTask {
  name: string;
  suite?: NamedTask | undefined;
}

/** A test's name with those of its suites, joined by a blank, as `vitest -t` matches it. */
export function fullName(task: NamedTask): string {
  return task.suite ? `${fullName(task.suite)} ${task.name}`.trim() : task.name;
}

interface TestTask {
  tasks?: readonly TestTask[];
  result?: { state: string } | undefined;
}

/** Whether all tests of a suite have run, and passed. */
export function hasPassed({ tasks, result }: TestTask): boolean {
  return tasks?.every(hasPassed) ?? result?.state === "pass";
}
